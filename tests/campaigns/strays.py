"""Everything that is no plain report: lists, scans, files that nobody can open, machines, spam."""

from dataclasses import replace
from datetime import date, datetime

from campaigns import papers, post
from campaigns.habits import CLAUSES
from campaigns.reports import Build, Reports, wrapped
from campaigns.rulebook import Paper, Said
from campaigns.towns import OWN


class Strays(Reports):
    """Enters them with what should become of them."""

    def two_forms(self, at: datetime, period: date) -> None:
        """The desk that serves two units sends both forms in one file."""
        offices = [o for o in self.town.rows if "jingqu@example.cn" in o.emails]
        form = self.rng.choice(
            ("docx", "xlsx", "doc", "xls", "html_doc", "odt", "ods")
        )
        layout = self.rng.choice(
            ("plain", "swapped", "head_line", "tall", "extra")
        )
        mail = post.Mail(
            self.next_n(),
            "jingqu@example.cn",
            "景区办",
            "两家景区旬报表",
            at,
            client=self.rng.choice(post.CLIENTS),
        )
        sheets, entries, made = [], [], []
        for o in offices:
            blank, value, _number, said = self.said(o, period, "typed")
            clauses = self.measures("")
            sheets.append(
                papers.Sheet(
                    self.town.title,
                    self.town.labels,
                    o.name,
                    f"{period.year}年{period.month}月{period.day}日",
                    blank,
                    value,
                    clauses,
                    "{}、#",
                )
            )
            made.append(Paper(o.name, said, clauses, (period,)))
        build = self.build(mail, form, layout, sheets, "旬报表", "")
        entries = [
            self.rules.take(mail.n, mail.sender, at, p, False) for p in made
        ]
        self.enter(
            build,
            mail.message_id,
            at,
            "reported",
            None,
            entries,
            form,
            layout,
            ["two_forms"],
            mail.sender,
        )

    def listed(self, at: datetime, period: date) -> None:
        """The same desk's list of units in one sheet, a row each."""
        offices = [o for o in self.town.rows if "jingqu@example.cn" in o.emails]
        mail = post.Mail(
            self.next_n(),
            "jingqu@example.cn",
            "景区办",
            "旬报表汇总",
            at,
            client="qq",
        )
        rows, made = [], []
        for o in offices:
            _, value, _, said = self.said(o, period, "typed")
            clauses = self.measures("")
            rows.append(
                (
                    o.name,
                    f"{period.year}-{period.month}-{period.day}",
                    value,
                    "\n".join(f"{i}、{c}" for i, c in enumerate(clauses, 1)),
                )
            )
            made.append(Paper(o.name, said, clauses, (period,)))
        content = papers.listing(self.town.title, self.town.labels, rows)
        entries = [
            self.rules.take(mail.n, mail.sender, at, p, False) for p in made
        ]
        self.enter(
            lambda done: wrapped(mail, [("汇总.xlsx", content)], ""),
            mail.message_id,
            at,
            "reported",
            None,
            entries,
            "xlsx",
            "listing",
            ["listing"],
            mail.sender,
        )

    def with_scan(
        self, at: datetime, name: str, period: date, alone: bool
    ) -> None:
        """A form beside an unreadable picture of it, or such a picture alone."""
        office = self.town.by_name(name)
        mail = post.Mail(
            self.next_n(),
            office.emails[0],
            office.name,
            f"{office.name}旬报表",
            at,
            client="126",
        )
        if alone:
            paper = Paper(
                None, Said(unclear=True), (), (), office.name, ("scan_unread",)
            )
            files = [(f"{office.name}旬报表.png", _grey())]
        else:
            blank, value, _, said = self.said(office, period, "typed")
            clauses = self.measures("")
            sheet = papers.Sheet(
                self.town.title,
                self.town.labels,
                office.name,
                f"{period.year}年{period.month}月{period.day}日",
                blank,
                value,
                clauses,
                "{}、#",
            )
            files = [
                ("旬报表.docx", papers.docx([(sheet, "plain")])),
                ("盖章扫描件.png", _grey()),
            ]
            paper = Paper(office.name, said, clauses, (period,))
        entry = self.rules.take(mail.n, mail.sender, at, paper, False)
        self.enter(
            lambda done: wrapped(mail, files, ""),
            mail.message_id,
            at,
            "reported",
            None,
            [entry],
            "scan",
            None,
            ["scan_alone" if alone else "scan"],
            mail.sender,
        )

    def unreadable(self, at: datetime, name: str, what: str) -> None:
        office = self.town.by_name(name)
        sheet = papers.Sheet(
            self.town.title,
            self.town.labels,
            office.name,
            "",
            "",
            "12",
            CLAUSES[:3],
        )
        word = papers.docx([(sheet, "plain")])
        files = {
            "corrupt": [("旬报表.docx", word[: len(word) // 2])],
            "empty": [("旬报表.xls", b"")],
            "wrong_file": [
                (
                    "旬报表.docx",
                    papers.docx(
                        [
                            (
                                replace(
                                    sheet,
                                    title="会议通知",
                                    labels=("时间", "地点", "参会人员", "议程"),
                                    unit="周五",
                                    day="三楼",
                                ),
                                "paragraphs",
                            )
                        ]
                    ),
                )
            ],
            "locked": [
                (
                    "旬报表.zip",
                    post.locked(post.zipped([("旬报表.docx", word)])),
                )
            ],
        }.get(what, [])
        text = (
            "旬报表见超大附件：旬报表.rar (1.2G, 2030年1月1日过期)\r\n进入下载页面：https://mail.example.cn/ftn/download?key=1"
            if what == "big_link"
            else "旬报表已填好，请查收附件。"
        )
        mail = post.Mail(
            self.next_n(),
            office.emails[0],
            office.name,
            f"{office.name}旬报表",
            at,
            text,
            files=files,
            client="126",
        )
        self.rules.cannot_read(office.name, at)
        self.enter(
            lambda done: post.write(mail),
            mail.message_id,
            at,
            "unreadable",
            None,
            [],
            "unreadable",
            None,
            [what],
            mail.sender,
        )

    def noise(self, at: datetime, kind: str) -> None:
        n, office = (
            self.next_n(),
            self.rng.choice([o for o in self.town.rows if not o.pool]),
        )
        box = office.emails[0]
        raw, identity, reason, sender = None, "", "no_form", box
        mail = post.Mail(n, box, office.name, "", at, client="qq")
        match kind:
            case "auto_reply":
                reason, mail = (
                    kind,
                    replace(
                        mail,
                        subject="自动回复：旬报报送提醒",
                        text="您的邮件已收到，我会尽快处理。",
                        headers=("Auto-Submitted: auto-replied",),
                    ),
                )
            case "qq_auto":
                reason, mail = (
                    "auto_reply",
                    replace(
                        mail,
                        subject="自动回复:旬报报送提醒",
                        text="这是来自QQ邮箱的假期自动回复邮件。您好，我最近正在休假中。",
                    ),
                )
            case "vacation_outlook":
                reason, mail = (
                    "auto_reply",
                    replace(
                        mail,
                        subject="自动答复: 旬报催报",
                        text="外出期间请联系办公室。",
                        headers=(
                            "X-Auto-Response-Suppress: All",
                            "Auto-Submitted: auto-generated",
                        ),
                        client="outlook",
                    ),
                )
            case "bounce" | "dsn_delay":
                reason, identity, sender = (
                    "bounce",
                    f"<{n:04d}.dsn@mx.example.cn>",
                    "postmaster@126.com",
                )
                raw = post.bounce(
                    n, "nobody@example.com", at, delayed=kind == "dsn_delay"
                )
            case "mdn":
                reason, identity = "auto_reply", f"<{n:04d}.mdn@mx.example.cn>"
                raw = post.read_receipt(n, box, at)
            case "list":
                reason, sender = "list", "news@list.example.com"
                mail = replace(
                    mail,
                    sender=sender,
                    name="资讯",
                    subject="工会旬报资讯",
                    text="本期旬报表填报说明……",
                    headers=(
                        "List-Id: <news.list.example.com>",
                        "Precedence: bulk",
                    ),
                )
            case "own":
                reason, sender, mail = (
                    "own_mail",
                    OWN,
                    replace(
                        mail,
                        sender=OWN,
                        name="组织部",
                        subject="关于报送旬报表的通知",
                        text="请按时报送旬报表。",
                    ),
                )
            case "spam":
                sender, mail = (
                    "sale@shop.example.com",
                    replace(
                        mail,
                        sender="sale@shop.example.com",
                        name="客服",
                        subject="代开发票，报表软件优惠",
                        text="旬报表软件五折",
                    ),
                )
            case "question":
                mail = replace(
                    mail, subject="咨询", text="请问下周的会议在几点？"
                )
            case "photo":
                mail = replace(
                    mail,
                    subject="会议照片",
                    text="照片见附件",
                    files=[("IMG_0012.png", _grey())],
                )
            case "reply":
                mail = replace(
                    mail,
                    subject="Re: 报送提醒",
                    text="收到，谢谢。",
                    quoted="> 请于本日18:00前报送旬报表",
                )
        build: Build = (
            (lambda done: raw)
            if raw is not None
            else (lambda done: post.write(mail))
        )
        self.enter(
            build,
            identity or mail.message_id,
            at,
            "ignored",
            reason,
            [],
            "ignored",
            None,
            [kind],
            sender,
        )


def _grey() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (300, 200), 128).save(out, "PNG")
    return out.getvalue()
