"""How dense the code is: measured file by file, held to the figures it had, and in all to the limits of docs/architecture.md.

    python3 scripts/measure.py                the totals, and each file that is worse than it was
    python3 scripts/measure.py --folders      the same by folder
    python3 scripts/measure.py --baseline     writes what is now into scripts/measured.json; an improvement is held from then on

Measures pipeline/ without the migrations, which are written once and never touched again. A code line is one that is neither
empty nor a comment nor part of a docstring. Decides nothing about right or wrong code: a figure is a reason to look.
"""

import argparse
import ast
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import _environment

MEASURED = _environment.ROOT / "scripts" / "measured.json"
ROOT = _environment.ROOT / "pipeline"
WRITTEN_ONCE = "migrations/versions"

# Limits for all of pipeline/ together: what well-kept projects of this size have, or a little above.
NODES_A_LINE = 7.5
# Conditional expressions per 1,000 code lines
CONDITIONALS = 15
# Per 1,000 code lines
COMPREHENSIONS = 25
# Comment lines per 100 code lines, at least
COMMENTS = 3
# A file's figure may swing by a line or two before it counts as worse
SLACK = 1.03
# Limits for each function, file and folder.
FUNCTION_LINES = 45
# Cyclomatic, as radon counts it
COMPLEXITY = 15
FILES_A_FOLDER = 20

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENDING = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Measures:
    """Of one file, or summed over several; a length and a complexity are the greatest
    that were met."""

    lines: int = 0
    nodes: int = 0
    conditionals: int = 0
    comprehensions: int = 0
    comments: int = 0
    longest_function: int = 0
    complexity: int = 0
    # A conditional expression or comprehension within another of its kind
    nested: int = 0

    def __add__(self, other: "Measures") -> "Measures":
        return Measures(
            lines=self.lines + other.lines,
            nodes=self.nodes + other.nodes,
            conditionals=self.conditionals + other.conditionals,
            comprehensions=self.comprehensions + other.comprehensions,
            comments=self.comments + other.comments,
            longest_function=max(self.longest_function, other.longest_function),
            complexity=max(self.complexity, other.complexity),
            nested=self.nested + other.nested,
        )

    def per_line(self, count: int) -> float:
        return count / self.lines if self.lines else 0.0


def measure(source: str) -> Measures:
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    code, comments = _lines(source, _docstring_lines(nodes))
    return Measures(
        lines=code,
        nodes=len(nodes),
        conditionals=sum(isinstance(node, ast.IfExp) for node in nodes),
        comprehensions=sum(isinstance(node, COMPREHENDING) for node in nodes),
        comments=comments,
        longest_function=max(_function_lengths(nodes), default=0),
        complexity=_complexity(tree),
        nested=sum(map(_is_nested, nodes)),
    )


def _is_nested(node: ast.AST) -> bool:
    for kind in ((ast.IfExp,), COMPREHENDING):
        if isinstance(node, kind):
            within = list(ast.walk(node))[1:]
            return any(isinstance(inner, kind) for inner in within)
    return False


def _docstring_lines(nodes: Iterable[ast.AST]) -> set[int]:
    lines: set[int] = set()
    for node in nodes:
        if isinstance(node, DOCUMENTED) and ast.get_docstring(
            node, clean=False
        ):
            first = node.body[0]
            lines.update(
                range(first.lineno, (first.end_lineno or first.lineno) + 1)
            )
    return lines


def _lines(source: str, docstrings: set[int]) -> tuple[int, int]:
    """Code lines, and lines that are a comment and nothing else."""
    code = comments = 0
    for number, line in enumerate(source.splitlines(), 1):
        text = line.strip()
        if not text or number in docstrings:
            continue
        if text.startswith("#"):
            comments += 1
        else:
            code += 1
    return code, comments


def _function_lengths(nodes: Iterable[ast.AST]) -> Iterator[int]:
    for node in nodes:
        if isinstance(node, FUNCTIONS) and node.end_lineno is not None:
            yield node.end_lineno - node.lineno + 1


def _complexity(tree: ast.Module) -> int:
    from radon.complexity import cc_visit_ast

    return max((int(b.complexity) for b in cc_visit_ast(tree)), default=0)


def files() -> list[Path]:
    found = sorted(ROOT.rglob("*.py"))
    return [path for path in found if WRITTEN_ONCE not in path.as_posix()]


def name(path: Path) -> str:
    return path.relative_to(_environment.ROOT).as_posix()


