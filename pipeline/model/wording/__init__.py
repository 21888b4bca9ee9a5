"""How a campaign speaks: its own words, and the vocabulary of those who write to it."""
