"""The sentence of each finding of `xunbao health`: what is, and what to do where something is wrong."""

from datetime import datetime, tzinfo
from typing import Final

from pipeline.model.operation.finding import Finding, Part, State
from pipeline.settings.extras import how_to_add
from pipeline.writing.operation.clock_words import difference_words

TITLES: Final = {
    Part.WORKER: "运行",
    Part.MAILBOX: "收信",
    Part.POST: "发信",
    Part.HELD: "待核",
    Part.OUTBOX: "待发",
    Part.DISK: "磁盘",
    Part.ALARMS: "告警",
    Part.CLOCK: "时钟",
    Part.HOLIDAYS: "节假日",
    Part.OFFICE: "LibreOffice",
    Part.FONTS: "中文字体",
    Part.SCANS: "识别扫描件",
}

_WELL: Final = {
    Part.MAILBOX: "没有停用",
    Part.POST: "没有停用",
    Part.HELD: "没有待核的报表",
    Part.ALARMS: "没有告警",
    Part.CLOCK: "没有发现与邮件服务器不一致",
    Part.HOLIDAYS: "节假日表齐全",
    Part.OFFICE: "已安装",
    Part.FONTS: "画得出中文",
    Part.SCANS: "已安装",
}

WITHOUT_FONTS: Final = (
    "没有中文字体：待核单里不附页面截图，通报不附 PDF，其余照常；"
    "Debian：apt install fonts-noto-cjk"
)

CLOCK_UNKNOWN: Final = (
    "最近没有可以比较的时间，本机时钟准不准不知道：按时、迟报都要看它；"
    "运行 xunbao check --online --send 就能比较"
)

_WRONG: Final = {
    Part.MAILBOX: "邮箱服务器登录不上，{when}以前不再试；运行 xunbao check --online 看原因",
    Part.POST: "发信服务器登录不上，{when}以前不再试；运行 xunbao check --online 看原因",
    Part.HELD: "有 {count} 份报表等人审核；运行 xunbao review list",
    Part.OUTBOX: "有邮件从 {when} 起一直没有发出去；运行 xunbao notices",
    Part.ALARMS: "有 {count} 条告警没有解除；看 storage 目录里的 告警.txt",
    Part.CLOCK: CLOCK_UNKNOWN,
    Part.HOLIDAYS: "节假日表缺 {count} 年，这些年只按周末顺延；升级程序就有新的节假日表",
    Part.OFFICE: "没有安装：通报不附 PDF，其余照常；Debian：apt install libreoffice-writer",
    Part.FONTS: WITHOUT_FONTS,
}


def without_eyes() -> str:
    """What it costs to run without the part that reads pictures of forms."""
    return (
        "没有安装扫描件识别，只发来扫描件或照片的报表都要人工读数；"
        f"要自动识别请{how_to_add('ocr')}（下载约350 MB，识别时占内存约1 GB）"
    )


def sentence(finding: Finding, zone: tzinfo) -> str:
    """One line of `health`, its times in `zone`."""
    when = _when(finding.when, zone)
    if finding.part is Part.WORKER:
        return _worker(finding, when)
    if finding.part is Part.DISK:
        free = f"还剩 {finding.count / 1e9:.1f} GB"
        return (
            free
            if finding.state is State.WELL
            else f"快满了，{free}；请清理磁盘"
        )
    if finding.part is Part.CLOCK and finding.state is State.PERSON:
        return f"{difference_words(finding.count)}，请校准"
    if finding.state is State.WELL:
        return _WELL.get(finding.part, "") or _outbox(when)
    if finding.part is Part.SCANS:
        return without_eyes()
    if finding.word:
        return f"还没有处理完，{finding.word}"
    return _WRONG[finding.part].format(when=when, count=finding.count)


def next_sentence(moment: datetime, zone: tzinfo, *, over: bool) -> str:
    """`over`: the campaign has nothing more to do."""
    if over:
        return f"以后没有安排，每天只看一次邮箱，下一次是 {_when(moment, zone)}"
    return f"下一次有事要做是 {_when(moment, zone)}"


def _worker(finding: Finding, when: str) -> str:
    if finding.state is State.WELL:
        return f"正常，最近一次活动 {when}"
    if finding.when is None:
        return "还没有运行过；运行 xunbao once，或装成服务一直运行"
    missed = f"，错过 {finding.count} 次收信" if finding.count else ""
    if finding.stopped:
        return f"已停止（{when} 有人让它停下）{missed}；要继续就启动它，启动后会补做"
    return f"程序停着，最后一次活动 {when}{missed}；请启动它，启动后会补做"


def _outbox(when: str) -> str:
    return f"有邮件正在等着发（{when} 起）" if when else "没有等着发的邮件"


def _when(moment: datetime | None, zone: tzinfo) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M}"
