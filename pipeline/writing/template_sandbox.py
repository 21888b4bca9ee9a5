"""jinja2's sandbox for an office's own templates, made for a round of many letters.

Trusts no template: what jinja2 forbids stays forbidden.
"""

from collections.abc import Callable, MutableMapping
from types import BuiltinMethodType, CodeType, MethodType
from typing import Any, Final

from jinja2 import BytecodeCache, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment


class _Compiled(BytecodeCache):
    """What templates were compiled to, by file and content, for all campaigns of the
    process: compiling takes ten times as long as a letter. A template that was changed
    is compiled again."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key] = bucket.checksum, bucket.code


# Of these it looks for `format` of a text, which would get around it
_METHODS: Final = frozenset({MethodType, BuiltinMethodType})
# What jinja2 finds of a dictionary before its keys
_OF_DICTIONARIES: Final = frozenset(dir(dict))
# What jinja2 says of the place of a call to who asks for it; no macro does
_OF_THE_PLACE: Final = ("_block_vars", "_loop_vars")
# By whether HTML is escaped, which is compiled in
COMPILED: Final = {False: _Compiled(), True: _Compiled()}


class _OneCall(CodeGenerator):
    """Prints a value by one call where jinja2 makes two, `finalize` and then `escape` or
    `str`: a letter prints some 190, most of them the same in all letters."""

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: Any
    ) -> None:
        if _is_as_all(frame):
            self.write("environment.printed(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(
        self, node: nodes.Expr, frame: Frame, finalize: Any
    ) -> None:
        if _is_as_all(frame):
            self.write(")")
        else:
            super()._output_child_post(node, frame, finalize)


def _is_as_all(frame: Frame) -> bool:
    """Not so in a template's own {% autoescape %}."""
    context = frame.eval_ctx
    as_all: bool = context.autoescape == context.environment.autoescape
    return as_all and not context.volatile


class Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, which asks once for each type and name: what jinja2 forbids depends
    on nothing else of an object, and a letter reads some 140 attributes.

    `printed` must answer what jinja2 would make of `finalize` and `autoescape`.
    """

    code_generator_class = _OneCall

    def __init__(
        self, printed: Callable[[object], str], **options: Any
    ) -> None:
        super().__init__(**options)
        self.printed = printed
        self._safe: dict[type, dict[str, bool]] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        names = self._safe.setdefault(type(obj), {})
        known = names.get(attr)
        if known is None:
            known = super().is_safe_attribute(obj, attr, value)
            names[attr] = known
        return known

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What jinja2 answers, shorter where nothing of it can be otherwise: a value
        that is no method, of a type and name that were found safe; a key of a
        dictionary that is no name of dictionaries."""
        kind = type(obj)
        if kind is dict and attribute not in _OF_DICTIONARIES:
            if attribute in obj:
                return obj[attribute]
        elif kind in self._safe and self._safe[kind].get(attribute):
            try:
                value = getattr(obj, attribute)
            except AttributeError:
                pass
            else:
                if type(value) not in _METHODS:
                    return value
        return super().getattr(obj, attribute)

    def call(
        self, context: Context, called: Any, /, *args: Any, **kwargs: Any
    ) -> Any:
        """What jinja2 answers, shorter for a macro, of which nothing is to be found
        out: it is safe, and takes how values are escaped where it is called."""
        if type(called) is not Macro:
            return super().call(context, called, *args, **kwargs)
        for name in _OF_THE_PLACE:
            kwargs.pop(name, None)
        return called(context.eval_ctx, *args, **kwargs)

    def make_globals(
        self, d: MutableMapping[str, Any] | None
    ) -> MutableMapping[str, Any]:
        """What every template sees, as one dictionary: jinja2 would lay two maps over
        each other, and go through all names of both for each letter and each import.
        The environment's own are set before the first template is loaded."""
        return {**self.globals, **(d or {})}

    def take_up_changes(self) -> None:
        """Has templates compiled again where one of them is no longer as its file."""
        if self.cache is None:
            return
        for template in self.cache.values():
            if not template.is_up_to_date:
                self.cache.clear()
                return
