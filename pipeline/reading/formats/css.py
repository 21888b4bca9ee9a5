"""Style sheets of web pages: which declarations apply to an element, in the order of the
cascade (CSS 2.1 chapter 6).

For: the html reader. Trusts nothing: what is not understood applies to nothing, but is
told, so that the reader can doubt what it may have hidden. Never fetches a sheet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.model.values.frozen import frozen

Element = etree._Element
Declarations = dict[str, str]

# A page that Word saved has some hundreds
_MOST_RULES = 20_000
# @media in @supports and so on
_MOST_NESTED = 4
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_MEDIA_SHOWN = re.compile(
    r"^\s*$|\b(?:all|screen)\b|^\s*\(|^\s*only\b", re.IGNORECASE
)
# Weight by ids, by classes, by tags (CSS 2.1, 6.4.3)
Weight = tuple[int, int, int]
# What a style attribute weighs: more than any selector can
_INLINE: Weight = (1 << 20, 0, 0)
_COMBINATOR = re.compile(r"\s*([>+~])\s*|\s+")
_PIECE = re.compile(
    r"(?P<tag>\*|[A-Za-z][\w-]*)|#(?P<id>[\w\u0080-\uffff-]+)|\.(?P<cls>[\w\u0080-\uffff-]+)"
    r"|\[(?P<attr>[\w-]+)(?:(?P<op>[~|^$*]?=)[\"']?(?P<val>[^\]\"']*)[\"']?)?\]"
    r"|(?P<pseudo>::?[\w-]+(?:\([^()]*\))?)"
)
# States that a page that is only looked at never has.
_NEVER = (
    ":hover",
    ":active",
    ":focus",
    ":visited",
    ":target",
    ":checked",
    ":disabled",
)
_ALWAYS = (":root", ":link", ":enabled", ":read-only")
_GENERATED = ("::before", ":before", "::after", ":after")
_IMPORTANT = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)
# CSS Display 3; mso- and -webkit- values are of programs that follow them
_DISPLAYED = re.compile(
    r"(?:(?:none|block|inline(?:-(?:block|flex|grid|table))?|flow(?:-root)?|flex|grid"
    r"|table(?:-[a-z-]+)?|list-item|contents|run-in|ruby(?:-[a-z-]+)?|math|inherit"
    r"|initial|unset|revert(?:-layer)?|-[a-z-]+|mso-[a-z-]+|compact|marker)(?:\s+|$))+"
)
# Excel escapes the semicolons of a number format
_DECLARATION_SPLIT = re.compile(r"(?<!\\);(?![^(]*\))")
_SELECTOR_SPLIT = re.compile(r",(?![^(]*\))")
_ESCAPED = re.compile(r"\\([0-9A-Fa-f]{1,6})[ \t]?")
# Rules whose blocks hold rules that apply as they stand, as far as a form goes.
_GROUPING = ("@supports", "@media", "@layer", "@container", "@scope")
_CHOOSING = (":is(", ":where(", ":matches(", ":-webkit-any(")


@frozen
class Compound:
    """One element's conditions: td.x#y[a=b]:first-child."""

    tag: str = ""
    ids: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str, str], ...] = ()
    pseudos: tuple[str, ...] = ()


@frozen
class Rule:
    """`steps` from the last compound outwards, each with the combinator that leads from
    it to the next; `generated` is set for ::before and ::after."""

    steps: tuple[tuple[Compound, str], ...]
    declarations: Declarations
    weight: Weight
    order: int
    generated: bool = False
    paper: bool = False


@dataclass
class Applied:
    """What applies to an element. `unsure`: a part of it may not (a class that differs
    by case alone, a condition that is not understood), or text is generated."""

    declarations: Declarations = field(default_factory=dict)
    unsure: bool = False


@frozen
class _Ranked:
    """A declaration with what it is ranked by."""

    important: bool
    weight: Weight
    order: int
    name: str
    value: str

    def rank(self) -> tuple[bool, Weight, int]:
        """!important comes before weight, weight before order (6.4.1)."""
        return self.important, self.weight, self.order


