"""Decisions: values in, values out. Nothing here reads a clock, a file or a setting from the world."""
