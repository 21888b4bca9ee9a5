"""Sample facts of every kind of letter, for `xunbao check`, `xunbao preview` and the
pictures in the docs.

The units and targets are those of the circular's table; every figure, clause and time
is made up. One campaign month, September 2015, told consistently by all letters.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from pipeline.model.form_serial import serial_for
from pipeline.model.letters.alerts import Alert
from pipeline.model.letters.bulletins import (
    Bulletin,
    BulletinDraft,
    PoolMember,
    Praise,
    Since,
    TalkLine,
    UnitMonth,
)
from pipeline.model.letters.digests import Delay, Digest
from pipeline.model.letters.errata import (
    BulletinWaits,
    Erratum,
    ErratumDraft,
    ErratumLine,
    WaitingCase,
)
from pipeline.model.letters.group_digest import for_group
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.receipts import (
    FieldRead,
    FileLine,
    Receipt,
    ReportLine,
    Returned,
    Settled,
    Unreadable,
)
from pipeline.model.letters.reminders import LagNotice, Reminder, UnitLetter
from pipeline.model.letters.reviews import HeldCase, ReviewAnswer, ReviewRequest
from pipeline.model.letters.talk_letters import TalkNotice, TalkProposal
from pipeline.model.notice import NoticeKind
from pipeline.model.review.reply_token import Token
from pipeline.model.standing import State
from pipeline.writing.review.draft_words import ERRATUM_ANSWERS, draft_answers
from pipeline.writing.sample_month import (
    CLAUSES,
    DEADLINE,
    FOLLOWING,
    GROUPS,
    MONTH,
    NEXT_LINE,
    PERIOD,
    PERIOD_NAME,
    PERIODS,
    PERIODS_LEFT,
    SCHEDULE,
    SECOND_PRAISED,
    SENDER,
    STANDING,
    STATES,
    TABLE,
    ZONE,
    arrears,
    people_to,
    standing_at,
)

_FIELDS = (
    FieldRead(
        label="报送单位",
        value="犍为县",
        where="表格1 第1行第2列",
        text="犍为县总工会",
        file="犍为县旬报表.docx",
    ),
    FieldRead(
        label="报送时间",
        value="2015年9月30日",
        where="表格1 第1行第4列",
        text="2015.9.30",
        file="犍为县旬报表.docx",
    ),
    FieldRead(
        label="已完成目标任务数",
        value="10,746",
        where="表格1 第2行第3列",
        text="１０，７４６名",
        file="犍为县旬报表.docx",
    ),
)

ACCEPTED = ReportLine(
    unit="犍为县",
    period=PERIOD,
    period_name=PERIOD_NAME,
    deadline=DEADLINE,
    state="accepted",
    timeliness="on_time",
    completed=10746,
    added=None,
    target=12869,
    rate=10746 / 12869,
    schedule=SCHEDULE,
    lagging=False,
    rank=2,
    of_kind=12,
    kind_name="县（市、区）",
    previous=9241,
    previous_period_name="2015年9月中旬（9月20日）",
    replaces=None,
    fields=_FIELDS,
    measures=CLAUSES,
    measures_chars=sum(map(len, CLAUSES)),
    notes=(),
    holds=(),
    of_all=12,
)

HELD = replace(
    ACCEPTED,
    unit="沐川县",
    state="held",
    completed=4010,
    target=7506,
    rate=None,
    rank=None,
    previous=4101,
    fields=(
        FieldRead(
            label="报送单位",
            value="沐川县",
            where="表格1 第1行第2列",
            text="沐川县总工会",
            file="旬报表.doc",
        ),
        FieldRead(
            label="报送时间",
            value="2015年9月30日",
            where="表格1 第1行第4列",
            text="2015年9月30日",
            file="旬报表.doc",
        ),
        FieldRead(
            label="已完成目标任务数",
            value="4,010",
            where="表格1 第2行第3列",
            text="4010",
            file="旬报表.doc",
        ),
    ),
    measures=CLAUSES[:1],
    measures_chars=len(CLAUSES[0]),
    notes=(f"主要工作举措只有{len(CLAUSES[0])}字，不足100字，建议补充。",),
    holds=(
        "累计数4,010名小于9月20日已计入的4,101名。累计数不应减少，请核对是否填成了本旬新增数。",
    ),
)

RECEIPT = Receipt(
    subject="犍为县9月30日旬报表",
    received_at=datetime(2015, 9, 30, 15, 12, tzinfo=ZONE),
    reports=(ACCEPTED,),
    files=(FileLine("犍为县旬报表.docx", "已读取"),),
)
RECEIPT_HELD = Receipt(
    subject="旬报表",
    received_at=datetime(2015, 9, 30, 16, 40, tzinfo=ZONE),
    reports=(HELD,),
    files=(FileLine("旬报表.doc", "已读取"),),
)
UNREADABLE = Unreadable(
    subject="报送旬报表",
    received_at=datetime(2015, 9, 30, 11, 5, tzinfo=ZONE),
    unit="马边县",
    period=PERIOD,
    period_name=PERIOD_NAME,
    deadline=DEADLINE,
    problems=(
        FileLine(
            "旬报表.docx",
            "文件设有打开密码，读不出内容。请去掉密码后重新发送。",
        ),
        FileLine("现场照片.jpg", "不是旬报表，没有用到。"),
    ),
)


def _reminder(kind: NoticeKind) -> Reminder:
    return Reminder(
        kind=kind,
        unit="马边县",
        period=PERIOD,
        period_name=PERIOD_NAME,
        deadline=DEADLINE,
        target=1965,
        last_completed=610,
        last_period_name="2015年9月上旬（9月10日）",
        rate=610 / 1965,
        groups=GROUPS[2:],
        serial=serial_for(SENDER.campaign, "马边县", PERIOD),
    )


_MABIAN = STANDING.by_unit["马边县"]
LAG = LagNotice(
    unit="马边县",
    period=PERIOD,
    period_name=PERIOD_NAME,
    completed=610,
    target=1965,
    rate=610 / 1965,
    schedule=SCHEDULE,
    threshold=NEXT_LINE,
    gap_to_schedule=people_to(SCHEDULE, _MABIAN),
    gap_to_lift=people_to(NEXT_LINE, _MABIAN),
    gap_to_target=1355,
    per_period=151,
    periods_left=PERIODS_LEFT,
    rank=_MABIAN.rank or 0,
    of_kind=12,
    kind_name="县（市、区）",
    lifted_at=FOLLOWING,
)
DUE = UnitLetter("马边县", (_reminder(NoticeKind.DUE_REMINDER),))
OVERDUE = UnitLetter("马边县", (_reminder(NoticeKind.OVERDUE_REMINDER), LAG))
SECOND = UnitLetter("马边县", (_reminder(NoticeKind.SECOND_OVERDUE_REMINDER),))
LAG_ALONE = UnitLetter("马边县", (LAG,))

CASE = HeldCase(
    report_id="R0137",
    sender="muchuan@example.cn",
    subject="旬报表",
    received_at=datetime(2015, 9, 30, 16, 40, tzinfo=ZONE),
    line=HELD,
    suggestions=(),
    answers=(
        ("情况属实：理由", "数字虽有疑问，核实属实，计入并记下理由"),
        ("改为 4466", "以改正后的数计入"),
        ("退回：原因", "不予采用，并把原因告诉报送单位"),
    ),
    history=(
        ("2015年9月上旬（9月10日）", 3720),
        ("2015年9月中旬（9月20日）", 4101),
    ),
    quote="请查收本旬报表。",
    against=(
        ("单位", "沐川县总工会", "发件邮箱登记的是沐川县"),
        ("本期累计", "4,010名", "还没有计入的数"),
        ("上次累计", "比上次减少91名", "4,101名（2015年9月中旬（9月20日））"),
        ("年度目标", "完成率53.4%", "7,506名"),
    ),
)
_TOKEN = Token("3fa9c1d2-1", 1, date(2015, 10, 30))
_CODE = "3fa9c1d2-1-v1-151030-9f8e7d6c1005ab"
REVIEW = ReviewRequest(CASE, _TOKEN, _CODE)

_BEFORE = standing_at(1)
DIGEST = Digest(
    period=PERIOD,
    period_name=PERIOD_NAME,
    deadline=DEADLINE,
    standing=STANDING,
    rank_before={r.unit: r.rank for r in _BEFORE.rows},
    completed_before={r.unit: r.completed for r in _BEFORE.rows},
    late=(
        Delay("井研县", DEADLINE + timedelta(hours=2, minutes=35), 155 / 60),
        Delay(
            "市建设工会",
            DEADLINE + timedelta(hours=14, minutes=10),
            14 + 10 / 60,
        ),
    ),
    missing=tuple(r.unit for r in STANDING.rows if r.state is State.MISSING),
    held=(CASE,),
    lagging=arrears(),
    groups=GROUPS,
    periods_left=PERIODS_LEFT,
    answers=(
        ("某单位 改为128：原因", "这个单位本期按这个累计数计入"),
        ("某单位 撤销：原因", "不再计入，转为待核"),
        ("某单位 归另一单位", "这份报表是另一单位的"),
        ("某单位 算9月20日", "这份报表是那一期的"),
    ),
    token=Token("qk-2015-09-30", 1, date(2015, 10, 31)),
    code="qk-2015-09-30-v1-151031-0c5b7e21a94f3d",
)

GROUP_DIGEST = for_group(DIGEST, GROUPS[2])
TALKS = (
    TalkLine(
        unit="马边县",
        month=MONTH,
        reasons=(
            "完成率31.0%，在12个县（市、区）中排名末位",
            "本月漏报2次（9月20日、9月30日）",
        ),
        state="confirmed",
        circulated=True,
    ),
    TalkLine(
        unit="嘉阳集团",
        month=MONTH,
        reasons=("自集中行动开展以来尚无有效数据", "本月漏报3次"),
        state="proposed",
        circulated=False,
    ),
)


def _month(
    entry: tuple[
        str,
        str,
        int | None,
        int,
        tuple[int | None, int | None, int | None],
        str,
    ],
) -> UnitMonth:
    figures = entry[4]
    growth = None
    if figures[2] is not None:
        growth = figures[2] - (figures[0] or 0)
    return UnitMonth(
        unit=entry[0],
        states=tuple(str(STATES[code]) for code in entry[5]),
        history=figures,
        growth=growth,
    )


_FIRST = standing_at(0).totals.completed
_COUNTIES = [r for r in STANDING.rows if r.kind == "county"]
BULLETIN = Bulletin(
    snapshot_id="2015-09-3fa94c",
    number=1,
    month=MONTH,
    title="",
    as_of=datetime(2015, 10, 1, 15, 0, tzinfo=ZONE),
    issued_on=date(2015, 10, 1),
    standing=STANDING,
    before=None,
    since=Since(
        period=PERIODS[0],
        is_bulletin=False,
        printed=_FIRST,
        restated=_FIRST,
    ),
    periods=PERIODS,
    all_periods=PERIODS,
    months=tuple(_month(entry) for entry in TABLE),
    groups=GROUPS,
    lagging=arrears(),
    praise=(
        Praise(
            unit="犍为县",
            clause=CLAUSES[0],
            period_name=PERIOD_NAME,
            message_id="<1@example.cn>",
            why="本月新增2,696名，举措有2个数据",
            subject="犍为县9月30日旬报表",
            received_at=datetime(2015, 9, 30, 15, 12, tzinfo=ZONE),
        ),
        Praise(
            unit="市直机关工会",
            clause=SECOND_PRAISED,
            period_name=PERIOD_NAME,
            message_id="<2@example.cn>",
            why="本月新增54名，举措有1个数据",
            subject="9月30日旬报",
            received_at=datetime(2015, 9, 30, 10, 2, tzinfo=ZONE),
        ),
    ),
    talks=TALKS,
    circulated=("马边县",),
    addressees=(
        "各县（市、区）总工会",
        "市级各产业工会",
        "市直机关工会",
        "有关企业工会",
    ),
    copies=("各督促指导推进组",),
    schedules=tuple(
        ((period - date(2015, 1, 1)).days + 1) / 365 for period in PERIODS
    ),
    schedule_days=(273, 365),
    members=(
        PoolMember(
            pool="其他",
            unit="东风电机公司",
            completed=231,
            growth=71,
        ),
        PoolMember(
            pool="其他",
            unit="川南林业局",
            completed=200,
            growth=58,
        ),
        PoolMember(
            pool="其他",
            unit="金顶集团公司",
            completed=None,
            growth=None,
        ),
    ),
    growth_on_base=sum(r.completed or 0 for r in _COUNTIES)
    / sum(r.base or 0 for r in _COUNTIES),
    periods_left=PERIODS_LEFT,
)
ADHOC = replace(
    BULLETIN,
    kind=NoticeKind.ADHOC_BULLETIN,
    number=1,
    title="乐山市总工会关于农民工入会集中行动进展情况的通报",
    note="现将截至9月30日的进展情况印发你们，请对照差距抓好落实。",
)
PROPOSAL = TalkProposal(
    month=MONTH,
    lines=TALKS,
    answers=(
        ("确认约谈马边县", "确认对该单位的约谈，并记入本月通报"),
        ("不约谈马边县：原因", "撤去这条建议"),
    ),
    token=Token("yt-2015-09", 1, date(2015, 10, 31)),
    code="yt-2015-09-v1-151031-70f6e5d4c3b2a1",
    bulletin_at=datetime(2015, 10, 1, 15, 0, tzinfo=ZONE),
)
ALERT = Alert(
    cause="mailbox_unreachable",
    what="连不上报送邮箱 imap.example.cn，从9月30日16:00起收不到旬报",
    since=datetime(2015, 9, 30, 16, 0, tzinfo=ZONE),
    cure=(
        "核对授权码是否过期，在邮箱网页版“设置—POP3/SMTP/IMAP”里重新生成",
        "运行 xunbao check --online，看每一项是否通过",
    ),
    details=(
        ("最近一次成功", "9月30日12:00"),
        ("服务器答复", "535 Login fail. Authorization is expired"),
    ),
)

REVIEW_ANSWER = ReviewAnswer(
    report_id=REVIEW.case.report_id,
    by="审核员 <shenhe@example.cn>",
    received_at=datetime(2015, 9, 30, 17, 5, tzinfo=ZONE),
    done=True,
    result="已计入，累计4,010名",
    wrote="情况属实：与上旬重复的91名已剔除",
    case=REVIEW.case,
    answers=(("撤销", "撤销最近一次决定，恢复到它之前的样子"),),
    token=replace(_TOKEN, version=2),
    code=_CODE,
)

RETURNED = Returned(
    unit="沐川县",
    subject="旬报表",
    received_at=datetime(2015, 9, 30, 16, 40, tzinfo=ZONE),
    period=PERIOD,
    period_name=PERIOD_NAME,
    deadline=DEADLINE,
    why="累计数填成了本旬新增数，请改填累计数",
    completed=91,
    last_completed=4101,
    last_period_name="2015年9月中旬（9月20日）",
    target=7506,
    serial=serial_for(SENDER.campaign, "沐川县", PERIOD),
)
SETTLED = Settled(
    subject="旬报表",
    received_at=datetime(2015, 9, 30, 16, 40, tzinfo=ZONE),
    line=replace(
        HELD,
        state="accepted",
        completed=4466,
        rate=4466 / 7506,
        rank=11,
    ),
    as_read=4010,
)
ERRATUM = Erratum(
    month=MONTH,
    title="",
    issue="第1期",
    issued_on=BULLETIN.issued_on,
    period=PERIOD,
    lines=(
        ErratumLine(
            unit="沐川县",
            printed=4101,
            now=4466,
            corrected=True,
            rate_printed=4101 / 7506,
            rate_now=4466 / 7506,
            rank_printed=11,
            rank_now=11,
        ),
        ErratumLine(
            unit="马边县",
            printed=610,
            now=702,
            corrected=False,
            rate_printed=610 / 1965,
            rate_now=702 / 1965,
            rank_printed=12,
            rank_now=12,
        ),
    ),
    total_printed=BULLETIN.standing.totals.completed,
    total_now=BULLETIN.standing.totals.completed + 457,
    target=BULLETIN.standing.totals.target,
)
ERRATUM_DRAFT = ErratumDraft(
    erratum=ERRATUM,
    answers=ERRATUM_ANSWERS[False],
    recipients=27,
    token=Token("gz-2015-09", 2748, date(2015, 11, 3)),
    code="gz-2015-09-v2748-151103-0a1b2c3d4e5f60",
)
WAITS = BulletinWaits(
    MONTH,
    (
        WaitingCase(
            unit="沐川县",
            period_name=PERIOD_NAME,
            report_id=REVIEW.case.report_id,
            received_at=datetime(2015, 9, 30, 16, 40, tzinfo=ZONE),
        ),
    ),
)
DRAFT = BulletinDraft(
    bulletin=BULLETIN,
    answers=draft_answers(SENDER.document),
    token=Token("tb-2015-09", 1, date(2015, 10, 31)),
    code="tb-2015-09-v1-151031-1a2b3c4d5e6f70",
)

LETTERS: tuple[tuple[str, Letter], ...] = (
    ("receipt", RECEIPT),
    ("receipt_held", RECEIPT_HELD),
    ("unreadable", UNREADABLE),
    ("due_reminder", DUE),
    ("overdue_reminder", OVERDUE),
    ("second_overdue_reminder", SECOND),
    ("lag_notice", LAG_ALONE),
    ("period_digest", DIGEST),
    ("review_request", REVIEW),
    ("review_answer", REVIEW_ANSWER),
    ("returned", RETURNED),
    ("settled", SETTLED),
    ("group_digest", GROUP_DIGEST),
    ("monthly_bulletin", BULLETIN),
    ("adhoc_bulletin", ADHOC),
    ("talk_proposal", PROPOSAL),
    ("bulletin_draft", DRAFT),
    ("bulletin_waits", WAITS),
    ("erratum", ERRATUM),
    (
        "bulletin_withdrawn",
        replace(
            ERRATUM,
            lines=(),
            withdrawn=True,
            why="附件进度表列错了单位次序",
        ),
    ),
    ("erratum_draft", ERRATUM_DRAFT),
    (
        "talk_notice",
        TalkNotice(
            TALKS[0],
            "2015年9月",
            "10月8日（星期四）上午9:00，市总工会三楼会议室",
        ),
    ),
    (
        "talk_withdrawn",
        TalkNotice(TALKS[0], "2015年9月", "", withdrawn=True),
    ),
    ("alert", ALERT),
)
