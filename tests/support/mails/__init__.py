"""Mails for tests: made, damaged, as mail programs write them, and what is right of them."""
