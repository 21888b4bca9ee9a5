"""The numbers of one bulletin as a reader finds them in its mail, its document and its
workbook, and what does not agree among them and with the bulletin before.

Reads the finished files alone: nothing here knows the program's own snapshot.
"""

import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import docx
import openpyxl

from pipeline.writing.bulletin.sheets import HEAD_ROW
from pipeline.writing.words import percent

Rows = list[list[Any]]
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")


@dataclass
class Told:
    """A bulletin's mail as lines, its document as paragraphs and tables, its workbook as
    sheets by name; lists, so that a control may change any one of their numbers."""

    mail: list[str]
    paragraphs: list[str]
    tables: list[Rows]
    sheets: dict[str, Rows]

    def table(self, head: str) -> list[dict[str, str]]:
        """The rows of the document's table that has this column."""
        for heads, *rows in self.tables:
            if head in heads:
                return [dict(zip(heads, row, strict=True)) for row in rows]
        return []

    def sheet(self, name: str) -> list[dict[str, Any]]:
        rows = self.sheets.get(name, [[]])
        heads, *lines = rows[HEAD_ROW - 1 :] or [[]]
        found = []
        for line in lines:
            if any(cell is not None for cell in line):
                found.append(dict(zip(heads, line, strict=True)))
        return found


def told(mail: str, document: bytes, workbook: bytes) -> Told:
    written = docx.Document(io.BytesIO(document))
    paragraphs = [p.text for p in written.paragraphs if p.text.strip()]
    tables = []
    for table in written.tables:
        tables.append([[cell.text for cell in row.cells] for row in table.rows])
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheets = {}
    for sheet in book:
        sheets[sheet.title] = [
            list(row) for row in sheet.iter_rows(values_only=True)
        ]
    return Told(mail.splitlines(), paragraphs, tables, sheets)


def whole(text: Any) -> int | None:
    """6,934 or 6934; None for what is no number."""
    if isinstance(text, int):
        return text
    digits = str(text or "").replace(",", "").strip()
    return int(digits) if re.fullmatch(r"-?\d+", digits) else None


def disagreements(this: Told, before: Told | None) -> list[str]:
    """What of a bulletin does not agree with itself or with the one before, in words."""
    return [
        *_rows_differ(this),
        *_story_differs(this),
        *_grown_otherwise(this, before),
        *_sums(this),
        *_other_sheets(this),
        *_columns_derived(this),
        *_history(this, before),
        *_groups(this),
        *_lagging_lines(this),
        *_frame(this),
        *_explained(this),
        *_sentences(this, before),
    ]


_COLUMNS = ("累计新增（名）", "本月新增（名）", "全年目标（名）", "完成率")


def progress(this: Told) -> dict[str, tuple[str, ...]]:
    """unit -> completed, growth, target and rate of the document's table, and 合计."""
    found = {}
    for row in this.table("全年目标（名）"):
        name = row["单位"] or row["类别"]
        found[name] = tuple(row[column] for column in _COLUMNS)
    return found


def _rows_differ(this: Told) -> Iterator[str]:
    """Document, workbook and mail, unit by unit; each rate is that of its figures."""
    document = this.table("全年目标（名）")
    book = this.sheet("进度排名")
    if len(document) != len(book):
        yield f"{len(document)} and {len(book)} rows"
    for row, cells in zip(document, book, strict=False):
        name = row["单位"] or row["类别"]
        for column in _COLUMNS[:3]:
            if whole(row[column]) != whole(cells[column]):
                yield f"{name} {column}: {row[column]} and {cells[column]}"
        done = whole(row["累计新增（名）"])
        target = whole(row["全年目标（名）"])
        if (
            cells["完成率"] is not None
            and percent(cells["完成率"]) != row["完成率"]
        ):
            yield f"{name} rate {row['完成率']} and {cells['完成率']}"
        if (
            done is not None
            and target
            and percent(done / target) != row["完成率"]
        ):
            yield f"{name} rate {row['完成率']} of {done} / {target}"
        exact = (cells["完成率"] or 0) * (target or 0)
        if done is not None and abs(exact - done) > 1e-6:
            yield f"{name} rate {cells['完成率']}"
        if (whole(row["名次"]) or None) != whole(cells["名次"]):
            yield f"{name} rank {row['名次']} and {cells['名次']}"
        if row["单位"]:
            yield from _mail_row(this, row)
    yield from _ranks(document, book)


