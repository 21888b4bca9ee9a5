"""The HTML of a mail: its text as it is seen, what of it is quoted, its links."""
