"""What a form holds beside its four fields: further figures, fields of words."""
