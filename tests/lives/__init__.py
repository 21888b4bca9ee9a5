"""Whole campaigns lived through on one mailbox, held against a small rulebook of its own."""
