"""Judging decides in codes: no Chinese stands in it but in its docstrings and comments (rules of the house, docs/architecture.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

JUDGING = Path(__file__).parents[3] / "pipeline" / "judging"
# Han characters, and the marks that only Chinese sentences use
CHINESE = re.compile("[\u3001-\u301f\u3400-\u9fff\uff01-\uff5e]")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def docstrings(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node):
            first = node.body[0]
            assert isinstance(first, ast.Expr)
            yield id(first.value)


def chinese_strings(source: str) -> list[str]:
    tree = ast.parse(source)
    known = set(docstrings(tree))
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in known:
            continue
        if isinstance(node.value, str) and CHINESE.search(node.value):
            found.append(f"{node.lineno}: {node.value}")
    return found


FILES = sorted(JUDGING.rglob("*.py"))


@pytest.mark.parametrize(
    "path", FILES, ids=[p.relative_to(JUDGING).as_posix() for p in FILES]
)
def test_no_sentence_stands_in_judging(path: Path) -> None:
    assert chinese_strings(path.read_text("utf-8")) == []


def test_a_sentence_would_be_found() -> None:
    source = '"""文件头."""\nWHY = f"{unit} 没有报送"  # 注释\n'
    assert chinese_strings(source) == ["2:  没有报送"]
