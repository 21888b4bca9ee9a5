"""Assembles the running parts of one campaign from its settings and a clock: the only
room that names concrete classes."""

from pipeline.bootstrap.mail_servers import envelope_sender
from pipeline.bootstrap.program import Program, assemble, shared_reading

__all__ = ["Program", "assemble", "envelope_sender", "shared_reading"]
