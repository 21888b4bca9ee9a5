"""Bytes to meaning: the same bytes always give the same answer, and nothing is asked of the world."""
