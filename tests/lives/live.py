"""Lives a plan: wakes at every hour that the rules name, edits, kills, a simulated change before each edit, a backup put back on another machine; and holds what came of it against the rulebook.

What differs is returned as lines, so that a seed can be looked into.
"""

import random
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from email import message_from_bytes
from pathlib import Path

from offline_office import Mailbox, Post, _renderer
from plain_reader import PlainReader
from typer.testing import CliRunner

from lives.rulebook import DAY, Rules, at
from lives.world import Plan, write_config
from pipeline.bootstrap import Program, assemble
from pipeline.cli.ledger.simulate_command import simulated
from pipeline.cli.root import app
from pipeline.edges.clock import ToldClock
from pipeline.edges.files.rehearsal_folder import rehearsal
from pipeline.edges.ledger.unopened.kept_configs import kept_configs
from pipeline.flows.compose import Desk
from pipeline.flows.worker import wake
from pipeline.judging.progress.assess_year import assess
from pipeline.model.notice import NoticeKind
from pipeline.model.operation.errors import NotAdopted
from pipeline.settings import load

# What the rulebook speaks of; receipts are counted by address.
KINDS = {
    "due_reminder",
    "overdue_reminder",
    "second_overdue_reminder",
    "lag_notice",
    "period_digest",
    "monthly_bulletin",
    "talk_proposal",
    "erratum",
}


class Killed(BaseException):
    """The process ends here."""


@dataclass
class FragilePost(Post):
    """Dies over a copy, before or after the server took it."""

    dies_in: int = -1
    takes_it: bool = False

    def deliver(self, recipient: str, raw: bytes):
        if self.dies_in == 0:
            self.dies_in = -1
            if self.takes_it:
                super().deliver(recipient, raw)
            raise Killed
        self.dies_in -= self.dies_in > 0
        return super().deliver(recipient, raw)


class WithoutFiles:
    """The letters' words as ever; what is enclosed has tests of its own, and takes most of a wake's time."""

    def __init__(self, letters) -> None:
        self._letters = letters

    def render(self, letter):
        return self._letters.render(letter)

    def enclosures(self, letter, message_key):
        return ()


