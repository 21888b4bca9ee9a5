"""review: the held reports (待核), and what staff decide on them."""

from pipeline.cli.review import rulings  # noqa: F401 -- adds its commands
