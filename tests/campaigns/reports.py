"""Reports by mail as they come, and what follows them: the same mail again, a resend, a reviewer's word."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from campaigns import papers, post
from campaigns.habits import Habits
from campaigns.rulebook import Entry, Paper

Build = Callable[[dict[str, bytes]], bytes]
FORMATS = (
    "docx",
    "docx",
    "xlsx",
    "doc",
    "wps",
    "xls",
    "et",
    "rtf",
    "odt",
    "ods",
    "pdf",
    "html_doc",
    "csv",
    "body_text",
    "body_html",
    "sheetpdf",
    "fodt",
)
_CORRECTING = {"correction", "in_force", "reissue", "buchong"}


class Reports(Habits):
    """Writes reports and enters them with what should become of them; `jobs` are the files to convert in the end."""

    rulings: bool
    times: list[datetime]
    jobs: dict[str, tuple[str, bytes]]
    mails: dict[int, post.Mail]

    def enter(
        self,
        build: Build,
        identity: str,
        at: datetime,
        outcome: str,
        reason: str | None,
        entries: list[Entry],
        form: str,
        layout: str | None,
        traps: list[str],
        sender: str,
        **more,
    ) -> int:
        raise NotImplementedError

    def push(self, at: datetime, run: Callable) -> None:
        raise NotImplementedError

    def next_n(self) -> int:
        raise NotImplementedError

    def report(
        self,
        at: datetime,
        name: str,
        period: date,
        trap: str = "",
        form: str = "",
    ) -> None:
        """One mail with one form of one unit, with the trap's fault in it."""
        rng, town = self.rng, self.town
        office = town.by_name(name)
        sender = rng.choice(office.emails)
        form = form or rng.choice(FORMATS)
        if trap == "typed" and form not in ("xlsx", "xls", "et", "ods"):
            form = "xlsx"
        layout = rng.choice(papers.LAYOUTS)
        if form == "csv" and layout in ("paragraphs",):
            layout = "plain"
        client = rng.choice(post.CLIENTS)
        day = self.day_for(period, at, trap, name)
        shown, typed_day = (
            ("", None) if day is None else self.day_text(day, trap)
        )
        unit_text = self.unit_text(office, trap)
        subject, subject_days, subject_unit = self.subject(office, period, trap)
        file, file_days, file_unit = self.file_name(office, period, trap)
        if form.startswith("body"):
            file_days, file_unit = (), None
        said_unit: str | None = {
            "unit_missing": None,
            "near_miss": "?",
            "desk": None,
            "desk_file": None,
            "desk_unclear": None,
        }.get(trap, name)
        if trap in ("desk", "desk_file", "desk_unclear"):
            sender = next(e for e in office.emails if len(town.units_of(e)) > 1)
        if trap in ("unknown_sender", "unknown_no_unit"):
            sender = f"bgs{rng.randint(100, 999)}@mail.example.com"
            said_unit = None if trap == "unknown_no_unit" else name
        if trap == "mismatch":
            other = rng.choice(
                [
                    o
                    for o in town.rows
                    if not o.pool
                    and o.name != name
                    and not set(o.emails) & set(office.emails)
                ]
            )
            sender = other.emails[0]
        days = tuple(d for d in (day, *subject_days, *file_days) if d)
        probe = self.rules.period(days, at, trap in _CORRECTING, name)[0]
        blank, value, number, said = self.said(office, probe, trap)
        clauses = self.measures(trap)
        mark = rng.choice(papers.MARKS[:-1]) if len(clauses) > 1 else ""
        sheet = papers.Sheet(
            town.title,
            town.labels,
            unit_text,
            shown,
            blank,
            value,
            clauses,
            mark,
            number,
            typed_day,
        )
        paper = Paper(said_unit, said, clauses, days, subject_unit or file_unit)
        mail = post.Mail(
            self.next_n(),
            sender,
            rng.choice(("", office.name, f"{office.name}工会")),
            subject,
            at,
            self.body(trap),
            client=client,
        )
        build = self.build(
            mail, form, layout, [sheet], file, self.wrap(form, trap)
        )
        entry = self.rules.take(mail.n, sender, at, paper, trap in _CORRECTING)
        self.enter(
            build,
            mail.message_id,
            at,
            "reported",
            None,
            [entry],
            form,
            layout,
            [trap] if trap else [],
            sender,
        )
        self.mails[mail.n] = mail
        self.follow(
            entry, mail, build, sheet, paper, (form, layout, file), trap
        )

    def build(
        self,
        mail: post.Mail,
        form: str,
        layout: str,
        sheets: list[papers.Sheet],
        file: str,
        wrap: str,
    ) -> Build:
        pairs = [(s, layout) for s in sheets]
        if form == "body_text":
            whole = replace(
                mail,
                text=mail.text
                + "\r\n\r\n"
                + papers.text(sheets[0]).replace("\n", "\r\n"),
            )
            return lambda done: post.write(whole)
        if form == "body_html":
            shown = [
                (s, "plain" if layout == "paragraphs" else layout)
                for s in sheets
            ]
            whole = replace(
                mail,
                text=mail.text + "\r\n" + papers.text(sheets[0]),
                html=f"<div>{mail.text}</div>" + papers.fragment(shown),
            )
            return lambda done: post.write(whole)
        key = f"m{mail.n:04d}"
        if form in papers.WORD:
            self.jobs[key] = (form, papers.docx(pairs))
        elif form in papers.SHEET:
            self.jobs[key] = (form, papers.xlsx(pairs))
        content = {
            "docx": lambda: papers.docx(pairs),
            "xlsx": lambda: papers.xlsx(pairs),
            "html_doc": lambda: papers.page(pairs),
            "csv": lambda: papers.csv(*pairs[0]),
        }
        ending = {"html_doc": "doc", "sheetpdf": "pdf"}.get(form, form)
        made = content[form]() if form in content else None

        def finish(done: dict[str, bytes]) -> bytes:
            return wrapped(
                mail,
                [(f"{file}.{ending}", made if made is not None else done[key])],
                wrap,
            )

        return finish

    def follow(
        self,
        entry: Entry,
        mail: post.Mail,
        build: Build,
        sheet: papers.Sheet,
        paper: Paper,
        how: tuple[str, str, str],
        trap: str,
    ) -> None:
        """What comes after a report: the same mail again, a resend, a reviewer's word."""
        rng = self.rng
        later = mail.received + timedelta(minutes=rng.randint(25, 600))
        if trap == "again":
            self.push(later, lambda me, at: me.again(build, mail, at))
        elif trap == "other_received":
            self.push(
                later, lambda me, at: me.again(build, mail, at, moved=True)
            )
        elif trap == "resend":
            self.push(
                later, lambda me, at: me.resend(at, mail, sheet, paper, how)
            )
        elif (
            self.rulings
            and entry.state == "held"
            and trap
            in (
                "decreased",
                "jump",
                "approx",
                "mismatch",
                "conflict",
                "rise",
                "two_numbers",
                "unknown_sender",
            )
        ):
            step = next((t for t in self.times if t >= mail.received), None)
            if step:
                self.push(
                    step + timedelta(minutes=rng.randint(8, 20)),
                    lambda me, at: me.ruling(at, entry),
                )

    def again(
        self, build: Build, mail: post.Mail, at: datetime, moved: bool = False
    ) -> None:
        """The same mail delivered a second time."""
        first = f"{mail.received:%a, %d %b %Y %H:%M:%S}".encode()
        second = f"{at:%a, %d %b %Y %H:%M:%S}".encode()
        again = (
            (lambda done: build(done).replace(first, second, 1))
            if moved
            else build
        )
        self.enter(
            again,
            mail.message_id,
            at,
            "duplicate",
            None,
            [],
            "same_again",
            None,
            ["moved" if moved else "same"],
            mail.sender,
        )

    def resend(
        self,
        at: datetime,
        mail: post.Mail,
        sheet: papers.Sheet,
        paper: Paper,
        how: tuple[str, str, str],
    ) -> None:
        new = replace(
            mail,
            n=self.next_n(),
            received=at,
            identity="",
            text="刚才发送失败，再发一次。",
        )
        form, layout, file = how
        build = self.build(new, form, layout, [sheet], file, "")
        entry = self.rules.take(new.n, mail.sender, at, paper, False)
        self.enter(
            build,
            new.message_id,
            at,
            "reported",
            None,
            [entry],
            form,
            layout,
            ["resend2"],
            mail.sender,
        )

    def ruling(self, at: datetime, entry: Entry) -> None:
        """A reviewer answers the review request that the program sent; drive.py puts the quoted letter in."""
        if entry.state != "held":
            return
        verdict = self.rng.choice(("accept", "correct", "reject"))
        if entry.completed is None and verdict == "accept":
            verdict = "reject"
        number = (entry.completed or 10) + 1
        text = {
            "accept": self.rng.choice(("通过", "通过。", "同意", "情况属实")),
            "correct": self.rng.choice(
                (
                    f"改为{number}",
                    f"改为 {number}",
                    f"更正为：{number}名",
                    f"改为{number:,}",
                )
            ),
            "reject": "退回：请核对后重报",
        }[verdict]
        self.rules.decide(
            entry, verdict, number if verdict == "correct" else None
        )
        mail = post.Mail(
            self.next_n(),
            "shenhe@example.cn",
            "审核岗",
            "回复：@CASE@",
            at,
            text + "\r\n\r\n@QUOTED@",
            client="qq",
        )
        self.enter(
            lambda done: post.write(mail),
            mail.message_id,
            at,
            "command",
            None,
            [],
            "command",
            None,
            [verdict],
            mail.sender,
            case=entry.n,
            text=text,
        )


def wrapped(
    mail: post.Mail, files: list[tuple[str, bytes]], wrap: str
) -> bytes:
    """The files as they travel: attached, zipped, in winmail.dat, in a forwarded mail."""
    if wrap == "zip":
        return post.write(
            replace(mail, files=[("旬报表.zip", post.zipped(files))])
        )
    if wrap == "winmail":
        return post.write(
            replace(mail, files=[("winmail.dat", post.winmail(files))])
        )
    if wrap == "rfc822":
        inner = post.write(
            post.Mail(
                9000 + mail.n,
                "neiqin@example.com",
                "内勤",
                "表格",
                mail.received - timedelta(hours=1),
                "表格在附件",
                files=files,
                client="qq",
            )
        )
        return post.enclosed(mail, inner)
    if wrap == "forward":
        quoted = "-------- 转发邮件信息 --------\r\n发件人：内勤 <neiqin@example.com>\r\n发送日期：2009年1月2日\r\n主题：表格\r\n累计999名"
        return post.write(
            replace(
                mail,
                subject="转发：" + mail.subject,
                files=files,
                quoted=quoted,
            )
        )
    return post.write(replace(mail, files=files))
