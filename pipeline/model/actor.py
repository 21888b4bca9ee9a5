"""Who did something, as the ledger keeps it: the program's rule, or a person by address
or by account at the command line."""

from typing import Final, NewType

Actor = NewType("Actor", str)
# The program by itself: what its rules make of a mail, not what anybody decided
RULE: Final = Actor("rule")