class _Cascade:
    """The declarations that reach an element, each with its rank; the highest wins."""

    def __init__(self) -> None:
        self._found: list[_Ranked] = []

    def take(
        self, declarations: Declarations, weight: Weight, order: int
    ) -> None:
        for name, value in declarations.items():
            plain, marks = _IMPORTANT.subn("", value)
            self._found.append(
                _Ranked(
                    important=bool(marks),
                    weight=weight,
                    order=order,
                    name=name,
                    value=plain,
                )
            )

    def outcome(self) -> Declarations:
        found: Declarations = {}
        for one in sorted(self._found, key=_Ranked.rank):
            found[one.name] = one.value
        return found


def _asks_around(rule: Rule) -> bool:
    if len(rule.steps) > 1:
        return True
    last, _ = rule.steps[0]
    return bool(last.pseudos)


class StyleSheet:
    """The rules of all sheets of a page, found by the last compound's class, id or tag."""

    def __init__(self, texts: list[str]) -> None:
        self._rules: dict[str, list[Rule]] = {}
        self._count = 0
        for text in texts:
            self._read(_COMMENT.sub(" ", text), 0)

    def __bool__(self) -> bool:
        return self._count > 0

    def looks_around(self, element: Element) -> bool:
        """Whether a rule for the element asks for what stands around it."""
        rules = self._candidates(element)
        return any(map(_asks_around, rules))

    def of(self, element: Element) -> Applied:
        """The declarations for an element, its own style attribute last."""
        cascade = _Cascade()
        unsure = False
        for rule in self._candidates(element):
            fit = _fits(rule, element)
            if fit is None:
                continue
            if rule.generated:
                unsure |= _generates(rule.declarations)
            elif rule.paper:
                unsure |= _hides(rule.declarations)
            else:
                unsure |= not fit
                cascade.take(rule.declarations, rule.weight, rule.order)
        own = declarations_of(element.get("style") or "")
        cascade.take(own, _INLINE, self._count)
        return Applied(cascade.outcome(), unsure)

    def _candidates(self, element: Element) -> Iterator[Rule]:
        """The rules whose last compound may be this element: asked by class, id and
        tag, since a page of a thousand cells has no time for all rules each."""
        if not self._count:
            return
        keys = ["*", str(element.tag)]
        # In lower case: in quirks mode browsers look past the case.
        for name in (element.get("class") or "").lower().split():
            keys.append(f".{name}")
        own_id = (element.get("id") or "").lower()
        if own_id:
            keys.append(f"#{own_id}")
        for key in dict.fromkeys(keys):
            yield from self._rules.get(key, ())

    def _read(self, text: str, depth: int, paper: bool = False) -> None:
        """`paper`: what a block says is not for the screen."""
        for head, body in _blocks(text):
            if head.startswith("@"):
                name, condition = _at_rule(head)
                if name in _GROUPING and depth < _MOST_NESTED:
                    elsewhere = name == "@media" and not _is_shown(condition)
                    self._read(body, depth + 1, paper or elsewhere)
                continue
            own = body
            # Rules within rules (CSS Nesting), which newer page makers write
            if "{" in body and depth < _MOST_NESTED:
                self._read(_unnested(head, body), depth + 1, paper)
                own = _without_blocks(body)
            declarations = declarations_of(own)
            if declarations:
                for selector in _SELECTOR_SPLIT.split(head):
                    self._add(selector.strip(), declarations, paper)

    def _add(
        self, selector: str, declarations: Declarations, paper: bool
    ) -> None:
        steps = _steps(selector)
        if not steps or self._count >= _MOST_RULES:
            return
        self._count += 1
        last = steps[0][0]
        generated = any(p in _GENERATED for p in last.pseudos)
        weight = _weight(steps)
        rule = Rule(
            steps=steps,
            declarations=declarations,
            weight=weight,
            order=self._count,
            generated=generated,
            paper=paper,
        )
        self._rules.setdefault(_key(last), []).append(rule)


def declarations_of(text: str) -> Declarations:
    """The declarations of a block or of a style attribute, names in lower case."""
    found: Declarations = {}
    if "\\" in text:
        text = _ESCAPED.sub(_unescaped, text)
    for part in _DECLARATION_SPLIT.split(_COMMENT.sub("", text)):
        name, colon, value = part.partition(":")
        key = name.strip().lower()
        if colon and value.strip() and _is_said(key, value):
            found[key] = value.strip()
    return found


