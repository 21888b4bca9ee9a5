"""Nouns: frozen values from the standard library only; no clock, no files, no decisions."""
