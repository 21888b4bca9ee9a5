"""What a form holds beside its four fields (further figures, fields of words), and what its
file says elsewhere of the figure: remarks, notes (note_sense, noted_cells), heads over it and
before its label (value_heads), rows that go with it (figure_rows), its section
(section_heads), another measure (counted_in), another time (as_of), another form's title
(other_title). Against it may also speak the mail that brings it (mail_words).
"""
