"""What a form holds beside its four fields (further figures, fields of words), and what its
file says elsewhere of the figure: remarks, notes (note_sense), heads over it and before its
label (value_heads), its section (section_heads), another measure (counted_in), another time
(as_of). Against it may also speak the mail that brings it (mail_words).
"""
