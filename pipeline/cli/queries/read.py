"""read: what the program reads out of files, without a ledger."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    USAGE,
    ConfigOption,
    JsonOption,
    fail,
    guarded,
    print_json,
    say,
    settings_of,
)
from pipeline.cli.arguments import bytes_of
from pipeline.cli.queries import json_lines
from pipeline.cli.root import app
from pipeline.edges.files.file_names import on_disk
from pipeline.judging.names import NameBook
from pipeline.model.form import FileReading

if TYPE_CHECKING:
    from pipeline.edges.processes.sandbox import Reader


@app.command()
@guarded
def read(
    files: Annotated[
        list[Path], typer.Argument(metavar="文件", help="要读的文件")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", help="把每一项所在位置的图片存到这个文件夹"),
    ] = None,
) -> None:
    """读文件里的报表并显示结果，不动台账。"""
    from pipeline.edges.processes.sandbox import Reader

    settings = settings_of(config)
    book = NameBook(settings.roster)
    worst = DONE
    with Reader(settings.form_spec) as reader:
        # As the worker reads, so that what is shown here is what would be recorded.
        if settings.checks.second_look == "auto":
            reader.look_twice()
        for path in files:
            if not path.is_file():
                fail(f"没有这个文件：{path}", USAGE)
            content = bytes_of(path)
            readings = reader.file(path.name, content)
            if evidence is not None:
                _keep_evidence(evidence, reader, content, readings)
            for reading in readings:
                line = json_lines.reading_line(
                    reading, book, settings.check_rules
                )
                if line["error"] or any(
                    form["holds"] for form in line["forms"]
                ):
                    worst = PERSON
                if as_json:
                    print_json([line])
                else:
                    _print_reading(line)
    raise typer.Exit(worst)


def _keep_evidence(
    folder: Path,
    reader: "Reader",
    content: bytes,
    readings: tuple[FileReading, ...],
) -> None:
    """A PNG for every field of every form, named 文件-1-completed.png."""
    from pipeline.edges.processes.field_pictures import shown

    folder.mkdir(parents=True, exist_ok=True)
    for picture in shown(reader, content, readings, office=True):
        name = f"{on_disk(picture.file)}-{picture.form}-{picture.field}.png"
        target = folder / on_disk(name)
        target.write_bytes(picture.png)
        typer.echo(f"图片 {target}", err=True)


def _print_reading(line: json_lines.Json) -> None:
    say(f"{line['file']}（{line['kind']}）")
    if line["error"]:
        say(f"  {line['error']}")
    for form in line["forms"]:
        # A scan that was not read: the sentence says it
        if not form["evidence"]:
            continue
        say(
            f"  单位 {form['unit_text']}（{form['unit'] or '名单里没有'}）　日期 "
            f"{form['reported_on']}　累计 {form['completed']}　本期 "
            f"{form['added']}"
        )
        for name, place in form["evidence"].items():
            say(f"    {name}：{place['where']}　{place['text'][:60]}")
        for clause in form["measures"]:
            say(f"    · {clause}")
        if form["holds"] or form["notes"]:
            say(
                f"    待核 {'、'.join(form['holds']) or '无'}　备注 {'、'.join(form['notes']) or '无'}"
            )
