"""Makes the demo's forms (pipeline/demo/forms/) again: filled ten-day forms as LibreOffice's Writer and Calc write them.

An author's tool: needs LibreOffice and the project's own environment. City, units, figures and measures are invented.
The files are shipped; the demo itself needs no LibreOffice.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side

FORMS = Path(__file__).parents[2] / "pipeline" / "demo" / "forms"
TITLE = "示范市职工入会集中行动旬报表"
LABEL = "已完成目标任务数（新增{blank}名农民工入会）"
SHEETS = ("xls", "xlsx", "ods")
PASSWORD = {"EncryptFile": {"type": "boolean", "value": "true"}, "DocumentOpenPassword": {"type": "string", "value": "2015"}}  # fmt: skip

CLAUSES = (
    "深入辖区在建工地逐个摸底，建立农民工入会台账，做到项目清、人数清、会员清。",
    "在工业园区设立流动入会点，利用午休和下班时间现场办理入会手续，当场发放会员证。",
    "联合人社部门在技能培训班上宣讲入会政策，培训结束时集中办理入会。",
    "推行“码上入会”，在食堂和宿舍张贴二维码，职工用手机三分钟就能填完申请。",
    "依托乡镇、街道总工会，把入会任务分解到村和社区，每周通报一次进展。",
    "组织法律援助志愿者进企业，为农民工提供欠薪咨询，以服务促入会。",
    "指导物流、家政、护理行业成立行业工会联合会，吸收灵活就业人员入会。",
    "开展“送清凉、送健康”活动，为新入会会员免费体检，增强会员的获得感。",
    "领导班子成员分片包干，每人联系两个重点企业，入会情况纳入年度考核。",
    "对规模以上企业逐户走访，帮助尚未建会的企业完成建会，同步发展会员。",
    "在劳务输出集中的乡镇开展返乡农民工入会登记，做到不漏一户。",
    "举办新会员技能竞赛，以赛促学、以赛促建，吸引青年农民工入会。",
    "建立入会工作微信群，当天的问题当天答复，规范填写入会申请书。",
    "会同住建部门，把农民工入会情况列入文明工地评选条件。",
    "开设职工书屋和夜校，为新会员提供免费课程，带动身边工友入会。",
    "清理核对原有会员名册，剔除重复人员，确保上报数据真实准确。",
)


@dataclass(frozen=True)
class Filled:
    """A filled form: the figure stands in its cell (`figure`), in the label's blank (`blank`), or in both."""

    file: str
    unit: str
    day: str
    figure: str
    clauses: tuple[int, ...]
    blank: str = "   "
    # A clause that no other unit tells, with figures: what a bulletin may
    # quote
    own: str = ""


FILLED = (
    Filled("qingxi-0910.docx", "清溪区总工会", "2015年9月10日", "878名", (0, 1, 4, 3, 9)),
    Filled("songling-0910.doc", "松岭区总工会", "2015年9月10日", "", (2, 3, 8, 12, 6), "655"),
    Filled("songling-0910-b.doc", "松岭区总工会", "2015年9月10日", "", (2, 3, 8, 12, 6), "665"),
    Filled("bailu-0910.xls", "白鹭县总工会", "2015-09-10", "590", (5, 6, 9, 3, 12)),
    Filled("shiqiao-0910.wps", "石桥县总工会", "2015.9.10", "四百七十名", (7, 10, 11, 9, 12)),
    Filled("yuntai-0910.pdf", "云台县总工会", "2015年9月10日", "180", (12, 13, 15, 6, 2)),
    Filled("hetang-0910.odt", "荷塘县总工会", "9月10日", "累计完成362名，本旬新增24名", (14, 0, 6, 15, 2)),
    Filled("jinshahu-0910.xlsx", "金沙湖区总工会", "2015/9/10", "１５０人", (15, 4)),
    Filled("jiguan-0910.rtf", "市直机关工会", "2015年9月10日", "88", (8, 14, 5, 15, 2)),
    Filled("jianshe-0910-password.pdf", "市建设工会", "2015年9月10日", "141", (13, 0, 2, 15, 1)),
    Filled("jianshe-0910.docx", "市建设工会", "2015年9月10日", "141", (13, 0, 2, 15, 1)),
    Filled("jidian-0910.docx", "示例机电公司工会", "2015年9月10日", "71名", (11, 3, 7, 2, 1)),
    Filled("fangzhi-0910.ods", "示例纺织公司", "2015年9月10日", "64", (1, 12, 14, 3, 9)),
    Filled("qingxi-0920.docx", "清溪区总工会", "2015年9月20日", "931名", (3, 7, 10, 8, 13), own="在3个重点项目工地设立入会服务站，服务农民工1200人次，现场办理入会53名。"),
    Filled("songling-0920.doc", "松岭区总工会", "2015年9月20日", "702", (5, 12, 13, 10, 14), "702", own="推行“工会加物业”模式，与18家物业公司签订建会协议，吸收保安保洁人员37名入会。"),
    Filled("bailu-0920.xls", "白鹭县总工会", "2015-09-20", "约640", (0, 2, 8, 5, 10), own="组织15支流动服务队进茶园、上码头，发放服务手册2600份，办理入会48名。"),
    Filled("shiqiao-0920.wps", "石桥县总工会", "9月中旬", "五百一十二名", (1, 4, 14, 10, 0), own="依托12个乡镇就业服务站登记返乡人员860名，上门宣讲政策，办理入会42名。"),
    Filled("yuntai-0920.docx", "云台县总工会", "2015年9月20日", "498", (1, 9, 11, 14, 4), own="在云台工业园区开展集中入会周活动，走访企业46家，新建企业工会9家，发展农民工会员318名。"),
    Filled("hetang-0920.odt", "荷塘县总工会", "9月20日", "累计完成371名，本旬新增9名", (3, 15, 7, 4, 0)),
    Filled("jinshahu-0920.xlsx", "金沙湖区总工会", "2015/9/20", "168人", (2, 10)),
    Filled("jiguan-0920.rtf", "市直机关工会", "2015年9月20日", "96", (12, 6, 9, 0, 8)),
    Filled("jianshe-0920.docx", "市建设工会", "2015年9月20日", "152", (5, 7, 11, 8, 13)),
    Filled("jidian-0920.docx", "示例机电公司工会", "2015年9月20日", "与上期持平", (2, 14, 15, 13, 5)),
    Filled("fangzhi-0920.ods", "示例纺织公司", "2015年9月20日", "70", (4, 7, 11, 5, 10)),
)  # fmt: skip