def read_baseline() -> dict[str, Measures]:
    if not MEASURED.exists():
        return {}
    known = {field.name for field in fields(Measures)}
    stored = json.loads(MEASURED.read_text("utf-8"))
    return {
        path: Measures(**{k: v for k, v in found.items() if k in known})
        for path, found in stored.items()
    }


def write_baseline(found: dict[str, Measures]) -> None:
    rows = [
        f"{json.dumps(path)}: {json.dumps(asdict(m))}"
        for path, m in found.items()
    ]
    MEASURED.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")


def worsened(now: Measures, before: Measures | None) -> list[str]:
    """What of a file is over the limits that bind, or worse than it was."""
    before = before or Measures()
    found = []
    if now.longest_function > FUNCTION_LINES:
        found.append(f"函数 {now.longest_function} 行")
    if now.nested:
        found.append(f"嵌套的条件表达式或推导式 {now.nested} 处")
    if now.complexity > max(COMPLEXITY, before.complexity):
        found.append(f"复杂度 {now.complexity}")
    if before.lines:
        found += _denser(now, before)
    return found


def _denser(now: Measures, before: Measures) -> list[str]:
    """More of it, and more for each line too: a longer file may hold more, a shorter one is never denser by it alone."""
    kinds = {
        "条件表达式": "conditionals",
        "推导式": "comprehensions",
        "语法节点": "nodes",
    }
    found = []
    for title, field in kinds.items():
        count, earlier = getattr(now, field), getattr(before, field)
        bound = before.per_line(earlier) * SLACK
        if count > earlier and now.per_line(count) > bound:
            found.append(
                f"{title} {earlier}→{count}（{before.lines}→{now.lines} 行）"
            )
    return found


def over_limits(total: Measures) -> list[str]:
    figures = _figures(total)
    bounds = (NODES_A_LINE, CONDITIONALS, COMPREHENSIONS)
    found = [
        f"{title} {figure:.1f}，应不超过 {bound}"
        for (title, figure), bound in zip(figures[:3], bounds, strict=True)
        if figure > bound
    ]
    title, comments = figures[3]
    if comments < COMMENTS:
        found.append(f"{title} {comments:.1f}，应不少于 {COMMENTS}")
    return found


def _figures(total: Measures) -> list[tuple[str, float]]:
    return [
        ("每行语法节点", total.per_line(total.nodes)),
        ("每千行条件表达式", 1000 * total.per_line(total.conditionals)),
        ("每千行推导式", 1000 * total.per_line(total.comprehensions)),
        ("每百行注释", 100 * total.per_line(total.comments)),
    ]


def crowded() -> list[str]:
    folders = {path.parent for path in files()}
    counts = {folder: len(list(folder.glob("*.py"))) for folder in folders}
    return [
        f"{name(folder)} 有 {count} 个文件，应不超过 {FILES_A_FOLDER}"
        for folder, count in sorted(counts.items())
        if count > FILES_A_FOLDER
    ]


def show(title: str, total: Measures) -> None:
    figures = "  ".join(
        f"{label} {figure:.1f}" for label, figure in _figures(total)
    )
    print(
        f"{title:32} {total.lines:6} 行  {figures}"
        f"  最长函数 {total.longest_function}  最高复杂度 {total.complexity}",
        flush=True,
    )


def show_folders(found: dict[str, Measures]) -> None:
    folders: dict[str, Measures] = {}
    for path, measures in found.items():
        folder = path.rpartition("/")[0]
        folders[folder] = folders.get(folder, Measures()) + measures
    for folder, total in sorted(folders.items()):
        show(folder, total)


def main(arguments: list[str] | None = None) -> int:
    _environment.enter(("demo",), dev=True)
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--baseline", action="store_true")
    parser.add_argument("--folders", action="store_true")
    asked = parser.parse_args(arguments)
    found = {name(path): measure(path.read_text("utf-8")) for path in files()}
    if asked.folders:
        show_folders(found)
    total = sum(found.values(), Measures())
    show("pipeline", total)
    if asked.baseline:
        write_baseline(found)
    return _verdict(found, total)


def _verdict(found: dict[str, Measures], total: Measures) -> int:
    before = read_baseline()
    over = [*over_limits(total), *crowded()]
    worsened_files = []
    for path, measures in found.items():
        worse = worsened(measures, before.get(path))
        if worse:
            worsened_files.append(f"{path}：{'、'.join(worse)}")
    for line in (*over, *worsened_files):
        print(f"  {line}", flush=True)
    return 1 if over or worsened_files else 0


if __name__ == "__main__":
    sys.exit(main())
