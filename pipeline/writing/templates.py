"""Letter + mail_templates/ -> subject, text and HTML. The only file that imports jinja2.

Trusts the facts to be judged already, and nothing in them that came out of a mail:
every value that a template prints is made one line of visible characters, and escaped
in HTML. Trusts the templates only as far as a sandbox does, since admins may edit them:
a mistake in one is named by file and line. Never computes a figure, reads no clock,
sends nothing.
"""

import re
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from markupsafe import Markup, escape

from pipeline.model.letters.bulletins import Bulletin, BulletinDraft
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.letter_sender import ANSWER_ABOVE, Sender
from pipeline.model.letters.reminders import UnitLetter
from pipeline.model.notice import REMINDERS, NoticeKind
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.settings.new.sample import shipped
from pipeline.writing import phone_form, titles, words
from pipeline.writing.bulletin import chart, narrative, title
from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import LETTERS
from pipeline.writing.template_sandbox import COMPILED, Sandbox

PARTS: Final = ("subject.txt", "body.txt", "body.html")
# Characters: more no program shows in a list of mails
_SUBJECT_LIMIT: Final = 120
# What templates may write with, by the names that mail_templates/README.md explains.
_FILTERS: Final = (
    words.number,
    words.signed,
    words.percent,
    words.points,
    words.day,
    words.full_day,
    words.moment,
    words.listing,
    words.joined,
    words.some,
    words.lateness,
    words.paragraphs,
    words.shorten,
    words.ordinal,
)
_GLOBALS: Final = {
    "against": words.against,
    "place": words.place,
    "shift": words.shift,
    "arrow": words.arrow,
    "bar": chart.bar,
    "lag_rule": narrative.lag_rule,
    "bulletin_title": title.bulletin_title,
    "phone_below": phone_form.phone_below,
    "phone_lines": phone_form.phone_lines,
    "phone_count": phone_form.phone_count,
    "phone_asks": phone_form.phone_asks,
    "issue_name": title.issue_name,
    "STATES": titles.STANDING_STATES,
    "TALK_STATES": titles.TALK_STATES,
    "REPORT_STATES": titles.REPORT_STATES,
    "ANSWER_ABOVE": ANSWER_ABOVE,
}


@frozen
class RenderedMail:
    """A letter in words: the subject is one line, the text is complete in itself, the
    HTML a whole document."""

    subject: str
    text: str
    html: str


@frozen
class TemplateMistake:
    """`file` relative to the templates' folder; `line` counts from 1, 0 where the whole
    file is meant."""

    file: str
    line: int
    message: str


class _Block(str):
    """Text of several lines that a template put together itself: printed as it is."""

    __slots__ = ()


@frozen
class _Environments:
    text: Sandbox
    html: Sandbox


class Renderer:
    """Renders letters with the templates of a folder, each one that it lacks taken from the package.

    Raises jinja2.TemplateError (or what a template's own expression raises) for a
    template with a mistake: `check` finds those before anything is sent.
    """

    def __init__(self, templates_dir: Path | None = None) -> None:
        packaged = packaged_templates()
        self.folders = (
            (packaged,) if templates_dir is None else (templates_dir, packaged)
        )
        self._environments: dict[CampaignWords, _Environments] = {}

    def _speaking(self, words: CampaignWords) -> "_Environments":
        """The environments of a campaign. Its words are globals, since a macro sees
        nothing else."""
        if words not in self._environments:
            # Two environments, since jinja2 escapes by the file that a macro stands in
            # and trusts what the macro returns: the sentences in *.txt that HTML shares
            # would come through unescaped.
            self._environments[words] = _Environments(
                text=_environment(self.folders, words, autoescape=False),
                html=_environment(self.folders, words, autoescape=True),
            )
        return self._environments[words]

    def take_up_changes(self) -> None:
        """Before a round of letters: what an admin changed in the templates since the
        last one. Within a round they stay as they are."""
        for speaking in self._environments.values():
            speaking.text.take_up_changes()
            speaking.html.take_up_changes()

    def render(self, letter: Letter, sender: Sender) -> RenderedMail:
        """The mail for one letter. A UnitLetter becomes one mail; its gravest part
        comes first and names the subject."""
        parts = _parts(letter)
        speaking = self._speaking(sender.words)
        facts: dict[str, Any] = {
            "parts": parts,
            "whom": _whom(parts),
            "it": parts[0],
            "sender": sender,
        }
        bulletin = (
            letter.bulletin if isinstance(letter, BulletinDraft) else letter
        )
        if isinstance(bulletin, Bulletin):
            # The same sentences go into mail, document and draft.
            facts["story"] = narrative.narrate(bulletin, sender)
        subject = words.shorten(
            _fill(speaking.text, f"{parts[0].kind}/subject.txt", facts),
            _SUBJECT_LIMIT,
        )
        text = _tidy(_fill(speaking.text, "_layout.txt", facts))
        facts |= {"subject": subject, "opening": _opening(text)}
        return RenderedMail(
            subject,
            text,
            _without_indent(_fill(speaking.html, "_layout.html", facts)),
        )

    def check(self) -> list[TemplateMistake]:
        """Renders every trio with sample facts; the mistakes, each once, in the order found."""
        mistakes = self._absent() or self._undecodable()
        # Without its files every letter fails the same way: once is enough.
        for _, letter in [] if mistakes else LETTERS:
            mistake = self._mistake(letter, SENDER)
            if mistake is not None and mistake not in mistakes:
                mistakes.append(mistake)
        return mistakes

    def _absent(self) -> list[TemplateMistake]:
        names = [
            "_layout.txt",
            "_layout.html",
            *(f"{kind}/{part}" for kind in NoticeKind for part in PARTS),
        ]
        found = []
        for name in names:
            if not any((folder / name).is_file() for folder in self.folders):
                found.append(
                    TemplateMistake(
                        name,
                        0,
                        "缺少这个模板文件，请从安装包里的 mail_templates 补回",
                    )
                )
        return found

    def _undecodable(self) -> list[TemplateMistake]:
        """An admin's own template that Notepad saved in GBK (ANSI)."""
        found = []
        for folder in self.folders:
            for file in sorted(folder.rglob("*")):
                if file.suffix not in {".txt", ".html"}:
                    continue
                try:
                    file.read_text(encoding="utf-8")
                except UnicodeDecodeError:
                    name = file.relative_to(folder).as_posix()
                    advice = "不是 UTF-8 编码，请用记事本另存为 UTF-8"
                    found.append(TemplateMistake(name, 1, advice))
        return found

    def _mistake(
        self, letter: Letter, sender: Sender
    ) -> TemplateMistake | None:
        try:
            self.render(letter, sender)
        except TemplateSyntaxError as error:
            return TemplateMistake(
                error.name or "", error.lineno, f"模板写法有误：{error.message}"
            )
        except TemplateNotFound as error:
            return TemplateMistake(str(error.name), 0, "找不到这个模板文件")
        except Exception as error:  # noqa: BLE001  (a template may divide, index or call anything: its mistake)
            return self._placed(error)
        return None

    def _placed(self, error: Exception) -> TemplateMistake:
        """The mistake at the innermost template line of the traceback."""
        places = [
            (
                Path(frame.filename).relative_to(folder).as_posix(),
                frame.lineno or 0,
            )
            for frame in traceback.extract_tb(sys.exc_info()[2])
            for folder in self.folders
            if Path(frame.filename).is_relative_to(folder)
        ]
        # No template's line is in it: a fault of the program, not of an admin.
        if not places and not isinstance(error, TemplateError):
            raise error
        file, line = places[-1] if places else ("", 0)
        return TemplateMistake(file, line, _complaint(error))


