"""Commands that ask and change nothing: one a file, arguments, a call, a print."""