def _mail_row(this: Told, row: dict[str, str]) -> Iterator[str]:
    line = re.compile(
        rf"^ +(\d+\.|—) +{re.escape(row['单位'])}　(\S+?)/(\S+?)　(\S+)　本月新增([\d,-]+)"
    )
    found = [m.groups() for text in this.mail if (m := line.match(text))]
    rank = f"{row['名次']}." if whole(row["名次"]) else "—"
    asked = (
        rank,
        row["累计新增（名）"],
        row["全年目标（名）"],
        row["完成率"],
        row["本月新增（名）"],
    )
    if found != [asked]:
        yield f"the mail tells {found}, the document {asked}"


def _ranks(
    document: list[dict[str, str]], book: list[dict[str, Any]]
) -> Iterator[str]:
    """Ranks follow from the rates: within the kind and over all."""
    rated = []
    for row, cells in zip(document, book, strict=False):
        rank = whole(row["名次"])
        done, target = (
            whole(row["累计新增（名）"]),
            whole(row["全年目标（名）"]),
        )
        if rank is not None and done is not None and target:
            rated.append(
                (row["类别"], rank, whole(cells["总名次"]), done / target)
            )
    for kind, rank, overall, rate in rated:
        above = sum(r > rate for k, _, _, r in rated if k == kind)
        all_above = sum(r > rate for _, _, _, r in rated)
        if (rank, overall) != (above + 1, all_above + 1):
            yield f"rank {rank}, {overall} of {rate}"


def narrative(this: Told) -> list[str]:
    """The document's paragraphs between its opening and the list of annexes."""
    first = next(
        n for n, p in enumerate(this.paragraphs) if p.startswith("一、")
    )
    last = next(
        n for n, p in enumerate(this.paragraphs) if p.startswith("附件")
    )
    return this.paragraphs[first:last]


_NUMBERED = re.compile(r"^(?:（[一二三四五六七八九十]+）|\d+\. )")


def _plain(text: str) -> str:
    return _NUMBERED.sub("", text.strip())


def _story_differs(this: Told) -> Iterator[str]:
    """Mail and document tell one story, each number in the same sentence."""
    mail = {_plain(line) for line in this.mail}
    document = {_plain(line) for line in narrative(this)}
    for paragraph in document - mail:
        yield f"not in the mail: {paragraph}"
    first = next(n for n, p in enumerate(this.mail) if p.startswith("一、"))
    last = next(n for n, p in enumerate(this.mail) if p.startswith("附："))
    for line in this.mail[first:last]:
        if line.strip() and _plain(line) not in document:
            yield f"not in the document: {line}"


def _printed(this: Told, before: Told | None) -> dict[str, int | None]:
    """unit -> the figure of the bulletin before, of the first period where there is
    none; 合计 is the row of that name."""
    found = {}
    if before is not None:
        for unit, row in progress(before).items():
            found[unit] = whole(row[0])
        return found
    for line in this.sheet("历次数据"):
        _, first, *_ = line.values()
        found[line["单位"]] = whole(first)
    return found


def _grown_otherwise(this: Told, before: Told | None) -> Iterator[str]:
    """本月新增 is what was added to what the bulletin before printed."""
    printed = _printed(this, before)
    for unit, (done, growth, _, _) in progress(this).items():
        earlier = printed[unit]
        now = whole(done)
        if now is not None and now - (earlier or 0) != whole(growth):
            yield f"{unit} grew by {growth} from {earlier} to {done}"


def _sums(this: Told) -> Iterator[str]:
    rows = progress(this)
    totals = rows.pop("合计", None)
    if totals is None:
        yield "no totals"
        return
    for index in range(3):
        total = sum(whole(row[index]) or 0 for row in rows.values())
        if total != whole(totals[index]):
            yield f"{_COLUMNS[index]}: {total} and {totals[index]}"