@dataclass
class Life:
    plan: Plan
    folder: Path
    mailbox: Mailbox
    chance: random.Random
    post: FragilePost = field(default_factory=FragilePost)
    wrong: list[str] = field(default_factory=list)
    went: Counter = field(default_factory=Counter)
    expected: Counter = field(default_factory=Counter)
    program: Program | None = None

    @property
    def rules(self) -> Rules:
        return self.plan.rules

    def live(self) -> None:
        """From the first reminder's eve to a month after the last period."""
        write_config(self.plan, self.folder, self.rules.first - 20 * DAY)
        for now, what in self._agenda():
            if what == "edit":
                self._edit(now)
            elif what == "restore":
                self._restore(now)
            elif what == "refused":
                self._try_another_calendar(now)
            else:
                self._wake(now)
                if what == "judged":
                    self._compare(now)
        self._end()

    def _agenda(self) -> list[tuple[datetime, str]]:
        found: list[tuple[datetime, str]] = []
        for p in self.rules.periods():
            hours = [(p - DAY, 9), (p, 12), (p, 18), (p, 20), (p + DAY, 9)]
            found += [(at(day, hour, 5), "wake") for day, hour in hours]
            found.append((at(p + DAY, 9, 35), "wake"))
            found.append((at(p + DAY, 15, 5), "wake"))
            found.append((at(p + 3 * DAY, 9, 5), "wake"))
            found.append((at(p + 4 * DAY, 9, 5), "judged"))
        # sometimes nobody is there for a while
        found = [
            event
            for event in found
            if event[1] == "judged" or self.chance.random() > 0.25
        ]
        found += [(at(day, 8), "edit") for day in self.plan.edits]
        middle = self.plan.edits[-1]
        found.append((at(middle + DAY, 8), "restore"))
        found.append((at(middle + 2 * DAY, 8), "refused"))
        last = self.rules.last + 12 * DAY
        found.append((at(last, 10), "wake"))
        return sorted(found)

    # The program, opened anew where the config or the process is new.

    def _open(self, now: datetime) -> Program:
        if self.program is None:
            settings = load(self.folder / "config.toml", kept_configs)
            clock = ToldClock(now)
            self.program = Program(
                settings, clock, read_with=PlainReader, render_with=_renderer
            )
        self.program.clock.at = now
        return self.program

    def _close(self) -> None:
        if self.program is not None:
            self.program.close()
        self.program = None

    def _shift(self, program: Program, now: datetime, post: Post):
        shift = program.shift()
        desk: Desk = replace(
            shift.desk, letters=WithoutFiles(shift.desk.letters)
        )
        return replace(
            shift,
            desk=desk,
            folders=lambda: [self.mailbox.at(now)],
            dispatch=replace(shift.dispatch, post=post.sitting),
        )

    def _wake(self, now: datetime) -> None:
        owed = self.rules.owed(now)
        self.expected.update(owed)
        if not any(
            kind in ("monthly_bulletin", "erratum") for kind, *_ in owed
        ):
            # Of a bulletin in doubt nobody can say that it did not go.
            self.post.dies_in = self.chance.choice((-1, -1, -1, 0, 1))
            self.post.takes_it = self.chance.random() < 0.5
        for _ in range(2):
            try:
                self._work(now)
                break
            except Killed:
                self._close()
        self.post.dies_in = -1
        self._note(now, owed)

    def _work(self, now: datetime) -> None:
        program = self._open(now)
        program.refuse_config()
        program.note_config()
        worked = wake(self._shift(program, now, self.post))
        for line in (*worked.planned.unwritten, *worked.delivered.problems):
            self.wrong.append(f"{now:%F %H:%M} {line}")

    def _note(self, now: datetime, owed: set[tuple]) -> None:
        """What has gone since the wake before, against what was owed."""
        sent = self._sent(self._open(now))
        new = sent - self.went
        self.went = sent
        if new != Counter(owed):
            more, less = new - Counter(owed), Counter(owed) - new
            self.wrong.append(
                f"{now:%F %H:%M} 多发 {list(more)} 少发 {list(less)}"
            )

    def _sent(self, program: Program) -> Counter:
        found: Counter = Counter()
        for line in program.outbox.notices():
            action = line.action
            if line.state == "sent" and action.kind.value in KINDS:
                when = str(action.period) if action.period else action.month
                unit = action.unit and self._uid(action.unit)
                found[action.kind.value, unit, when] += 1
        return found

    # What the office does.

    def _edit(self, now: datetime) -> None:
        """A new config, tried by `simulate` first: what it says is what then goes."""
        self._wake(now)
        day = now.date()
        text = self.plan.config(day)
        config = self.folder / "config.toml"
        if text == config.read_text(encoding="utf-8"):
            return
        predicted = self._simulated(now, text)
        config.write_text(text, encoding="utf-8")
        self._close()
        before = self._alike(now)
        self._work(now)
        went = self._alike(now) - before
        if went != predicted:
            self.wrong.append(f"{now:%F} 试算 {predicted} 实发 {went}")
        self._note(now, self.rules.owed(now))

    def _alike(self, now: datetime) -> Counter:
        notices = self._open(now).outbox.notices()
        return Counter(
            line.action.key
            for line in notices
            if line.state == "sent" and line.action.kind is not NoticeKind.ALERT
        )

    def _simulated(self, now: datetime, text: str) -> Counter:
        new = self.folder / "new.toml"
        new.write_text(text, encoding="utf-8")
        changed = load(new, kept_configs)
        old = load(self.folder / "config.toml", kept_configs)
        with rehearsal(old) as kept, ExitStack() as closing:
            program = assemble(kept, now, read_with=PlainReader)
            closing.callback(program.close)
            found = simulated(program, changed, 31, retroactive=False)
        if found.refused:
            self.wrong.append(f"{now:%F} 不采用 {found.refused}")
        return Counter(action.key for action in found.letters)

    def _try_another_calendar(self, now: datetime) -> None:
        """Other report days would move what has been: refused, and the old config stays."""
        config = self.folder / "config.toml"
        text = config.read_text(encoding="utf-8")
        days = ", ".join(map(str, self.rules.days))
        wrong = text.replace(f"report_days = [{days}]", "report_days = [5]")
        wrong = wrong.replace(
            f"first_due = {self.rules.first}",
            f"first_due = {_fifth(self.rules.first)}",
        )
        config.write_text(wrong, encoding="utf-8")
        self._close()
        try:
            self._work(now)
            self.wrong.append(f"{now:%F} 采用了会改动过去的日历")
        except NotAdopted:
            pass
        config.write_text(text, encoding="utf-8")
        self._close()
        self._wake(now)

    def _restore(self, now: datetime) -> None:
        """Backed up, and put back on another machine, which goes on."""
        self._wake(now)
        self._close()
        backup = self.folder.with_name(f"{self.folder.name}-backup")
        elsewhere = self.folder.with_name(f"{self.folder.name}-elsewhere")
        when = ("--now", now.isoformat())
        self._ran(
            "backup",
            str(backup),
            "--config",
            str(self.folder / "config.toml"),
            *when,
        )
        elsewhere.mkdir()
        (elsewhere / "password").write_text("demo", encoding="utf-8")
        self._ran(
            "restore",
            str(backup),
            "--config",
            str(elsewhere / "config.toml"),
            *when,
        )
        self.folder = elsewhere
        self._wake(now)

    def _ran(self, *words: str) -> None:
        done = CliRunner().invoke(app, list(words))
        if done.exit_code not in (0, 1):
            self.wrong.append(f"{words[0]}：{done.output}")

    # What must be so.

    def _compare(self, now: datetime) -> None:
        """Every period up to now: the past stays as it was."""
        program = self._open(now)
        ledger = program.store.ledger()
        for p in self.rules.periods():
            if self.rules.deadline(p) > now:
                break
            self._compare_rows(p, now, program, ledger)
        talks = {(self._uid(t.unit), t.month) for t in ledger.talks}
        if talks != self.rules.talks:
            self.wrong.append(f"{now:%F} 约谈 {talks} 应为 {self.rules.talks}")

    def _compare_rows(
        self, period: date, now: datetime, program, ledger
    ) -> None:
        standing = program.campaign.standing(period, ledger, now)
        found = {
            self._uid(row.unit): (
                row.state and row.state.value,
                row.completed,
                row.target,
                row.rate,
                row.rank_overall,
                row.lagging,
            )
            for row in standing.rows
        }
        should = self.rules.standing(period, now)
        if found != should:
            more = {
                k: (found.get(k), should.get(k))
                for k in {*found, *should}
                if found.get(k) != should.get(k)
            }
            self.wrong.append(f"{now:%F} 期 {period}：{more}")

    def _uid(self, name: str) -> str:
        """By any of its names: an office may be late with its edit."""
        for unit in self.rules.units:
            if name in {known for _, known in unit.names}:
                return unit.uid
        return name

    def _end(self) -> None:
        """The year's assessment, receipts, and a ledger that proves itself."""
        now = at(self.rules.last + 29 * DAY, 10)
        program = self._open(now)
        ledger = program.store.ledger()
        rows = assess(
            program.campaign, ledger, program.settings.assessment_rules, now
        )
        for row in rows:
            unit = next(
                u for u in self.rules.units if u.uid == self._uid(row.unit)
            )
            states = Counter(
                self.rules.state(unit, p, now)
                for p in self.rules.periods()
                if unit.takes_part(p)
            )
            found = (row.on_time, row.late, row.missing)
            should = tuple(states[s] for s in ("on_time", "late", "missing"))
            if found != should:
                self.wrong.append(f"考核 {row.unit} {found} 应为 {should}")
        self._count_receipts(program)
        config = str(self.folder / "config.toml")
        self._ran(
            "campaign",
            "close",
            "--anyway",
            "--config",
            config,
            "--now",
            now.isoformat(),
        )
        status = CliRunner().invoke(app, ["verify", "--config", config])
        if status.exit_code:
            self.wrong.append(f"verify：{status.output}")
        self._close()

    def _count_receipts(self, program: Program) -> None:
        sent = Counter(
            line.action.to[0]
            for line in program.outbox.notices()
            if line.action.kind is NoticeKind.RECEIPT and line.state == "sent"
        )
        should = Counter(mail.sender for mail in self.plan.mails)
        if sent != should:
            self.wrong.append(f"回执 {sent} 应为 {should}")
        copies = Counter(
            (who, message_from_bytes(raw)["Message-ID"])
            for who, raw in self.post.taken
        )
        if max(copies.values()) > 2:
            self.wrong.append("一封信发了三次")


def _fifth(day: date) -> date:
    return day.replace(day=5)


def lived(
    folder: Path, seed: int, made: list[Plan], only: str = ""
) -> list[str]:
    """What went wrong in the three campaigns of a seed, or in one, which share one mailbox."""
    mailbox = Mailbox()
    for plan in made:
        for mail in plan.mails:
            mailbox.append(mail.raw, mail.received)
    wrong = []
    for plan in made:
        if only not in ("", plan.id):
            continue
        life = Life(plan, folder / plan.id, mailbox, random.Random(seed))
        life.live()
        wrong += [f"种子 {seed} {plan.id} {line}" for line in life.wrong]
    return wrong
