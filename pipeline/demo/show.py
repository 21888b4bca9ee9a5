"""The demo's run: the real program on a mailbox and a mail server of its own, taken
through a whole campaign's hours.

Every wake of the schedule happens at its own time, by a clock that is told it; mails arrive when
the story says, IMAP and SMTP are spoken over the loopback. Trusts the story and the
servers of this package. Never leaves its output folder, and never deletes a folder's
contents that it did not make.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.bootstrap import Program
from pipeline.demo import story
from pipeline.demo.letters import SentLetter, kinds_counted, sent_letters
from pipeline.demo.servers import DemoServers
from pipeline.edges.clock import Clock, ToldClock
from pipeline.flows.worker import Worked, wake
from pipeline.judging.progress.agenda import agenda
from pipeline.model.ledger import Ledger, MailRecord
from pipeline.model.notice import NoticeKind
from pipeline.model.report import ReportState
from pipeline.model.standing import Standing
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.settings import load
from pipeline.writing.operation.agenda_words import agenda_words

PASSWORD = "demo"
MARKER = ".xunbao-demo"
FOLDERS = ("campaign", "mails", "documents")
# Runs `xunbao ARGS` and gives its exit status
Command = Callable[[Sequence[str]], int]


class CannotShow(Exception):
    """The demo cannot go on; the text says why and what to do, in Chinese."""


@frozen
class Stage:
    """One wake, or one decision: when, what for, the mails that had come, the letters that went out."""

    at: datetime
    what: str
    came: tuple[story.Mail, ...] = ()
    sent: tuple[SentLetter, ...] = ()
    decision: story.Decision | None = None


@frozen
class Shown:
    """All that happened, for the pages: the stages in order, and the ledger's own
    account at the end."""

    stages: tuple[Stage, ...]
    mails: tuple[MailRecord, ...]
    ledger: Ledger
    standing: Standing
    config: Path
    period_name: str
    campaign: str


def prepare(out: Path) -> None:
    """An empty folder to write to: a new one, or the one of an earlier demo. Raises
    CannotShow for any other."""
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()) and not (out / MARKER).is_file():
        raise CannotShow(f"{out} 里已有别的文件，请用 --out 另外指定一个空目录")
    (out / MARKER).touch()
    for name in FOLDERS:
        _remove(out / name)
        (out / name).mkdir()


def _remove(folder: Path) -> None:
    for path in folder.rglob("*"):
        # Windows deletes no read-only file, and kept mails are read-only
        path.chmod(0o700)
    if folder.exists():
        shutil.rmtree(folder)


def play(
    out: Path,
    command: Command,
    console: Console,
    played: story.Play | None = None,
) -> Shown:
    """The whole show in a prepared folder, the story's where no other is given. Raises
    CannotShow when the program could not use the demo's own servers."""
    what = played or story.story()
    with DemoServers(what.mailbox, PASSWORD) as servers:
        config = _configure(out / "campaign", servers, what.config)
        clock = ToldClock(Clock().now())
        program = Program(load(config), clock)
        stagehand = _Stagehand(
            program=program,
            clock=clock,
            servers=servers,
            command=command,
            config=config,
            console=console,
            play=what,
        )
        try:
            stages = tuple(stagehand.stages())
            last = program.campaign.calendar.current(clock.now())
            standing = program.campaign.standing(
                last, program.store.ledger(), program.clock.now()
            )
            return Shown(
                stages=stages,
                mails=tuple(program.store.mails()),
                ledger=program.store.ledger(),
                standing=standing,
                config=config,
                period_name=program.campaign.calendar.name(standing.period),
                campaign=program.settings.campaign.name,
            )
        finally:
            program.close()


def _configure(folder: Path, servers: DemoServers, text: str) -> Path:
    filled = text.replace("@IMAP_PORT@", str(servers.imap_port)).replace(
        "@SMTP_PORT@", str(servers.smtp_port)
    )
    (folder / "password.txt").write_text(PASSWORD, encoding="utf-8")
    path = folder / "config.toml"
    path.write_text(filled, encoding="utf-8")
    return path


