"""The child process that reads foreign files, bounded in memory, time and output."""
