"""The journal as it is read back: entries by unit, period and time, and the
configurations that were taken up.

Trusts what `xunbao verify` has proved; here nothing is proved. Writes one thing: that a
configuration was taken up.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from pipeline.edges.ledger.tables import (
    ConfigRow,
    DecisionRow,
    DeliveryRow,
    JournalRow,
    MessageRow,
    NoticeRow,
    ReportRow,
    SightingRow,
)
from pipeline.model.operation.journal_entry import Entry
from pipeline.settings.in_force import RETROACTIVE, WHOLE

# Before the reason of a configuration that corrects the past, among its changes.
_CORRECTED = "更正过去："

Settings = Mapping[str, str]
# What changed from the first to the second, a sentence each
Compare = Callable[[Settings, Settings], list[str]]

_UnitAndPeriod = tuple[str | None, date | None]
# (table, key)
_RowName = tuple[str, str]


@dataclass
class _About:
    """Which units and periods rows are about that do not say it themselves."""

    found: dict[_RowName, set[_UnitAndPeriod]] = field(default_factory=dict)

    def add(
        self, table: str, key: object, unit: str | None, period: date | None
    ) -> None:
        self.found.setdefault((table, str(key)), set()).add((unit, period))

    def fits(self, entry: Entry, unit: str, period: date | None) -> bool:
        row = (entry.table_name, entry.row_key)
        about = {(entry.unit, entry.period)}
        about |= self.found.get(row, set())
        for told_unit, told_period in about:
            fits_unit = not unit or told_unit == unit
            fits_period = period is None or told_period == period
            if fits_unit and fits_period:
                return True
        return False


class Journalbook:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def entries(
        self,
        unit: str = "",
        period: date | None = None,
        since: datetime | None = None,
    ) -> Iterator[Entry]:
        """In their order. With a unit or a period also what happened to its mails,
        reports and letters."""
        with Session(self._engine) as session:
            if unit or period:
                about = self._about(session)
            else:
                about = _About()
            in_order = select(JournalRow).order_by(col(JournalRow.seq))
            for row in session.exec(in_order):
                entry = _entry(row)
                if since is not None and entry.at < since:
                    continue
                everything = not unit and period is None
                if everything or about.fits(entry, unit, period):
                    yield entry

    @staticmethod
    def _about(session: Session) -> _About:
        about = _About()
        sources: dict[str, list[tuple[str, int | None]]] = {}
        for name, kind in (("message", MessageRow), ("sighting", SightingRow)):
            for key, number in session.exec(select(kind.key, kind.id)):
                sources.setdefault(key, []).append((name, number))
        reports = {}
        for r in session.exec(select(ReportRow)):
            reports[r.id] = r
        for decision in session.exec(select(DecisionRow)):
            report = reports[decision.report_id]
            about.add("report", report.sequence, decision.unit, decision.period)
            for table, number in sources.get(report.message_key, ()):
                about.add(table, number, decision.unit, decision.period)
        notices: dict[str, set[_UnitAndPeriod]] = {}
        written = select(NoticeRow).where(col(NoticeRow.mail_id).is_not(None))
        for notice in session.exec(written):
            told = notices.setdefault(notice.mail_id or "", set())
            told.add((notice.unit, notice.period))
        copies = {}
        for d in session.exec(select(DeliveryRow)):
            copies[str(d.id)] = d.mail_id
        for mail, found in notices.items():
            for unit, period in found:
                about.add("mail", mail, unit, period)
        sent = select(JournalRow).where(
            JournalRow.table_name == "delivery_event"
        )
        for entry in session.exec(sent):
            mail = copies.get(entry.subject, "")
            for unit, period in notices.get(mail, set()):
                about.add("delivery_event", entry.row_key, unit, period)
        return about

    def recipients(self) -> dict[str, str]:
        """The number of each copy, as entries name it -> to whom it goes."""
        with Session(self._engine) as session:
            found = {}
            for d in session.exec(select(DeliveryRow)):
                found[str(d.id)] = d.recipient
            return found

    def adopted(self) -> dict[str, str] | None:
        """The configuration that was taken up last; None for a ledger that knows none."""
        newest = select(ConfigRow).order_by(col(ConfigRow.id).desc()).limit(1)
        with Session(self._engine) as session:
            row = session.exec(newest).first()
        if row is None:
            return None
        return dict(row.settings)

    def adoptions(
        self, until: datetime
    ) -> list[tuple[datetime, dict[str, str]]]:
        """Every configuration that was taken up until a moment, with when, oldest
        first."""
        query = select(ConfigRow).order_by(col(ConfigRow.id))
        found = []
        with Session(self._engine) as session:
            for row in session.exec(query.where(col(ConfigRow.at) <= until)):
                found.append((row.at, dict(row.settings)))
        return found

    def take_config(
        self,
        values: Mapping[str, str],
        compare: Compare,
        at: datetime,
        beside: Mapping[str, str] | None = None,
        *,
        always: bool = False,
    ) -> list[str]:
        """Records the configuration that is worked by, where it is another than the
        last, or `always`; what changed. `beside` is kept with it and is no part of what
        is compared."""
        kept = dict(values) | dict(beside or {})
        digest = sha256(
            json.dumps(values, sort_keys=True, ensure_ascii=True).encode()
        ).hexdigest()
        with Session(self._engine) as session:
            last = session.exec(
                select(ConfigRow).order_by(col(ConfigRow.id).desc()).limit(1)
            ).first()
            if last is not None and _holds(last, digest, kept) and not always:
                return []
            changed = []
            if RETROACTIVE in kept:
                changed.append(f"{_CORRECTED}{kept[RETROACTIVE]}")
            if last is not None:
                before = dict(last.settings)
                for name in (WHOLE, RETROACTIVE):
                    before.pop(name, None)
                changed += compare(before, values)
            session.add(
                ConfigRow(at=at, digest=digest, settings=kept, changes=changed)
            )
            session.commit()
            return changed


def _holds(row: ConfigRow, digest: str, kept: Mapping[str, str]) -> bool:
    """Whether a row says it already; one of an older version kept no text."""
    return row.digest == digest and (WHOLE in row.settings or WHOLE not in kept)


def _entry(row: JournalRow) -> Entry:
    return Entry(
        seq=row.seq or 0,
        at=row.at,
        who=row.who,
        what=row.what,
        unit=row.unit,
        period=row.period,
        subject=row.subject,
        why=row.why,
        table_name=row.table_name,
        row_key=row.row_key,
        row_digest=row.row_digest,
        previous=row.previous,
    )