def _other_sheets(this: Told) -> Iterator[str]:
    """What other sheets and annexes say of a unit's figure is what the first says."""
    rows = progress(this)
    for name in ("分组", "进度滞后"):
        for line in this.sheet(name):
            row = rows.get(line["单位"])
            if row is None:
                continue
            told_there = (
                whole(line["累计新增（名）"]),
                whole(line["全年目标（名）"]),
            )
            if told_there != (whole(row[0]), whole(row[2])):
                yield f"{name} {line['单位']}: {told_there}"
            if line["完成率"] is not None and percent(line["完成率"]) != row[3]:
                yield f"{name} {line['单位']}: {line['完成率']}"
    for line in this.sheet("历次数据"):
        *_, last = line.values()
        row = rows.get(line["单位"])
        if row is not None and whole(last) not in (None, whole(row[0])):
            yield f"历次数据 {line['单位']}: {last}"
    lagging = this.table("距时序进度差（名）")
    for row, line in zip(lagging, this.sheet("进度滞后"), strict=True):
        for column in ("累计新增（名）", "距时序进度差（名）"):
            if whole(row[column]) != whole(line[column]):
                yield f"进度滞后 {row['单位']} {column}"
        pace = whole(row.get("每旬需新增（名）"))
        if pace != whole(line.get("此后每旬需新增（名）")):
            yield f"进度滞后 {row['单位']} pace {pace}"
        own = rows.get(row["单位"])
        if own is None or (row["累计新增（名）"], row["完成率"]) != (
            own[0],
            own[3],
        ):
            yield f"进度滞后 {row['单位']} {own}"


def schedule(this: Told) -> str:
    """时序进度 as the first paragraph prints it."""
    return (_one(r"时序进度（([\d.]+%)）", "".join(narrative(this))) or ("",))[
        0
    ]


def _columns_derived(this: Told) -> Iterator[str]:
    """The sheet's derived columns follow from those beside them."""
    shown = schedule(this)
    for line in this.sheet("进度排名"):
        name = line["单位"] or line["类别"]
        if percent(line["时序进度"]) != shown:
            yield f"{name} {line['时序进度']} and {shown}"
        points = line["比时序进度（百分点）"]
        if points is not None and line["完成率"] is not None:
            gap = Decimal(percent(line["完成率"])[:-1]) - Decimal(shown[:-1])
            if Decimal(str(points)) != gap:
                yield f"{name} {points} points, {gap} by the rates"
        done, base = whole(line["累计新增（名）"]), line.get("上年末基数（名）")
        growth = line.get("比上年末增长")
        if base and done is not None and abs(growth - done / base) > 1e-9:
            yield f"{name} {growth} of {done} / {base}"
        told_growth = _one(
            r"数相当于上年末基数的([\d.]+%)", "".join(narrative(this))
        )
        of_all = name == "合计" and growth is not None
        if of_all and told_growth != (percent(growth),):
            yield f"{told_growth} and {growth}"


def _history(this: Told, before: Told | None) -> Iterator[str]:
    """历次数据: each column adds up; what was restated is the sum of the old column, and
    a figure of an older column changes only where the text says that one did."""
    rows = this.sheet("历次数据")
    (total,) = [row for row in rows if row["单位"] == "合计"]
    heads = [head for head in total if head != "单位"]
    units = [row for row in rows if row["单位"] in progress(this)]
    for head in heads:
        added = sum(whole(row[head]) or 0 for row in units if row is not total)
        if added != whole(total[head]):
            yield f"历次数据 {head}: {added} and {total[head]}"
    target = whole(progress(this)["合计"][2]) or 0
    planned = [row for row in rows if row["单位"] == "时序应完成"]
    for row in planned:
        for head in heads:
            share = _schedule_on(head)
            if whole(row[head]) != round(target * share):
                yield f"时序应完成 {head}: {row[head]}"
    if before is None:
        return
    earlier = {row["单位"]: row for row in before.sheet("历次数据")}
    moved = "因补报、更正" in "".join(narrative(this))
    for row in rows:
        for head, figure in earlier[row["单位"]].items():
            if row.get(head) != figure and not (
                moved and head == _last(before)
            ):
                yield f"历次数据 {row['单位']} {head}: {row.get(head)}, was {figure}"


def _last(this: Told) -> str:
    *_, head = this.sheet("历次数据")[0]
    return str(head)


