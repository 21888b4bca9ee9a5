"""Whether the program itself is well, and how it behaves towards mail servers and strangers."""
