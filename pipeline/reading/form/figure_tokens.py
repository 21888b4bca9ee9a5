"""A figure's text as tokens, every character in one of them: numbers, days, words of the
vocabulary, punctuation; what is left is `foreign`.

Trusts nothing of the text. Never skips a character: what is not understood is kept and
shown.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from pipeline.model.form import DateMention
from pipeline.model.values.frozen import frozen
from pipeline.reading.form.dates import Stretch, day_at, from_to_at, stretch_at
from pipeline.reading.form.figure_words import VOCABULARY, Kind
from pipeline.reading.form.numbers import Number, number_at

# Blanks or line ends between the characters of one word
_MOST_GAP = 2
_PAUSES = ",;。，；、\n!！"
_OPENS, _CLOSES = "(（[【{「『“‘《<", ")）]】}」』”’》>"
# < and { are no brackets of prose
_OPENS_TAKEN = frozenset("(（[【「『“‘")
_CLOSES_TAKEN = frozenset(")）]】」』”’")
_BLANKS = frozenset(" \t:：\"'")
_FRACTION = re.compile(r"\ ?[/／]\ ?(?=[0-9])")
_LIST_MARK = re.compile(
    r"(?:^|(?<=[;；。]))[ \t]*([(（]?([1-9])[)）、.．](?![0-9])|[①-⑳⑴-⒛]|[·•●■◆▪])",
    re.MULTILINE,
)
# One before a word chooses, and is held
_TICK = re.compile(r"[✓✔√☑](?=[ \t]{0,3}[0-9])")
_DIGITS = re.compile(r"[0-9][0-9,.]*")


class Sign(StrEnum):
    """Tokens that are no words."""

    NUMBER = "number"
    # 1234/1260: a share of two numbers
    FRACTION = "fraction"
    DAY = "day"
    # 1-9月, from the year's beginning: limits nothing
    SPAN = "span"
    PAUSE = "pause"
    OPEN = "open"
    CLOSE = "close"
    BLANK = "blank"
    FOREIGN = "foreign"


@frozen
class Token:
    kind: Kind | Sign
    text: str
    start: int
    number: Number | None = None
    # What a fraction's number is a share of
    over: Number | None = None
    day: DateMention | None = None
    # Of a span, where it names one
    to_month: int = 0

    @property
    def end(self) -> int:
        return self.start + len(self.text)


Tokens = list[Token]


def _gapped(word: str) -> str:
    return rf"[ \n\t]{{0,{_MOST_GAP}}}".join(map(re.escape, word))


# Measure words of people; 个 goes with anything.
PEOPLE = ("名", "人", "位")
_KIND_OF = {word: line.kind for line in VOCABULARY for word in line.words}
_WORD = re.compile(
    "|".join(_gapped(w) for w in sorted(_KIND_OF, key=lambda w: -len(w)))
)
_GAPS = re.compile(r"[ \n\t]+")


@frozen
class OwnWords:
    """The campaign's: its measure word, how the figure comes about, what it counts, and
    the stretch that a report covers (周), of which 本周 speaks as 本旬 does of ten days."""

    unit: str = PEOPLE[0]
    verb: str = ""
    counted: str = ""
    span: str = ""

    def kind_of(self, text: str, at: int) -> tuple[str, Kind] | None:
        """The word that begins at a place, and what it says."""
        for word, kind in self._words:
            if text.startswith(word, at):
                return word, kind
        if self.unit not in PEOPLE and text.startswith(self.unit, at):
            return self.unit, Kind.PERSON
        return None

    @property
    def _words(self) -> Iterator[tuple[str, Kind]]:
        if self.counted:
            yield self.counted, Kind.CORE
        if self.verb:
            yield self.verb, Kind.NEW
        if self.span:
            for lead in ("较上", "比上", "本", "当"):
                yield f"{lead}{self.span}", Kind.ADDED
            yield f"上{self.span}", Kind.PREVIOUS


_PLAIN = OwnWords()


def tokens_of(text: str, printed: str = "", own: OwnWords = _PLAIN) -> Tokens:
    """A text, as `as_seen` gives it, taken apart. `printed` is what the form itself
    prints: its words are harmless. `own` are the campaign's words."""
    marks = _list_marks(text)
    found: Tokens = []
    at = 0
    while at < len(text):
        if at in marks:
            token = Token(Sign.BLANK, marks[at], at)
        else:
            token = _token_at(text, at, found, own)
        found.append(token)
        at = token.end
    return _joined_foreign(found, printed, own.counted)


def _token_at(text: str, at: int, before: Tokens, own: OwnWords) -> Token:
    return (
        _day_token(text, at, before)
        or _word_token(text, at, before, own)
        or _number_token(text, at)
        or _sign_token(text, at)
    )


