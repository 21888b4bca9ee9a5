"""Values that stand under names, in the order in which they are shown.

Pairs and not a dict: a frozen value holds them, and a stored row keeps their order.
What is looked up by its name alone and never stored is a mapping.
"""

from collections.abc import Mapping

# None where there is no figure under that name
NamedFigures = tuple[tuple[str, int | None], ...]
NamedCounts = tuple[tuple[str, int], ...]
NamedTexts = tuple[tuple[str, str], ...]
FigureByName = Mapping[str, int | None]
NamedBytes = tuple[tuple[str, bytes], ...]