def _is_said(name: str, value: str) -> bool:
    """Whether a browser takes a value for one: of display it leaves out what it does not
    know, and the one before it counts."""
    if name != "display" or "(" in value:
        return True
    plain = _IMPORTANT.sub("", value).strip().lower()
    return _DISPLAYED.fullmatch(plain) is not None


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """The rules of a sheet as (selectors, body); statements without a body are skipped."""
    at = 0
    while (opening := text.find("{", at)) >= 0:
        head = text[at:opening].rpartition(";")[2].strip()
        end, closed = _closing(text, opening)
        # A block that is never closed reaches to the end of the sheet.
        if closed:
            body = text[opening + 1 : end - 1]
        else:
            body = text[opening + 1 :]
        yield head, body
        at = end


def _closing(text: str, opening: int) -> tuple[int, bool]:
    """Behind the brace that closes the one at `opening`, and whether there is one."""
    depth = 1
    end = opening + 1
    while depth and end < len(text):
        if text[end] == "{":
            depth += 1
        elif text[end] == "}":
            depth -= 1
        end += 1
    return end, depth == 0


def _at_rule(head: str) -> tuple[str, str]:
    """@media screen: its name and its condition."""
    end = 1
    while end < len(head) and (head[end].isalnum() or head[end] == "-"):
        end += 1
    return head[:end].lower(), head[end:]


def _is_shown(condition: str) -> bool:
    """Whether what a @media condition guards may be meant for a screen."""
    if condition.strip().lower().startswith("not"):
        return False
    return _MEDIA_SHOWN.search(condition) is not None


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    if 0 < code < 0x110000:
        return chr(code)
    return ""


def _unnested(head: str, body: str) -> str:
    """The rules in the block of another rule, each with its selector in front."""
    found = []
    for inner, declarations in _blocks(body):
        selectors = []
        for selector in _SELECTOR_SPLIT.split(inner):
            outer = _SELECTOR_SPLIT.split(head)
            for one in outer:
                if "&" in selector:
                    selectors.append(selector.replace("&", one.strip()))
                else:
                    selectors.append(f"{one.strip()} {selector.strip()}")
        found.append(f"{','.join(selectors)}{{{declarations}}}")
    return "".join(found)


def _without_blocks(body: str) -> str:
    """A rule's own declarations, without the rules that stand between them."""
    own = []
    at = 0
    while (opening := body.find("{", at)) >= 0:
        own.append(body[at:opening].rpartition(";")[0])
        at, _ = _closing(body, opening)
    return ";".join((*own, body[at:]))


def _steps(selector: str) -> tuple[tuple[Compound, str], ...]:
    """The compounds from the last outwards; () for a selector that is not understood."""
    parts = _COMBINATOR.split(selector.strip())
    steps: list[tuple[Compound, str]] = []
    combinator = ""
    for index in range(0, len(parts), 2):
        compound = _compound(parts[index] or "")
        if compound is None:
            return ()
        steps.append((compound, combinator))
        # A blank is a combinator, too: anywhere inside.
        if index + 1 < len(parts):
            combinator = parts[index + 1] or " "
    return tuple(reversed(steps))


def _compound(text: str) -> Compound | None:
    tag = ""
    ids: list[str] = []
    classes: list[str] = []
    attributes: list[tuple[str, str, str]] = []
    pseudos: list[str] = []
    at = 0
    while at < len(text):
        match = _PIECE.match(text, at)
        if match is None:
            return None
        at = match.end()
        if match["tag"]:
            tag = match["tag"].lower()
        elif match["id"]:
            ids.append(match["id"])
        elif match["cls"]:
            classes.append(match["cls"])
        elif match["attr"]:
            name = match["attr"].lower()
            operator = match["op"] or ""
            attributes.append((name, operator, match["val"] or ""))
        else:
            pseudos.append(match["pseudo"].lower())
    if not text:
        return None
    return Compound(
        tag=tag,
        ids=tuple(ids),
        classes=tuple(classes),
        attributes=tuple(attributes),
        pseudos=tuple(pseudos),
    )


def _key(compound: Compound) -> str:
    """The rarest of its names, so that few rules are asked about an element."""
    if compound.ids:
        return "#" + compound.ids[0].lower()
    if compound.classes:
        return "." + compound.classes[0].lower()
    return compound.tag or "*"


def _weight(steps: tuple[tuple[Compound, str], ...]) -> Weight:
    ids = classes = tags = 0
    for compound, _ in steps:
        ids += len(compound.ids)
        # Attributes and pseudo-classes weigh as much as classes.
        classes += len(compound.classes)
        classes += len(compound.attributes)
        classes += len(compound.pseudos)
        tags += compound.tag not in ("", "*")
    return ids, classes, tags


