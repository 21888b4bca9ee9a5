"""The board: a page to look at between bulletins, self-contained, without scripts."""
