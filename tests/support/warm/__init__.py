"""A program that imported everything once and forks a process a wake, for tests that wake it often."""
