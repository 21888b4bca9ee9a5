"""Compares what the program did in a campaign with the campaign's truth, share by share.

Trusts the truth alone: what the program says of itself is only ever one side of a comparison. Decides nothing
about good or bad; whoever calls it sets the bars. Shares in brackets are breakdowns of other shares.
"""

import difflib
import email
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

Row = dict[str, Any]
Posted = tuple[
    str, list[str], bytes
]  # envelope sender, envelope recipients, content

# Once a mail, not once a rule: compared by addressee, or by the mail that they are about.
BY_MAIL = ("receipt", "unreadable", "review_request")
UNSCHEDULED = (*BY_MAIL, "monthly_bulletin", "alert", "adhoc_bulletin")
RATE_TOLERANCE = (
    1e-4  # a rate is a share of 1; two decimals of a per cent are told
)


class Tally:
    """Right and all answers by the name of the share, and a sentence for each wrong one."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.all: Counter[str] = Counter()
        self.wrong: list[tuple[str, str]] = []

    def add(self, name: str, ok: object, detail: str = "") -> None:
        self.all[name] += 1
        if ok:
            self.right[name] += 1
        else:
            self.wrong.append((name, detail))

    def share(self, name: str) -> float:
        return self.right[name] / self.all[name] if self.all[name] else 1.0

    def mistakes(self) -> list[tuple[str, str]]:
        """The wrong ones without the breakdowns."""
        return [found for found in self.wrong if not found[0].startswith("(")]


@dataclass
class Outcome:
    """What a run of the program left: its lines of JSON by command, and the mails that were posted."""

    messages: list[Row]
    notices: list[Row]
    talks: list[Row]
    standings: Mapping[str, list[Row]]  # by period, as of its digest
    posted: list[Posted] = field(default_factory=list)


def score(
    truth: Row, seen: set[int], last: str, outcome: Outcome, tally: Tally
) -> None:
    """Fills `tally`. `seen` are the numbers of the mails delivered; `last` is the last step's time (ISO 8601)."""
    _messages(
        [m for m in truth["messages"] if m["n"] in seen],
        outcome.messages,
        tally,
    )
    _standings(truth["standings"], outcome.standings, tally)
    due = [n for n in truth["notices"] if n["at"] <= last]
    sent = [n for n in outcome.notices if n["state"] == "sent"]
    _notices_by_rule(due, sent, tally)
    _notices_by_mail(due, sent, tally)


def score_month_end(
    truth: Row, last: str, outcome: Outcome, tally: Tally
) -> None:
    """Talks, the circulation list and the bulletin of each month that has ended."""
    to_come = _bulletins(n for n in truth["notices"] if n["at"] > last)
    want = {
        (t["month"], t["unit"], t["circulated"])
        for t in truth["talks"]
        if t["month"] not in to_come
    }
    have = {
        (t["month"], t["unit"], bool(t["circulated"]))
        for t in outcome.talks
        if t["state"] != "dropped"
    }
    for talk in sorted(want | have):
        missing = "missing" if talk in want else "too many"
        tally.add(
            "talks and circulation", talk in want & have, f"{talk} {missing}"
        )
    due = _bulletins(n for n in truth["notices"] if n["at"] <= last)
    got = _bulletins(n for n in outcome.notices if n["state"] == "sent")
    for month in sorted(due | got):
        detail = f"{month}: {due.get(month)}, went to {got.get(month)}"
        tally.add("bulletin by month", due.get(month) == got.get(month), detail)


def score_post(config: str, outcome: Outcome, tally: Tally) -> None:
    """What left by SMTP: to known addresses alone, once, well formed, and as the ledger has it."""
    known = set(re.findall(r"[\w.+-]+@[\w.-]+", config))
    letters = [
        (email.message_from_bytes(raw, policy=policy.default), to)
        for _, to, raw in outcome.posted
    ]
    times: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for letter, to in letters:
        times[str(letter["Message-ID"]), tuple(sorted(to))] += 1
        tally.add("sent only to known addresses", set(to) <= known, str(to))
        tally.add(
            "sent mail well formed",
            _well_formed(letter),
            str(letter["Subject"]),
        )
    for key, count in times.items():
        tally.add("nothing sent twice", count == 1, f"{key} {count} times")
    booked = {n["message_id"] for n in outcome.notices if n["state"] == "sent"}
    posted = {str(letter["Message-ID"]) for letter, _ in letters}
    detail = f"booked only {booked - posted}, posted only {posted - booked}"
    tally.add("the book and the post agree", booked == posted, detail)


def _well_formed(letter: EmailMessage) -> bool:
    automatic = str(letter["Auto-Submitted"] or "").startswith("auto-")
    return bool(
        letter["Message-ID"]
        and letter["Date"]
        and letter["Subject"]
        and automatic
    )


def _bulletins(notices: Iterable[Row]) -> dict[str, set[str]]:
    """Month to everyone who has its bulletin, in To or in Cc."""
    return {
        n["month"]: {*n["to"], *(n["cc"] or [])}
        for n in notices
        if n["kind"] == "monthly_bulletin"
    }


# --- mails and their reports ------------------------------------------------------------------------------------------


def _messages(wanted: list[Row], found: list[Row], tally: Tally) -> None:
    by_id: defaultdict[str, list[Row]] = defaultdict(list)
    for message in found:
        by_id[message["message_id"]].append(message)
    for want in wanted:
        _message(want, _take(by_id[want["message_id"]], want["outcome"]), tally)
    unknown = [m["message_id"] for messages in by_id.values() for m in messages]
    tally.add("no mail unknown", not unknown, str(unknown[:5]))


