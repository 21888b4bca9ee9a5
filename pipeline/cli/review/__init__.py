"""review: the held reports (待核), and what staff decide on them."""

from pipeline.cli.review import listing, rulings  # noqa: F401 -- add their commands
