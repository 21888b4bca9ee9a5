"""Writers of forms that are programs of their own: LibreOffice, which writes what another writer wrote in its own formats, and the npm
packages docx, exceljs and xlsx, where node and they are (NODE_PATH names the folder).

For: with_truth.py --programs. Trusts only what comes back; a program that fails ends the run.
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from fuzz.form_writers import (
    LOOKS_OF_SHEETS,
    LOOKS_OF_WORD,
    TITLE,
    Writer,
    docx,
    runs_of,
    xlsx_by_openpyxl,
)
from fuzz.true_forms import (
    CELLS,
    Run,
    TrueForm,
    rows_of,
)
from pipeline.edges.processes.libreoffice import program
from pipeline.edges.processes.printer import Printer

_SECONDS = 60.0
_OF_WORD = ("doc", "odt", "fodt", "rtf", "pdf")
_OF_SHEETS = ("xls", "ods", "fods", "pdf")
_OF_SHEETJS = ("xlsx", "xlsb", "biff8", "xlml", "fods")
_ENDINGS = {"biff8": "xls", "xlml": "xml"}
# LibreOffice computes as it writes, and drops what it does not know.
_COMPUTED = frozenset(
    ("formula not computed", "formula left at nought", "conditional strike")
)


def program_writers() -> tuple[Writer, ...]:
    """The writers of the programs that are here."""
    found: list[Writer] = []
    if program() is not None:
        for to in _OF_WORD:
            write = partial(_converted, docx, "docx", to)
            found.append(Writer(to, write, LOOKS_OF_WORD, lines=True))
        for to in _OF_SHEETS:
            write = partial(_converted, xlsx_by_openpyxl, "xlsx", to)
            cells = frozenset(CELLS) - _COMPUTED
            found.append(
                Writer(to, write, LOOKS_OF_SHEETS, sheet=True, cells=cells)
            )
    if shutil.which("node") and os.environ.get("NODE_PATH"):
        found.append(
            Writer("docx", partial(_by_node, "docx", ""), LOOKS_OF_WORD)
        )
        rich = partial(_by_node, "exceljs", "")
        found.append(Writer("xlsx", rich, LOOKS_OF_SHEETS))
        for kind in _OF_SHEETJS:
            plain = partial(_by_node, "sheetjs", kind)
            found.append(Writer(_ENDINGS.get(kind, kind), plain))
    return tuple(found)


@cache
def _printer() -> Printer:
    return Printer(seconds=_SECONDS)


def _converted(
    write: Callable[[TrueForm], bytes], kind: str, to: str, form: TrueForm
) -> bytes:
    made = _printer().printed(write(form), kind, to)
    if not made:
        raise RuntimeError(f"LibreOffice wrote no {to}")
    return made


@cache
def _node() -> "subprocess.Popen[str]":
    script = Path(__file__).with_name("office_writers.js")
    return subprocess.Popen(
        ["node", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def _by_node(writer: str, kind: str, form: TrueForm) -> bytes:
    rows: list[list[Any]] = [[[vars(Run(TITLE))]]]
    for row in rows_of(form):
        rows.append([[vars(run) for run in runs_of(cell)] for cell in row])
    node = _node()
    assert node.stdin is not None
    assert node.stdout is not None
    asked = {"writer": writer, "type": kind, "rows": rows}
    node.stdin.write(json.dumps(asked) + "\n")
    node.stdin.flush()
    return base64.b64decode(node.stdout.readline())
