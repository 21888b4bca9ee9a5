"""The world, one file per thing in it: no decisions, and every failure an EdgeError."""
