"""The errors of the edges, under the name that the edges know them by; they are defined in model/failure.py."""

from pipeline.model.failure import Busy, Damaged, EdgeError, ReaderDied, Refused, Unreachable

__all__ = ["Busy", "Damaged", "EdgeError", "ReaderDied", "Refused", "Unreachable"]
