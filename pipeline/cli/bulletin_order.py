"""What a person asks of `xunbao bulletin`: which bulletin, to whom, with whose choice of
先进典型.

Trusts the roster for who may be written to. Sends nothing.
"""

from pathlib import Path

from pipeline.bootstrap import Program
from pipeline.cli.app import USAGE, fail
from pipeline.flows.bulletin_drawer import Drawer
from pipeline.model.ledger import Ledger
from pipeline.model.letters.bulletins import Bulletin, Praise
from pipeline.model.month import Month
from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import adhoc_key, bulletin_key, instead_key
from pipeline.model.values.frozen import frozen
from pipeline.notices.bulletin_facts import draft
from pipeline.notices.owed_bulletins import bulletin_addresses


@frozen
class BulletinOrder:
    """What was asked for. With addresses it is an ad-hoc bulletin, else the month's."""

    month: Month
    to: tuple[str, ...]
    title: str
    note: str
    praise: tuple[Praise, ...] | None
    # Before the month's last deadline: sent now, it is not the month's own.
    early: bool = False

    @property
    def kind(self) -> NoticeKind:
        if self.to or self.early:
            return NoticeKind.ADHOC_BULLETIN
        return NoticeKind.MONTHLY_BULLETIN

    def look(self, program: Program) -> Bulletin:
        """The bulletin to look at: the frozen one where there is one and nothing of it is to change."""
        if self.kind is NoticeKind.ADHOC_BULLETIN or self.praise is not None:
            frozen = None
        else:
            frozen = program.store.bulletin(self.month, self.kind)
        return frozen or self._draft(program)

    def draw(self, program: Program) -> Bulletin:
        """The bulletin to send, frozen."""
        if self.kind is NoticeKind.MONTHLY_BULLETIN:
            facts = program.facts()
            drawer = Drawer(facts, program.store, program.settings.talk_rules)
            again = self.went_before(facts.ledger)
            return drawer.monthly(
                self.month, self.praise, again=again, goes=True
            )
        found = self._draft(program)
        program.store.keep_bulletin(found, program.clock.now())
        return found

    def _draft(self, program: Program) -> Bulletin:
        return draft(
            month=self.month,
            facts=program.facts(),
            kind=self.kind,
            title=self.title,
            note=self.note,
            praise=self.praise,
        )

    def addresses(self, program: Program) -> tuple[str, ...]:
        return self.to or bulletin_addresses(
            program.campaign.roster, program.settings.bulletin.to_units
        )

    def went_before(self, ledger: Ledger) -> bool:
        return bulletin_key(self.month) in ledger.settled

    def key(self, found: Bulletin, ledger: Ledger) -> str:
        if self.kind is NoticeKind.ADHOC_BULLETIN:
            return adhoc_key(found.snapshot_id)
        if self.went_before(ledger):
            return instead_key(self.month, found.snapshot_id)
        return bulletin_key(self.month)


def recipients(names: list[str], program: Program) -> tuple[str, ...]:
    """Addresses of whom a person named: an address, a unit (a pool's are its members'),
    a guidance group, or 全体. A name without any address is refused: left out, it could
    leave nobody named, which means everybody."""
    found: list[str] = []
    silent = []
    for name in names:
        named = _addresses_of(name, program)
        if not named:
            silent.append(name)
        found += named
    if silent:
        fail(f"这些没有登记邮箱，不能发：{'、'.join(silent)}", USAGE)
    return tuple(dict.fromkeys(found))


def _addresses_of(name: str, program: Program) -> tuple[str, ...]:
    roster = program.campaign.roster
    if name == "全体":
        return bulletin_addresses(roster, True)
    for group in roster.groups:
        if group.name == name:
            return group.emails
    unit = program.campaign.rulebook.book.match(name)
    if unit is None or "@" in name:
        return (name.lower(),)
    found = list(roster.by_name[unit].emails)
    for member in roster.members(unit):
        found += member.emails
    return tuple(found)


def budget(letters: int, program: Program) -> str:
    """How many letters a bulletin is, and how long the post takes for them."""
    a_minute = program.settings.smtp.per_minute
    minutes = -(-letters // a_minute)
    return f"发出时共{letters}封，每分钟至多{a_minute}封，约需{minutes}分钟"


def chosen_praise(
    file: Path | None, program: Program
) -> tuple[Praise, ...] | None:
    """Staff's own choice of 先进典型, a line each: 单位：举措."""
    if file is None:
        return None
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        fail(f"读不了 {file}：{error}；应为 UTF-8 文本，每行 单位：举措", USAGE)
    chosen = []
    for number, line in enumerate(lines, 1):
        name, mark, clause = line.replace(":", "：", 1).partition("：")
        if not line.strip() or line.startswith("#"):
            continue
        unit = program.campaign.rulebook.book.match(name)
        if unit is None or not mark or not clause.strip():
            fail(f"{file}:{number}: 应写成 单位：举措，单位须在名单里", USAGE)
        chosen.append(
            Praise(
                unit=unit,
                clause=clause.strip(),
                period_name="",
                message_id="",
                why="由工作人员选定",
            )
        )
    return tuple(chosen)
