"""Makers of whole campaigns by mail, with a truth of their own."""
