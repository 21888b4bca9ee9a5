"""What a mended reader changes of the past: which reports are judged again, which stay
as people decided, what was published meanwhile.

Pure: two ledgers in (as it stands, and as a replay rebuilt it), a plan out. What staff
decided is never overridden, what is found no longer is never taken away, and what
differs by the order of handling alone is left: all of it is listed for a person.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from pipeline.flows.recovery.alike import Difference, standing_key
from pipeline.judging.progress.campaign import Campaign
from pipeline.model.actor import RULE
from pipeline.model.ledger import Ledger
from pipeline.model.values.frozen import frozen


@frozen
class Rereading:
    """`reports`: id -> why, for those that are judged again or were not found before.
    `left`: sentences about those that are left as they stand. `errata`: sentences about
    figures of bulletins that were sent."""

    reports: Mapping[str, str] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()


def plan(
    found: Iterable[Difference],
    ledger: Ledger,
    rebuilt: Ledger,
    campaign: Campaign,
) -> Rereading:
    """What of the differences between two ledgers is applied, and what a person must look at."""
    differences = tuple(found)
    reports: dict[str, str] = {}
    left: list[str] = []
    known = {report.id: report for report in ledger.reports}
    made = {report.id: report for report in rebuilt.reports}
    for difference in differences:
        report = known.get(difference.key)
        if difference.kind == "raw":
            left.append(difference.sentence)
        elif difference.kind != "report":
            continue
        elif difference.by_order:
            left.append(difference.sentence)
        elif report is not None and report.decided_by != RULE:
            left.append(
                f"{difference.sentence}；已由 {report.decided_by} 决定，不改"
            )
        elif difference.key not in made:
            left.append(f"{difference.sentence}；重读没有找到，不改")
        else:
            change = (
                f"{difference.field} {difference.before} → {difference.after}"
            )
            why = reports.get(difference.key)
            if why:
                change = f"{why}；{change}"
            else:
                change = f"重读：{change}"
            reports[difference.key] = change
    return Rereading(
        reports, tuple(left), tuple(_errata(differences, ledger, campaign))
    )


def _errata(
    differences: Iterable[Difference], ledger: Ledger, campaign: Campaign
) -> Iterator[str]:
    """Figures that a monthly bulletin has told otherwise."""
    published = {}
    for bulletin in ledger.bulletins:
        dues = campaign.calendar.of_month(bulletin.month)
        for due in dues:
            for unit in campaign.roster.by_name:
                key = standing_key(due, unit)
                published[key] = bulletin.month
    for difference in differences:
        month = published.get(difference.key)
        if (
            difference.kind == "standing"
            and month
            and difference.field == "累计"
            and not difference.by_order
        ):
            yield (
                f"{campaign.words.month_name(month)}通报已发出，其中 {difference.subject} 累计 "
                f"{difference.before}，应为 {difference.after}："
                f"请用 xunbao bulletin --month {month} --send --to 邮箱 --title 更正 发更正"
            )
