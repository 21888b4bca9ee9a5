"""The picture of the cell that a figure was read from, for the one who decides."""
