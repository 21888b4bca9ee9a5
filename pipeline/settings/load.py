"""Reads config.toml: either Settings, or ConfigError with every mistake, its line and
what to write instead."""

import difflib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.model.operation.os_errors import in_words
from pipeline.model.roster import Lesson
from pipeline.model.values.frozen import frozen
from pipeline.settings import toml_lines
from pipeline.settings.checks.whole_file import whole_file_mistakes
from pipeline.settings.learned import LearnedPart, learned_mistakes, lessons_of
from pipeline.settings.schema import Settings
from pipeline.settings.toml_syntax import syntax_advice
from pipeline.settings.unit_identity import with_earlier_names
from pipeline.settings.workdays import (
    HolidaysPart,
    Workdays,
    holiday_mistakes,
    own_workdays,
)

# The keys that are paths: relative ones start at the config's own folder.
_PATHS = (
    ("mailbox", "ca_file"),
    ("smtp", "ca_file"),
    ("mailbox", "password_file"),
    ("smtp", "password_file"),
    ("review", "learned"),
    ("schedule", "holidays"),
    ("board", "folder"),
    ("form", "template"),
)
_M = TypeVar("_M", bound=BaseModel)
KeptConfigs = Callable[[str], Sequence[Mapping[str, str]]]
_SENTENCES = {
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "string_type": "应为文字，两边加引号",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "tuple_type": '应为列表，例如 ["a", "b"]',
    "list_type": '应为列表，例如 ["a", "b"]',
    "too_short": "至少要写 {min_length} 项",
    "dict_type": "应写成几个键：一个 [小节]，或花括号里的 {{ 键 = 值, 键 = 值 }}",
    "model_type": "应写成几个键：一个 [小节]，或花括号里的 {{ 键 = 值, 键 = 值 }}",
    "date_type": "应为日期，例如 2015-09-10，不加引号",
    "date_parsing": "应为日期，例如 2015-09-10，不加引号",
    "date_from_datetime_parsing": "应为日期，例如 2015-09-10，不加引号",
}


@frozen
class Mistake:
    """One mistake in the file: its line (from 1) and one Chinese sentence with the cure."""

    file: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class ConfigError(Exception):
    """The file is refused whole; `mistakes` are in the order of their lines."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(mistakes, key=lambda m: m.line)
        super().__init__("\n".join(map(str, self.mistakes)))


@frozen
class _File:
    """A file as it was read."""

    path: Path
    text: str

    @cached_property
    def _index(self) -> dict[toml_lines.Path, int]:
        # Asked where something is wrong alone: looking for every line takes as long as
        # parsing the file
        return toml_lines.line_index(self.text)

    def line(self, where: toml_lines.Path) -> int:
        """Where a key stands, or the nearest table that holds it."""
        return toml_lines.nearest_line(self._index, where)


def _nothing_kept(database: str) -> Sequence[Mapping[str, str]]:
    return ()


def load(path: Path, kept: KeptConfigs = _nothing_kept) -> Settings:
    """The settings of a file; relative paths in it start at its own folder. `kept` gives
    the configurations that the ledger of a database's URL has taken up, from which units
    have their earlier names. Raises ConfigError."""
    return load_text(path, _text(path), kept)


def load_text(
    path: Path, text: str, kept: KeptConfigs = _nothing_kept
) -> Settings:
    """The settings that a file would have with this text. Raises ConfigError."""
    file = _File(path, text)
    raw = _parsed(file)
    _anchor(raw, path.resolve().parent)
    settings = _validated(Settings, file, raw)
    settings = settings.with_workdays(_own_workdays(settings))
    settings = settings.with_form_template(_form_template(path, settings))
    settings = with_earlier_names(settings, kept(settings.storage.database))
    _refuse(file, whole_file_mistakes(settings))
    return settings.placed(path.resolve().parent, _lessons(settings), text)


def _form_template(path: Path, settings: Settings) -> bytes:
    """The office's own form; nothing where the program makes one."""
    template = settings.form.template
    if template is None:
        return b""
    try:
        return template.read_bytes()
    except OSError as error:
        what = f"读不了 [form] template 写的 {template}（{in_words(error)}）"
        raise ConfigError([Mistake(path, 1, what)]) from error


def _own_workdays(settings: Settings) -> Workdays:
    """What stands in the office's own file of holidays; without one, the library's."""
    path = settings.schedule.holidays
    if path is None:
        return Workdays()
    file = _File(path, _text(path, "请检查 [schedule] holidays 写的文件名"))
    part = _validated(HolidaysPart, file, _parsed(file))
    _refuse(file, holiday_mistakes(part))
    return own_workdays(part)


def _lessons(settings: Settings) -> tuple[Lesson, ...]:
    """What stands in learned.toml, which is refused as strictly; without the file, nothing."""
    path = settings.review.learned
    if not path.exists():
        return ()
    file = _File(path, _text(path))
    part = _validated(LearnedPart, file, _parsed(file))
    _refuse(file, learned_mistakes(part, settings))
    return lessons_of(part, settings)


def _parsed(file: _File) -> dict[str, Any]:
    try:
        return tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax_mistake(file, error)]) from error


def _validated(model: type[_M], file: _File, raw: dict[str, Any]) -> _M:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        found = []
        for detail in error.errors():
            found.append(_mistake(file, detail, model))
        raise ConfigError(list(dict.fromkeys(found))) from error