def _list_marks(text: str) -> dict[int, str]:
    """The marks of a list by their places. Figures are marks only where they count from
    1 over two lines or more: a lone 1、 may be a number of its own."""
    found = list(_LIST_MARK.finditer(text))
    counted = []
    ringed = []
    for match in found:
        if match[2]:
            counted.append(int(match[2]))
        elif match[1].isnumeric():
            ringed.append(unicodedata.numeric(match[1]))
    is_list = len(counted) > 1 and counted == list(range(1, len(counted) + 1))
    # ⑶56 is no list that begins with its third
    from_one = ringed == list(range(1, len(ringed) + 1))
    made = {}
    for m in found:
        if is_list or not m[2]:
            made[m.start(1)] = m[1]
        if m[1].isnumeric() and not from_one:
            del made[m.start(1)]
    return made


def _day_token(text: str, at: int, before: Tokens) -> Token | None:
    span = from_to_at(text, at)
    if span is not None:
        return _stretch_token(text, at, span)
    after_until = any(t.kind is Kind.UNTIL for t in before[-2:])
    found = day_at(text, at, bare=after_until)
    if found is not None:
        end, mention = found
        return Token(
            kind=Sign.DAY,
            text=text[at:end],
            start=at,
            day=mention,
        )
    stretch = stretch_at(text, at)
    if stretch is None:
        return None
    return _stretch_token(text, at, stretch)


def _stretch_token(text: str, at: int, stretch: Stretch) -> Token:
    words = text[at : stretch.end]
    if not stretch.from_january:
        return Token(Kind.STRETCH, words, at)
    return Token(
        kind=Sign.SPAN,
        text=words,
        start=at,
        to_month=stretch.to_month,
    )


def _word_token(
    text: str, at: int, before: Tokens, own: OwnWords
) -> Token | None:
    match = _WORD.match(text, at)
    mine = own.kind_of(text, at)
    # The longer word is meant: 新增加 is no 新增 with a foreign 加 behind it.
    if mine and (match is None or len(mine[0]) >= len(match.group())):
        return Token(mine[1], mine[0], at)
    if match is None:
        return None
    if own.unit not in PEOPLE and match.group() in PEOPLE:
        return Token(Kind.OTHER, match.group(), at)
    kind = _kind_of(match)
    told = []
    for t in before:
        if t.kind is not Sign.BLANK:
            told.append(t)
    if match.group() == "+" and told and told[-1].kind is Kind.ADDED:
        # 较上期+45
        kind = Kind.NEW
    return Token(kind, match.group(), at)


def _number_token(text: str, at: int) -> Token | None:
    number = number_at(text, at)
    if number is None:
        return None
    stroke = _FRACTION.match(text, number.end)
    if stroke is not None and not number.percent:
        over = number_at(text, stroke.end())
        if over is not None:
            return Token(
                kind=Sign.FRACTION,
                text=text[at : over.end],
                start=at,
                number=number,
                over=over,
            )
    return Token(
        kind=Sign.NUMBER,
        text=text[at : number.end],
        start=at,
        number=number,
    )


def _sign_token(text: str, at: int) -> Token:
    character = text[at]
    if character in _OPENS_TAKEN:
        return Token(Sign.OPEN, character, at)
    if character in _CLOSES_TAKEN:
        return Token(Sign.CLOSE, character, at)
    ahead = text[at + 1 : at + 2]
    stops = (character == "." and text[at - 1 : at] != ".") or (
        character == "/" and ahead and not _measured_by(text, at + 1)
    )
    if character == "," and ahead.isdigit() and not text[:at].strip():
        # ,234 has lost its thousands
        return Token(Sign.FOREIGN, character, at)
    if character in _PAUSES or (stops and not ahead.isdigit()):
        return Token(Sign.PAUSE, character, at)
    if character in _BLANKS or _TICK.match(text, at):
        return Token(Sign.BLANK, character, at)
    return Token(Sign.FOREIGN, _foreign_run(text, at), at)


def _measured_by(text: str, at: int) -> bool:
    """356人/天: so many a day."""
    match = _WORD.match(text, at)
    if match is None:
        return False
    return _kind_of(match) in (Kind.OTHER, Kind.PERSON)


def _kind_of(word: re.Match[str]) -> Kind:
    return _KIND_OF[_GAPS.sub("", word.group())]


def _foreign_run(text: str, at: int) -> str:
    """A run of digits that make no number stays in one piece; anything else is one
    character."""
    match = _DIGITS.match(text, at)
    if match:
        return match.group()
    return text[at]


def _joined_foreign(tokens: Tokens, printed: str, counted: str) -> Tokens:
    joined: Tokens = []
    for token in tokens:
        last = joined[-1] if joined else None
        if last and last.kind is token.kind is Sign.FOREIGN:
            joined[-1] = Token(Sign.FOREIGN, last.text + token.text, last.start)
        else:
            joined.append(token)
    return [_known_print(token, printed, counted) for token in joined]


def _known_print(token: Token, printed: str, counted: str) -> Token:
    """The form's own words (the noun in its title) are no foreign ones. One character
    alone is: it may stand in any title; and so is the beginning of what is counted, which
    may name others: 农民 are no 农民工."""
    if token.kind is not Sign.FOREIGN or len(token.text) < 2:
        return token
    if counted.startswith(token.text):
        return token
    if token.text in printed and not any(c.isdigit() for c in token.text):
        return Token(Kind.HARMLESS, token.text, token.start)
    return token
