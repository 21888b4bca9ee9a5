"""A mail's own words that call the form which it brings another unit's: 附件是五通桥区的旬报表
over a form that names 市中区, or nobody.

Values in, values out. Trusts a name only as the roster has it. Never: takes the unit that
is named; a person decides.
"""

from collections.abc import Collection, Iterator

from pipeline.judging.names import NameBook
from pipeline.model.wording.whose_form import CALLS_IT_OF, CLAUSE_END


def said_of_another(
    book: NameBook, text: str, units: Collection[str | None]
) -> str:
    """The first clause of a mail's text that calls what it brings the form of a unit which
    is none of `units`, whose forms it brings; "" for none."""
    for clause in CLAUSE_END.split(text):
        for unit in _named(book, clause):
            if unit not in units:
                return clause.strip()
    return ""


def _named(book: NameBook, clause: str) -> Iterator[str]:
    for pattern in CALLS_IT_OF:
        found = pattern.search(clause)
        unit = book.named_in(found["name"]) if found else None
        if unit is not None:
            yield unit