@dataclass
class _Stagehand:
    """Takes the program from one hour to the next. `arrived` and `seen` count the mails
    put in and the letters shown."""

    program: Program
    clock: ToldClock
    servers: DemoServers
    command: Command
    config: Path
    console: Console
    play: story.Play
    arrived: int = 0
    seen: int = 0

    def stages(self) -> Iterator[Stage]:
        hours = _hours(self.program, self.play)
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn())  # fmt: skip  # noqa: E501
        with Progress(
            *columns, console=self.console, transient=True
        ) as progress:
            task = progress.add_task("演示中", total=len(hours))
            for at, what in hours:
                progress.update(
                    task, description=f"{at.month}月{at.day}日 {at:%H:%M}"
                )
                if isinstance(what, story.Decision):
                    stage = self._decide(at, what)
                else:
                    stage = self._wake(at, what)
                progress.advance(task)
                if stage.came or stage.sent or stage.decision:
                    yield stage

    def _wake(self, at: datetime, what: str) -> Stage:
        came = tuple(
            mail
            for mail in self.play.mails[self.arrived :]
            if mail.received_at <= at
        )
        for mail in came:
            if mail.answers:
                asked = self._asked(mail.answers)
            else:
                asked = None
            self.servers.append(
                mail.written(self.arrived, asked), mail.received_at
            )
            self.arrived += 1
        self.clock.at = at
        _checked(wake(self.program.shift()))
        stage = Stage(at, what, came, self._new_letters())
        self._say(stage)
        return stage

    def _decide(self, at: datetime, decision: story.Decision) -> Stage:
        """A reviewer at the command line: looks at the held report, and accepts it."""
        held = []
        for r in self.program.store.ledger().reports:
            if r.state is ReportState.HELD and r.unit == decision.unit:
                held.append(r.id)
        if len(held) != 1:
            raise CannotShow(
                f"演示出错：{decision.unit}应有一份待核报表，现有 {len(held)} 份"
            )
        self.console.print(f"[bold]{_when(at)}　审核人处理待核报表[/bold]")
        common = ["--config", str(self.config), "--now", at.isoformat()]
        for arguments in (
            ["show", held[0]],
            ["accept", held[0], "--why", decision.why],
        ):
            shown = " ".join(
                f'"{word}"' if not word.isascii() else word
                for word in arguments
            )
            self.console.print(
                f"  $ xunbao review {shown}",
                style="cyan",
                highlight=False,
                markup=False,
            )
            if self.command(["review", *arguments, *common]):
                raise CannotShow("演示出错：待核报表没有处理成")
        return Stage(at, "审核人处理待核报表", decision=decision)

    def _asked(self, unit: str) -> story.Asked:
        """The review request about a unit's report, which went out at an earlier hour."""
        for letter in sent_letters(self.servers.collected, self._words):
            if (
                NoticeKind.REVIEW_REQUEST in letter.kinds
                and unit in letter.subject
            ):
                return story.Asked(letter.identity, letter.subject, letter.text)
        raise CannotShow(f"演示出错：没有发出{unit}的待核单")

    def _new_letters(self) -> tuple[SentLetter, ...]:
        fresh = self.servers.collected[self.seen :]
        self.seen += len(fresh)
        return sent_letters(fresh, self._words)

    @property
    def _words(self) -> CampaignWords:
        return self.program.campaign.words

    def _say(self, stage: Stage) -> None:
        if not stage.came and not stage.sent:
            return
        self.console.print(
            f"[bold]{_when(stage.at)}　{stage.what}[/bold]", highlight=False
        )
        for mail in stage.came:
            self.console.print(
                f"  收到 {mail.address}《{mail.title}》",
                highlight=False,
                markup=False,
            )
        if stage.sent:
            self.console.print(
                f"  发出 {kinds_counted(stage.sent)}",
                style="green",
                highlight=False,
                markup=False,
            )


# When something happens: what the agenda says of it, or a decision
_Hour = tuple[datetime, str | story.Decision]


def _hours(program: Program, play: story.Play) -> list[_Hour]:
    """The schedule's own hours from the campaign's first to its last, or to the play's
    end, those of one moment together; and the decisions."""
    local = program.campaign.calendar.local
    has_targets = program.campaign.roster.has_targets
    together: dict[datetime, list[str]] = {}
    for at, what in agenda(program.campaign):
        if play.until is None or at <= play.until:
            said = agenda_words(
                what, program.campaign.words, has_targets=has_targets
            )
            together.setdefault(local(at), []).append(said)
    hours: list[_Hour] = []
    for at, words in together.items():
        hours.append((at, "；".join(words)))
    for decision in play.decisions:
        at = story.moment(decision.day, decision.at)
        hours.append((at, decision))
    return sorted(hours, key=lambda hour: hour[0])


def _when(at: datetime) -> str:
    return f"{at.month}月{at.day}日 {at:%H:%M}"


def _checked(worked: Worked) -> None:
    """Servers of its own must answer, and every letter must go: otherwise there is nothing to show."""
    problems = [
        *worked.unreachable,
        *worked.taken.set_aside,
        *worked.planned.unwritten,
        *worked.delivered.problems,
    ]
    if problems:
        raise CannotShow(f"演示出错：{'；'.join(problems)}")
