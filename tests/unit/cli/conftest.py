"""The program runs in these tests many times in one process, and its reading children stay warm."""

from warm.children import warm_children

__all__ = ["warm_children"]
