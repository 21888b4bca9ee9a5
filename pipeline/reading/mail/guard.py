"""The one place where mail-parser and the stdlib's email package are called on foreign bytes.

For: one mail never costing the others. Both raise whatever their insides raise:
AttributeError, TypeError, LookupError, ValueError and RecursionError were all seen.
Trusts nothing. Never: hides a mistake of our own code, which is not called here but for
`message.parse`'s last resort, and that leaves a defect in the message.
"""

from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")


def guarded(call: Callable[..., _T], *arguments: Any) -> tuple[_T | None, str]:
    """(what `call` answers, '') or (None, the name of what it raised)."""
    try:
        return call(*arguments), ""
    except Exception as error:  # noqa: BLE001 - see the head of this file
        return None, type(error).__name__
