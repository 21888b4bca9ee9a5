"""preview, lint-docx: what will be sent, to look at; and any official document measured
against the standard."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    USAGE,
    ConfigOption,
    fail,
    guarded,
    settings_of,
)
from pipeline.cli.arguments import bytes_of
from pipeline.cli.root import app
from pipeline.model.notice import NoticeKind
from pipeline.settings import Settings


@app.command()
@guarded
def preview(
    config: ConfigOption = DEFAULT_CONFIG,
    out: Annotated[Path, typer.Option("--out", help="写到哪个目录")] = Path(
        "preview"
    ),
) -> None:
    """把每一种邮件按样例数据写成 .eml 和 .html，打开 index.html 查看。"""
    from pipeline.writing.preview.own_samples import own_samples
    from pipeline.writing.preview.preview_pages import write_previews
    from pipeline.writing.templates import Renderer

    settings = settings_of(config)
    written = write_previews(
        folder=out,
        sender=settings.sender,
        renderer=Renderer(settings.templates),
        never=_never_sent(settings),
        letters=own_samples(
            settings.sender,
            settings.roster,
            [kind.id for kind in settings.kinds],
            settings.calendar_rules,
        ),
    )
    typer.echo(f"已写 {len(written)} 个文件，请打开 {out / 'index.html'}")


def _never_sent(settings: Settings) -> frozenset[NoticeKind]:
    """The kinds of letters that this configuration never sends."""
    never = set()
    if settings.bulletin.approval == "none":
        never |= {NoticeKind.BULLETIN_DRAFT, NoticeKind.ERRATUM_DRAFT}
    if settings.bulletin.held != "wait":
        never.add(NoticeKind.BULLETIN_WAITS)
    if settings.talks.auto_confirm:
        never.add(NoticeKind.TALK_PROPOSAL)
    return frozenset(never)


@app.command("lint-docx")
@guarded
def lint_docx(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="文件", help="要检查的 .docx 公文"),
    ],
) -> None:
    """按 GB/T 9704-2012 的尺寸检查公文：页边距、字体字号、行数、红头、版记、页码。"""
    from pipeline.writing.docx.lint import NotADocument, lint

    found = 0
    for path in files:
        if not path.is_file():
            fail(f"没有这个文件：{path}", USAGE)
        try:
            findings = lint(bytes_of(path))
        except NotADocument as trouble:
            fail(f"{path}：{trouble}", USAGE)
        for finding in findings:
            typer.echo(
                f"{path}：{finding.where}：{finding.rule}，应为 {finding.expected}，实为 {finding.found}"
            )
        found += len(findings)
        if not findings:
            typer.echo(f"{path}：符合")
    raise typer.Exit(PERSON if found else DONE)
