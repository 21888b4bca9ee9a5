"""Official documents as .docx: the strokes they are made of, and the checker that measures them."""
