"""What kind a file is, what is in it where it is an archive, and the way to its forms."""
