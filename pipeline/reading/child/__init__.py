"""The child process that opens foreign files: its loop, and the frames that it speaks in."""
