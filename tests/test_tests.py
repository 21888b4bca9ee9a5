"""Every test can fail: it asserts, and not only within a loop that may have nothing to go through."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = sorted(HERE.rglob("test_*.py"))
FAILING = ("raises", "warns", "fail")  # of pytest
BLOCKS = (ast.With, ast.If, ast.Try)
NEVER_EMPTY = (ast.Tuple, ast.List, ast.Set, ast.Dict)


def all_tests(source: str) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def can_fail(statements: list[ast.stmt]) -> bool:
    return any(_fails(statement) for statement in statements)


def _fails(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.For | ast.While):
        return _goes_through_something(statement) and can_fail(statement.body)
    if isinstance(statement, BLOCKS):
        return _asserts_itself(statement) or can_fail(list(_inner(statement)))
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return False
    return any(_is_assertion(node) for node in ast.walk(statement))


def _goes_through_something(loop: ast.For | ast.While) -> bool:
    """A loop over what is written out, or over a range, has at least one turn."""
    if isinstance(loop, ast.While):
        return False
    over = loop.iter
    called = over.func if isinstance(over, ast.Call) else None
    is_range = isinstance(called, ast.Name) and called.id == "range"
    return is_range or isinstance(over, NEVER_EMPTY)


def _asserts_itself(block: ast.With | ast.If | ast.Try) -> bool:
    """`with pytest.raises(...)`."""
    items = block.items if isinstance(block, ast.With) else []
    return any(
        _is_assertion(n) for i in items for n in ast.walk(i.context_expr)
    )


def _inner(block: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(block):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler):
            yield from child.body


def _is_assertion(node: ast.AST) -> bool:
    """An assert, or a call of what asserts and says so by its name."""
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else ""
    name = called.id if isinstance(called, ast.Name) else name
    return name in FAILING or name.startswith("assert")


@pytest.mark.parametrize(
    "path", FILES, ids=lambda p: p.relative_to(HERE).as_posix()
)
def test_every_test_of_this_file_can_fail(path: Path) -> None:
    found = list(all_tests(path.read_text("utf-8")))
    assert [test.name for test in found if not can_fail(test.body)] == []


@pytest.mark.parametrize(
    ("body", "can"),
    [
        ("assert x", True),
        ("with pytest.raises(ValueError):\n    x()", True),
        ("for a in (1, 2):\n    assert a", True),
        ("for a in range(3):\n    assert a", True),
        ("assert_told(x)", True),
        ("for a in found:\n    assert a", False),
        ("while more():\n    assert x", False),
        ("read(x)", False),
        ("def inner():\n    assert x", False),
    ],
)
def test_what_cannot_fail_is_found_out(body: str, can: bool) -> None:
    assert can_fail(ast.parse(body).body) is can


def places_of(name: str) -> tuple[str, ...]:
    """What scripts/test.py keeps under this name."""
    script = (HERE.parent / "scripts" / "test.py").read_text("utf-8")
    for node in ast.parse(script).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets) == name:
            return tuple(ast.literal_eval(node.value))
    raise LookupError(name)


SLOW = {"crash", "pictures", "campaign", "ocr", "install"}


@pytest.mark.parametrize(
    ("name", "marks"),
    [("SLOW_PLACES", SLOW), ("BESIDE_PLACES", {"beside"})],
)
def test_no_test_that_is_run_later_stands_where_nobody_looks(
    name: str, marks: set[str]
) -> None:
    places = [HERE.parent / place for place in places_of(name)]
    marked, lost = 0, []
    for file in FILES:
        named = set(re.findall(r"pytest\.mark\.(\w+)", file.read_text("utf-8")))
        if marks.isdisjoint(named):
            continue
        marked += 1
        if not any(file.is_relative_to(place) for place in places):
            lost.append(file.relative_to(HERE).as_posix())
    assert marked and lost == []


def unmarked(source: str, marks: set[str]) -> list[str]:
    """The tests that carry none of these marks, neither of their own nor by their file's `pytestmark`."""
    of_all = [
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets) == "pytestmark"
    ]
    return [
        test.name
        for test in all_tests(source)
        if marks.isdisjoint(_named([*of_all, *test.decorator_list]))
    ]


def _named(marks: list[ast.expr]) -> set[str]:
    """Not those of single rows: the other rows would be without."""
    rows = {
        inner
        for mark in marks
        for call in ast.walk(mark)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func)
        in ("pytest.param", "pytest.mark.parametrize")
        for inner in ast.walk(call)
    }
    return {
        node.attr
        for mark in marks
        for node in ast.walk(mark)
        if isinstance(node, ast.Attribute)
        and node not in rows
        and ast.unparse(node.value) == "pytest.mark"
    }


def test_the_fast_run_which_does_not_look_there_loses_no_test() -> None:
    places = [HERE.parent / place for place in places_of("SLOW_PLACES")]
    files = [f for f in FILES if any(f.is_relative_to(p) for p in places)]
    lost = {f.name: unmarked(f.read_text("utf-8"), SLOW) for f in files}
    assert len(files) > 10
    assert {name: tests for name, tests in lost.items() if tests} == {}


# In two pieces: this file has no such mark
OCR = "pytest.mark." + "ocr"


@pytest.mark.parametrize(
    ("source", "lost"),
    [
        (f"pytestmark = {OCR}\ndef test_a(): x()", []),
        (f"pytestmark = [{OCR}, there]\ndef test_a(): x()", []),
        (f"@{OCR}\ndef test_a(): x()\ndef test_b(): x()", ["test_b"]),
        ("pytestmark = pytest.mark.long\ndef test_a(): x()", ["test_a"]),
        (
            f"@pytest.mark.parametrize('a', [pytest.param(1, marks={OCR}), 2])\ndef test_a(a): x()",
            ["test_a"],
        ),
    ],
)
def test_a_test_without_a_slow_mark_is_found_out(
    source: str, lost: list[str]
) -> None:
    assert unmarked(source, SLOW) == lost
