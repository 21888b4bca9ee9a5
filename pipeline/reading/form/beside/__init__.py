"""What a form holds beside its four fields (further figures, fields of words), and what its
file says elsewhere of the figure: remarks and notes, heads over it and before its label
(value_heads), its section (section_heads), another measure (counted_in), another time
(as_of).
"""