def packaged_templates() -> Path:
    """mail_templates/ of the installed package, or of the repository when it runs from there."""
    return shipped("mail_templates")


def _fill(
    environment: Sandbox,
    name: str,
    facts: Mapping[str, Any],
) -> str:
    return environment.get_template(name).render(facts)


def _environment(
    folders: Sequence[Path], words: CampaignWords, *, autoescape: bool
) -> Sandbox:
    environment = Sandbox(
        printed=_PRINTED[autoescape],
        loader=FileSystemLoader(folders),
        # Changes are taken up between two rounds
        auto_reload=False,
        # All that there are: one that forgets locks itself at each look-up
        cache_size=-1,
        bytecode_cache=COMPILED[autoescape],
        undefined=StrictUndefined,
        autoescape=autoescape,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for word in _FILTERS:
        environment.filters[word.__name__] = word
    environment.filters["block"] = _Block
    environment.filters["people"] = words.told
    environment.filters["month_name"] = words.month_name
    environment.globals |= _GLOBALS
    environment.globals |= {"words": words, "KINDS": words.kind_names}
    return environment


def _printed(value: object) -> object:
    """What a template prints: markup and blocks as they are, None as an error would be
    worse than a dash."""
    if isinstance(value, Markup | _Block):
        return value
    if value is None:
        return words.NOTHING
    return words.plain(value)


# Colours, labels and the sender's own lines come again in each letter
_LINES = 2048


@lru_cache(_LINES)
def _line(text: str) -> str:
    return words.plain(text)


@lru_cache(_LINES)
def _line_in_html(text: str) -> str:
    return escape(words.plain(text))


def _printed_in_text(value: object) -> str:
    if type(value) is str:
        return _line(value)
    return str(_printed(value))


def _printed_in_html(value: object) -> str:
    if type(value) is str:
        return _line_in_html(value)
    if type(value) is Markup:
        return value
    return escape(_printed(value))


# By whether HTML is escaped
_PRINTED: Final[Mapping[bool, Callable[[object], str]]] = {
    False: _printed_in_text,
    True: _printed_in_html,
}


def _parts(letter: Letter) -> tuple[Any, ...]:
    if not isinstance(letter, UnitLetter):
        return (letter,)
    return tuple(sorted(letter.parts, key=_gravity))


def _whom(parts: tuple[Any, ...]) -> str:
    """The units that a letter's parts speak of, as a subject names them."""
    units = dict.fromkeys(getattr(part, "unit", "") for part in parts)
    return words.some(list(filter(None, units)))


def _gravity(part: Any) -> int:
    """An answer to what came before what goes of its own accord."""
    if part.kind in REMINDERS:
        return REMINDERS.index(part.kind)
    return -1


def _opening(text: str) -> str:
    """The first line that says something: what programs show beside the subject."""
    return next(
        (
            line
            for line in text.splitlines()
            if line.strip() and ANSWER_ABOVE not in line
        ),
        "",
    )


def _tidy(text: str) -> str:
    """No blanks at line ends, never two empty lines together, one line end at the end."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def _without_indent(html: str) -> str:
    """The templates' indentation and empty lines only make a mail bigger."""
    lines = map(str.strip, html.splitlines())
    return "\n".join(filter(None, lines)) + "\n"


def _complaint(error: Exception) -> str:
    """jinja2's message with the commonest ones in Chinese."""
    text = str(error)
    unknown = re.match(r"'([^']+)' is undefined", text) or re.search(
        r"has no attribute '([^']+)'", text
    )
    if unknown:
        return f"用到了不存在的名称“{unknown.group(1)}”，请对照模板说明改正"
    return f"填写时出错：{text}"
