"""jinja2's sandbox for an office's own templates, made for a round of many letters.

Trusts no template: what jinja2 forbids stays forbidden.
"""

from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment


class Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, which asks once for each type and name: what jinja2 forbids depends
    on nothing else of an object, and a letter reads some 140 attributes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        asked = (type(obj), attr)
        known = self._safe.get(asked)
        if known is None:
            known = super().is_safe_attribute(obj, attr, value)
            self._safe[asked] = known
        return known

    def take_up_changes(self) -> None:
        """Has templates compiled again where one of them is no longer as its file."""
        if self.cache is None:
            return
        for template in self.cache.values():
            if not template.is_up_to_date:
                self.cache.clear()
                return