def _refuse(file: _File, found: Iterable[tuple[toml_lines.Path, str]]) -> None:
    wrong = []
    for where, what in found:
        wrong.append(Mistake(file.path, file.line(where), what))
    if wrong:
        raise ConfigError(wrong)


def _text(
    path: Path,
    cure: str = "用 --config 指明配置文件，或运行 xunbao init 做一个",
) -> str:
    try:
        # Notepad puts a mark of its own before UTF-8.
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            [Mistake(path, 1, "文件不是 UTF-8 编码，请用记事本另存为 UTF-8")]
        ) from error
    except OSError as error:
        raise ConfigError(
            [Mistake(path, 1, f"读不了配置文件（{in_words(error)}）；{cure}")]
        ) from error


def _syntax_mistake(file: _File, error: tomllib.TOMLDecodeError) -> Mistake:
    words = str(error)
    at_end = file.text.count("\n") + 1
    # tomllib tells the place in its message alone; at the end of the file it tells
    # none.
    found = words.rpartition("(at line ")[2].split(",")[0]
    if found.isdigit():
        line = int(found)
    else:
        line = at_end
    said = syntax_advice(file.text.splitlines()[line - 1 : line], words)
    if not said:
        said = f"写法不合 TOML 规则，请检查引号、括号和逗号（{words}）"
    return Mistake(file.path, line, said)


def _anchor(raw: dict[str, Any], folder: Path) -> None:
    """Makes relative paths absolute; a sqlite URL with three slashes is relative as well."""
    for table, key in _PATHS:
        part = raw.get(table)
        if isinstance(part, dict) and isinstance(part.get(key), str):
            part[key] = str(folder / part[key])
    review = raw.setdefault("review", {})
    if isinstance(review, dict):
        review.setdefault("learned", str(folder / "learned.toml"))
    storage = raw.setdefault("storage", {})
    if not isinstance(storage, dict):
        return
    storage.setdefault("directory", "storage")
    storage.setdefault("database", "sqlite:///storage/ledger.db")
    if isinstance(storage["directory"], str):
        storage["directory"] = str(folder / storage["directory"])
    url = storage["database"]
    if isinstance(url, str) and url.startswith("sqlite:///"):
        storage["database"] = (
            "sqlite:///" + (folder / url.removeprefix("sqlite:///")).as_posix()
        )


def _mistake(
    file: _File, detail: ErrorDetails, model: type[BaseModel]
) -> Mistake:
    where: toml_lines.Path = tuple(detail["loc"])
    return Mistake(file.path, file.line(where), _sentence(where, detail, model))


def _sentence(
    where: toml_lines.Path, detail: ErrorDetails, model: type[BaseModel]
) -> str:
    name = ".".join(str(part) for part in where if isinstance(part, str))
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        return f"不认识的键 {name}{_nearest(where, model)}"
    if kind == "missing":
        return f"缺少 {name}"
    # Raised by a check of our own, whose words say what to do.
    if kind == "value_error":
        if name:
            return f"{name}：{context.get('error', detail['msg'])}"
        return str(context.get("error"))
    if kind == "literal_error":
        return (
            f"{name} = {_as_written(detail['input'])} 不对，只能是 "
            f"{str(context.get('expected', '')).replace(' or ', ' 或 ')}"
        )
    if kind == "tuple_type" and isinstance(detail["input"], dict):
        return f"[{name}] 可以有几段，请写成两层方括号 [[{name}]]"
    if kind in _SENTENCES:
        cure = _SENTENCES[kind].format(**context)
        return f"{name} = {_as_written(detail['input'])} 不对，{cure}"
    bounds = "、".join(
        f"{_BOUNDS[k]} {v}" for k, v in context.items() if k in _BOUNDS
    )
    return f"{name} = {_as_written(detail['input'])} 不对" + (
        f"，应{bounds}" if bounds else f"（{detail['msg']}）"
    )


def _as_written(value: object) -> str:
    """A value as it stands in the file, not as Python would show it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    return repr(value)


# pydantic's names of limits.
_BOUNDS = {
    "ge": "不小于",
    "le": "不大于",
    "gt": "大于",
    "lt": "小于",
}


def _nearest(where: toml_lines.Path, model: type[BaseModel]) -> str:
    """The nearest key that is known at this place."""
    near = difflib.get_close_matches(
        str(where[-1]), list(_known_keys(where[:-1], model)), n=1, cutoff=0.4
    )
    if near:
        return f"，是不是 {near[0]}？"
    return "，请删去或改正"


def _known_keys(
    table: toml_lines.Path, whole: type[BaseModel]
) -> Iterator[str]:
    model: type[BaseModel] | None = whole
    for part in table:
        if isinstance(part, str) and model is not None:
            field = _field(model, part)
            if field is not None:
                model = _model_in(field.annotation)
            else:
                model = None
    if model is not None:
        yield from (
            field.alias or name for name, field in model.model_fields.items()
        )


def _field(model: type[BaseModel], key: str) -> Any:
    return next(
        (f for n, f in model.model_fields.items() if key in (n, f.alias)), None
    )


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = getattr(annotation, "__args__", ())
    return next((m for a in inner if (m := _model_in(a)) is not None), None)