def main() -> None:
    FORMS.mkdir(parents=True, exist_ok=True)
    # Some files by name; none named means all
    wanted = sys.argv[1:]
    for form in (f for f in FILLED if not wanted or f.file in wanted):
        with tempfile.TemporaryDirectory() as scratch:
            make(form, Path(scratch))
        print(form.file)


def make(form: Filled, scratch: Path) -> None:
    """Draft with a library, take it through LibreOffice's own format, and export what the clerk would have sent."""
    suffix = form.file.rpartition(".")[2]
    sheet = suffix in SHEETS
    draft = scratch / ("draft.xlsx" if sheet else "draft.docx")
    (write_sheet if sheet else write_text)(form, draft)
    own = convert(draft, "ods" if sheet else "odt", scratch / "own")
    options = (
        f":writer_pdf_Export:{json.dumps(PASSWORD)}"
        if "password" in form.file
        else ""
    )
    wanted = {"wps": "doc"}.get(suffix, suffix)
    made = (
        own
        if own.suffix == f".{wanted}"
        else convert(own, wanted + options, scratch / "out")
    )
    shutil.copyfile(made, FORMS / form.file)


def convert(source: Path, target: str, folder: Path) -> Path:
    profile = (Path(tempfile.gettempdir()) / "demo-forms-profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", target, "--outdir", str(folder), str(source)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return folder / f"{source.stem}.{target.partition(':')[0]}"


def rows(form: Filled) -> list[list[str | None]]:
    """The four rows of 附件3; None continues the cell to its left."""
    told = [
        *([form.own] if form.own else []),
        *(CLAUSES[clause] for clause in form.clauses),
    ]
    measures = "\n".join(
        f"{number}.{clause}" for number, clause in enumerate(told, 1)
    )
    return [
        ["报送单位：", form.unit, "报送时间：", form.day],
        [LABEL.format(blank=form.blank), None, form.figure, None],
        ["主要工作举措（300字左右）", measures, None, None],
        [
            "说明：每月10、20日报送，工作举措以条款方式列举。此信息表将作为每月通报的依据。",
            None,
            None,
            None,
        ],
    ]


def write_text(form: Filled, path: Path) -> None:
    document = Document()
    document.add_heading(TITLE, 1)
    table = document.add_table(rows=4, cols=4, style="Table Grid")
    for number, cells in enumerate(rows(form)):
        for first, text, last in spans(cells):
            cell = table.cell(number, first)
            (
                cell.merge(table.cell(number, last)) if last > first else cell
            ).text = text
    document.save(str(path))


def write_sheet(form: Filled, path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([TITLE])
    thin = Side(style="thin")
    for number, cells in enumerate(rows(form), 2):
        for first, text, last in spans(cells):
            cell = sheet.cell(
                number,
                first + 1,
                int(text) if text.isascii() and text.isdigit() else text,
            )
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.border = Border(thin, thin, thin, thin)
            if last > first:
                sheet.merge_cells(
                    start_row=number,
                    start_column=first + 1,
                    end_row=number,
                    end_column=last + 1,
                )
    for column, width in zip("ABCD", (26, 30, 16, 24), strict=True):
        sheet.column_dimensions[column].width = width
    book.save(path)


def spans(cells: list[str | None]) -> list[tuple[int, str, int]]:
    """Each cell with text as (first column, text, last column)."""
    starts = [column for column, text in enumerate(cells) if text is not None]
    ends = [start - 1 for start in starts[1:]] + [len(cells) - 1]
    return [
        (start, cells[start] or "", end)
        for start, end in zip(starts, ends, strict=True)
    ]


if __name__ == "__main__":
    main()
