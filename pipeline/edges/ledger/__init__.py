"""The database: rows that are only ever added, and the proof that nothing was changed."""
