"""xunbao (旬报): takes over the ten-day report of an office, from the mailbox to the bulletin.

Layers, top down: __main__ > bootstrap > flows | edges > reading | judging | writing > settings > model.
What each may import is checked by import-linter (pyproject.toml); docs/architecture.md says why.
"""