def _schedule_on(head: str) -> float:
    """Days elapsed of the year's 365 on 9月10日; -1 for a day that there is not."""
    month, day = map(int, re.findall(r"\d+", head))
    try:
        on = date(2015, month, day)
    except ValueError:
        return -1.0
    return ((on - date(2015, 1, 1)).days + 1) / 365


def _groups(this: Told) -> Iterator[str]:
    """Each group's sub-total is the sum of its own rows, and its ranks are the table's."""
    ranks = {row["单位"]: row["名次"] for row in this.table("全年目标（名）")}
    done = target = 0
    for line in this.sheet("分组"):
        figures = (whole(line["累计新增（名）"]), whole(line["全年目标（名）"]))
        if line["单位"]:
            done += figures[0] or 0
            target += figures[1] or 0
            if whole(ranks[line["单位"]]) != whole(line["名次"]):
                yield f"分组 {line['单位']}: {line['名次']}"
        elif figures != (done, target) or line["完成率"] != done / target:
            yield f"分组 {figures} and {done} / {target}"
        else:
            done = target = 0


def _lagging_lines(this: Told) -> Iterator[str]:
    """The mail's lines of lagging units say what the annex does."""
    ranks = {row["单位"]: row["名次"] for row in this.table("全年目标（名）")}
    mail = " ".join(this.mail)
    sheet = {line["单位"]: line for line in this.sheet("进度滞后")}
    for row in this.table("距时序进度差（名）"):
        said = f"{row['单位']}：累计{row['累计新增（名）']}名，完成率{row['完成率']}，距时序进度差{row['距时序进度差（名）']}名"
        if "每旬需新增（名）" in row:
            said += f"，每旬需新增{row['每旬需新增（名）']}名"
        if said not in mail:
            yield f"not in the mail: {said}"
        line = sheet[row["单位"]]
        if not ranks[row["单位"]] == row["名次"] == str(line["名次"]):
            yield f"进度滞后 {row['单位']}: {row['名次']}"
        yield from _gap(this, line)


def _gap(this: Told, line: dict[str, Any]) -> Iterator[str]:
    """People short of schedule progress now, and of its margin at the next due date."""
    target = whole(line["全年目标（名）"]) or 0
    done = whole(line["累计新增（名）"]) or 0
    short = math.ceil(target * _schedule_on(_last(this)) - 1e-9) - done
    if whole(line["距时序进度差（名）"]) != short:
        yield f"{line['单位']} is {short} short, not {line['距时序进度差（名）']}"
    share = _schedule_on(_next_due(_last(this)))
    lifted = math.ceil(target * (share - 0.1) - 1e-9) - done
    if whole(line["不再滞后还差（名）"]) != max(0, lifted):
        yield f"{line['单位']} is lifted by {lifted}"


def _explained(this: Told) -> Iterator[str]:
    """说明 works schedule progress out: 已过273天÷共365天＝74.8%."""
    text = " ".join(str(c) for row in this.sheets["说明"] for c in row if c)
    worked = _one(
        r"截至2015年(\d+月\d+日)：已过(\d+)天÷共(\d+)天＝([\d.]+%)", text
    )
    if worked is None:
        yield "schedule progress is not worked out"
        return
    day, elapsed, days, share = worked
    asked = percent(int(elapsed) / int(days))
    on_day = percent(_schedule_on(day))
    if len({share, asked, on_day, schedule(this)}) > 1 or day != _last(this):
        yield f"{worked} on {_last(this)}"
    if int(days) != 365:
        yield f"{days} days"


def _next_due(head: str) -> str:
    """The report day after 9月10日; after the year's last there is none."""
    month, day = map(int, re.findall(r"\d+", head))
    if day < 30:
        return f"{month}月{day + 10}日"
    return f"{month + 1}月10日" if month < 12 else head