def _take(pool: list[Row], outcome: str) -> Row | None:
    """Takes the message with that outcome out of those of one Message-ID, else the first."""
    if not pool:
        return None
    fitting = [m for m in pool if m["outcome"] == outcome]
    taken = (fitting or pool)[0]
    pool.remove(taken)
    return taken


def _message(want: Row, found: Row | None, tally: Tally) -> None:
    where = (
        f"mail {want['n']:04d} ({want['format']}, {'+'.join(want['traps'])})"
    )
    got = (found["outcome"], found.get("reason")) if found else None
    reason_fits = want["reason"] is None or (got and got[1] == want["reason"])
    detail = f"{where}: {got}, should be {(want['outcome'], want['reason'])}"
    tally.add(
        "mail outcome",
        got and got[0] == want["outcome"] and reason_fits,
        detail,
    )
    reports = list(found["reports"]) if found else []
    for report in want["reports"]:
        match = _match(report, reports, alone=len(want["reports"]) == 1)
        if match is not None:
            reports.remove(match)
        _report(where, want["format"], report, match, tally)
    tally.add("no report too many", not reports, f"{where}: also {reports}")


def _match(report: Row, reports: list[Row], *, alone: bool) -> Row | None:
    for found in reports:
        if (found["unit"], found["period"]) == (
            report["unit"],
            report["period"],
        ):
            return found
    return reports[0] if alone and reports else None


def _report(
    where: str, kind: str, want: Row, found: Row | None, tally: Tally
) -> None:
    detail = f"{where}: {found}, should be {want}"
    exact = found is not None and _same_report(want, found)
    tally.add("report exact", exact, detail)
    tally.add(f"(report exact, {kind})", exact)
    if want["state"] == "held":
        tally.add(
            "hold for the right reason",
            found and _same_holds(want, found),
            detail,
        )
    if want["state"] == "accepted" and exact and found:
        same = _alike(want["measures"], found["measures"])
        tally.add("measures read", same, detail)
        tally.add(
            "notes exact", sorted(found["notes"]) == want["notes"], detail
        )


def _same_report(want: Row, found: Row) -> bool:
    """A held report's period and figure are what the reviewer is asked about, so they are not compared."""
    asked = ["unit", "state"]
    if want["state"] != "held":
        asked += ["completed", "period"]
    return all(want[key] == found[key] for key in asked)


def _same_holds(want: Row, found: Row) -> bool:
    if "unit_unclear" in want["holds"]:
        return "unit_unclear" in found["holds"]
    return sorted(found["holds"]) == want["holds"]


def _alike(want: list[str], found: list[str]) -> bool:
    """The same number of clauses, and their words likewise (spaces and marks apart)."""
    if len(want) != len(found):
        return False
    one, other = _folded("".join(want)), _folded("".join(found))
    return (
        difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() > 0.97
    )


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


# --- standings and notices --------------------------------------------------------------------------------------------


def _standings(
    truth: Mapping[str, list[Row]], found: Mapping[str, list[Row]], tally: Tally
) -> None:
    for period in sorted(found):
        rows = {row["unit"]: row for row in found[period] if "unit" in row}
        for want in truth[period]:
            wrong = _differences(want, rows.get(want["unit"]))
            detail = f"{period} {want['unit']}: {'; '.join(wrong)}"
            tally.add("standing exact", not wrong, detail)


def _differences(want: Row, row: Row | None) -> list[str]:
    if row is None:
        return ["no row"]
    exact = ("state", "completed", "lagging", "rank", "rank_overall")
    wrong = [key for key in exact if row.get(key) != want[key]]
    wrong += [
        key
        for key in ("rate", "schedule")
        if not _close(row.get(key), want[key])
    ]
    return [f"{key} {row.get(key)} not {want[key]}" for key in wrong]


def _close(found: float | None, want: float | None) -> bool:
    if found is None or want is None:
        return found is want
    return abs(found - want) < RATE_TOLERANCE


def _notices_by_rule(due: list[Row], sent: list[Row], tally: Tally) -> None:
    want = Counter(_what(n) for n in due if n["kind"] not in UNSCHEDULED)
    have = {_what(n) for n in sent if n["kind"] not in UNSCHEDULED}
    for what in sorted({*want, *have}, key=str):
        count = int(what in have)
        detail = f"{what}: {count}, should be {want[what]}"
        tally.add("notices by rule", want[what] == count, detail)


def _what(notice: Row) -> tuple[Any, ...]:
    return notice["kind"], notice["unit"], notice["period"], notice["month"]


def _notices_by_mail(due: list[Row], sent: list[Row], tally: Tally) -> None:
    for kind in ("receipt", "unreadable"):
        want, have = _addressees(due, kind), _addressees(sent, kind)
        for address in sorted({*want, *have}):
            detail = f"{address}: {have[address]}, should be {want[address]}"
            tally.add(
                f"{kind} to the sender", want[address] == have[address], detail
            )
    asked = {
        (n["unit"], n["period"], n["message_id"])
        for n in sent
        if n["kind"] == "review_request"
    }
    held = sum(n["kind"] == "review_request" for n in due)
    tally.add(
        "a review request for each hold",
        len(asked) == held,
        f"{asked}, not {held}",
    )


def _addressees(notices: list[Row], kind: str) -> Counter[str]:
    return Counter(
        address for n in notices if n["kind"] == kind for address in n["to"]
    )