def _fits(rule: Rule, element: Element) -> bool | None:
    """True where the rule surely applies, False where it may, None where it does not."""
    sure = _compound_fits(rule.steps[0][0], element)
    if sure is None:
        return None
    place: Element | None = element
    # the combinator of a step leads from it to the compound on its left
    for (compound, _), (_, combinator) in zip(
        rule.steps[1:], rule.steps, strict=False
    ):
        place, fit = _before(place, combinator, compound)
        if fit is None:
            return None
        sure = sure and fit
    return sure


def _before(
    place: Element | None, combinator: str, compound: Compound
) -> tuple[Element | None, bool | None]:
    """The element that a combinator leads to, and how it fits."""
    if place is None:
        return None, None
    if combinator in (">", "+"):
        if combinator == ">":
            one = place.getparent()
        else:
            one = place.getprevious()
        if one is None:
            return None, None
        return one, _compound_fits(compound, one)
    if combinator == "~":
        others = place.itersiblings(preceding=True)
    else:
        others = place.iterancestors()
    # The nearest that fits: whether an outer one would lead further is not tried.
    for other in others:
        fit = _compound_fits(compound, other)
        if fit is not None:
            return other, fit
    return None, None


def _compound_fits(compound: Compound, element: Element) -> bool | None:
    """As `_fits`, of one compound."""
    if compound.tag not in ("", "*", element.tag):
        return None
    sure = _names_fit(compound.classes, (element.get("class") or "").split())
    if sure is None:
        return None
    ids_fit = _names_fit(compound.ids, [element.get("id") or ""])
    if ids_fit is None:
        return None
    sure = sure and ids_fit
    for attribute, operator, value in compound.attributes:
        if not _attribute_fits(element.get(attribute), operator, value):
            return None
    for pseudo in compound.pseudos:
        fit = _pseudo_fits(pseudo, element)
        if fit is None:
            return None
        sure = sure and fit
    return sure


def _names_fit(wanted: tuple[str, ...], have: list[str]) -> bool | None:
    """As `_fits`, of classes or ids: quirks mode alone looks past the case."""
    lower = [name.lower() for name in have]
    sure = True
    for name in wanted:
        if name.lower() not in lower:
            return None
        sure = sure and name in have
    return sure


def _attribute_fits(have: str | None, operator: str, value: str) -> bool:
    if have is None:
        return False
    tests = {
        "": True,
        "=": have == value,
        "~=": value in have.split(),
        "|=": have == value or have.startswith(f"{value}-"),
        "^=": bool(value) and have.startswith(value),
        "$=": bool(value) and have.endswith(value),
        "*=": bool(value) and value in have,
    }
    return tests[operator]


def _pseudo_fits(pseudo: str, element: Element) -> bool | None:
    """As `_fits`; a pseudo-class that is not known may apply."""
    if pseudo in _ALWAYS or pseudo in _GENERATED:
        return True
    if pseudo.lstrip(":") in ("first-letter", "first-line"):
        # A part of what it says: which, only a painter knows
        return False
    if pseudo in _NEVER or pseudo.startswith("::"):
        return None
    if pseudo == ":first-child":
        return _surely(element.getprevious() is None)
    if pseudo == ":last-child":
        return _surely(element.getnext() is None)
    if pseudo.startswith(_CHOOSING):
        return _any_fits(pseudo.partition("(")[2].rstrip(")"), element)
    return False


def _surely(fits: bool) -> bool | None:
    if fits:
        return True
    return None


def _any_fits(selectors: str, element: Element) -> bool | None:
    """Whether one of the compounds of :is() fits; longer selectors in it may."""
    for selector in selectors.split(","):
        compound = _compound(selector.strip())
        if compound is None:
            return False
        fit = _compound_fits(compound, element)
        if fit is not None:
            return fit
    return None


def _hides(declarations: Declarations) -> bool:
    """Whether what is for paper alone takes something from there."""
    gone = "none" in declarations.get("display", "")
    return gone or "visibility" in declarations


def _generates(declarations: Declarations) -> bool:
    """Whether ::before or ::after puts text in."""
    content = declarations.get("content", "none").strip("\"' ")
    return content not in ("", "none", "normal")