def _frame(this: Told) -> Iterator[str]:
    """What says which bulletin it is: number, month, dates and 数据编号, alike
    everywhere."""
    cells = [
        str(c)
        for rows in this.sheets.values()
        for row in rows[:2]
        for c in row
        if c
    ]
    tables = [c for table in this.tables for row in table for c in row]
    texts = [*this.mail, *this.paragraphs, *tables, *cells]
    explained = [str(c) for row in this.sheets["说明"] for c in row if c]
    for what, pattern, where in (
        ("number", r"第(\d+)期", texts),
        ("data", r"(?:数据编号[: ：]*|^)([0-9A-F]{12})", [*texts, *explained]),
        ("month", r"(\d{4}年\d+月)(?:[^\d]|$)", [*this.mail, *this.paragraphs]),
        (
            "issued",
            r"(\d{4}年\d+月\d+日)(?:印发|$)",
            [*this.mail, *this.paragraphs, *tables],
        ),
        ("period", r"表（(?:截至|\d{4}年)?(\d+月\d+日)", texts),
        ("sheets", r"（(\d{4}年\d+月\d+日)）", cells),
        ("margin", r"超过(\d+)个百分点", [*texts, *explained]),
        (
            "since",
            r"(?:首次报送（|上次通报所列数（截至)(\d+月\d+日)",
            [*texts, *explained],
        ),
        ("left", r"剩余(\d+)次", texts),
        ("as of", r"数据截至(\S+)", cells),
        (
            "schedule",
            r"时序进度([\d.]+%)",
            [*this.mail, *this.paragraphs, *cells],
        ),
    ):
        found = {m for text in where for m in re.findall(pattern, text)}
        # In the last month no form is left to come.
        if len(found) > 1 or (not found and what != "left"):
            yield f"{what}: {sorted(found)}"


def _one(pattern: str, text: str) -> tuple[str, ...] | None:
    found = re.search(pattern, text)
    return None if found is None else found.groups()


def _sentences(this: Told, before: Told | None) -> Iterator[str]:
    """The sentences' numbers against the table's."""
    text = "".join(narrative(this))
    total = progress(this)["合计"]
    done, target = whole(total[0]), whole(total[2])
    assert done is not None and target
    said = _one(
        r"累计新增([\d,]+)名，完成全年目标任务([\d,]+)名的([\d.]+%)", text
    )
    if said != (total[0], total[2], percent(done / target)):
        yield f"{said} and {total}"
    gap = _one(
        r"距全年目标任务还差([\d,]+)名，剩余(\d+)次旬报平均每旬需新增([\d,]+)名",
        text,
    )
    if gap is not None:
        short, left, pace = map(whole, gap)
        asked = (target - done, -(-(target - done) // max(1, left or 0)))
        if (short, pace) != asked:
            yield f"{gap} for {target} - {done}"
    grown = _one(r"比上次通报时增加([\d,]+)名", text)
    if before is not None and grown is not None:
        printed = whole(progress(before)["合计"][0]) or 0
        if whole(grown[0]) != done - printed:
            yield f"{grown} from {printed} to {done}"
    moved = _one(
        r"因补报、更正(增加|减少)([\d,]+)名（截至[^）]*?的累计数由([\d,]+)名调整为([\d,]+)名），此后新报增加([\d,]+)名",
        text,
    )
    if moved is not None and before is not None:
        way, late, then, now, fresh = moved
        sign = 1 if way == "增加" else -1
        parts = (
            whole(then),
            (whole(then) or 0) + sign * (whole(late) or 0),
            (whole(now) or 0) + (whole(fresh) or 0),
        )
        if parts != (whole(progress(before)["合计"][0]), whole(now), done):
            yield f"{moved}"
    yield from _counts(this, text)


def _counts(this: Told, text: str) -> Iterator[str]:
    """Times reported, late and missing against the sheet that lists them."""
    sheet = this.sheet("迟报漏报")
    for word, column in (
        ("按时报送", "按时（次）"),
        ("迟报", "迟报（次）"),
        ("漏报", "漏报（次）"),
    ):
        told_times = _one(rf"[，。]{word}(\d+)份次", text)
        listed = sum(whole(line[column]) or 0 for line in sheet)
        if (whole(told_times[0]) if told_times else 0) != listed:
            yield f"{word}: {told_times} and {listed}"
    heads = [head for head in sheet[0] if re.fullmatch(r"\d+月\d+日", head)]
    history = list(this.sheet("历次数据")[0])
    if heads != history[-len(heads) :]:
        yield f"迟报漏报 {heads}"
    for line in sheet:
        states = list(line.values())
        for state, column in (
            ("按时", "按时（次）"),
            ("迟报", "迟报（次）"),
            ("漏报", "漏报（次）"),
        ):
            if states.count(state) != whole(line[column]):
                yield f"{line['单位']} {column}: {line[column]}"
