"""What a checker of official documents finds, and the measures that several of its
checks share. Pure."""

from collections.abc import Iterator

from pipeline.model.values.frozen import frozen
from pipeline.writing.docx.styles import Paragraph

UNSAID = "未设"


@frozen
class Finding:
    """A departure from the standard. `where` is a place a person can find; all four are Chinese."""

    where: str
    rule: str
    expected: str
    found: str


Findings = Iterator[Finding]


def font_findings(
    paragraph: Paragraph, where: str, rule: str, wanted: tuple[str, ...]
) -> Findings:
    """A finding where a paragraph's Chinese stands in another font than `wanted` (parts
    of names, the first one told)."""
    strangers = []
    for font in sorted(paragraph.fonts):
        if not any(name in font for name in wanted):
            strangers.append(font or UNSAID)
    if strangers:
        yield Finding(
            where=where,
            rule=rule,
            expected=wanted[0],
            found="、".join(strangers),
        )


def align_findings(paragraph: Paragraph, rule: str, wanted: str) -> Findings:
    if paragraph.align != wanted:
        yield Finding(
            where=paragraph.where,
            rule=rule,
            expected="居中",
            found=paragraph.align or UNSAID,
        )


def size_findings(
    paragraph: Paragraph, where: str, rule: str, points: float, name: str
) -> Findings:
    if paragraph.sizes - {points}:
        found = "、".join(f"{size:g}磅" for size in sorted(paragraph.sizes))
        yield Finding(where, rule, f"{name}（{points:g}磅）", found)
