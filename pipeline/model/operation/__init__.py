"""Nouns of the program's own work: errors, findings, cooldowns, the journal, a server's answers."""
