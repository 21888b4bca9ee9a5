"""A trouble: why something could not be read, in words for the sender.

Values, not exceptions: a reader that cannot read returns a Trouble, and the flow goes
on with the next file.
"""

from enum import StrEnum

from pipeline.model.values.frozen import frozen


class TroubleCode(StrEnum):
    """What went wrong with a file; the sentence for the sender stands in `Trouble.advice`."""

    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    EMPTY = "empty"
    TOO_BIG = "too_big"
    BOMB = "bomb"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    UNSUPPORTED = "unsupported"
    EXECUTABLE = "executable"
    NO_FORM = "no_form"
    SCAN_UNREAD = "scan_unread"
    SCAN_UNCERTAIN = "scan_uncertain"
    CLOUD_LINK = "cloud_link"
    NO_ATTACHMENT = "no_attachment"


# How sentences call the campaign's form until somebody tells them who knows its name.
FORM = "报送表"

# What the sender is told of a file, where its kind has no sentence of its own
# (reading/files/kinds.py): the one sentence of each code.
ADVICE = {
    TroubleCode.TIMEOUT: "这个文件用时过长仍未读完，可能过大或已损坏；"
    "请用 Word 或 WPS 打开后另存一份再发送。",
    TroubleCode.CRASHED: "这个文件无法读取，可能已损坏；请用 Word 或 WPS 打开后另存一份再发送。",
    TroubleCode.NO_FORM: "文件里没有找到填好的报送表，请用报送表填好后重新发送。",
    TroubleCode.ENCRYPTED: "文件设了打开密码，请取消密码后重新发送。",
    TroubleCode.CORRUPT: "文件已损坏，打不开，请在电脑上确认能正常打开后重新发送。",
    TroubleCode.EMPTY: "文件是空的，没有内容，请检查后重新发送。",
    TroubleCode.TOO_BIG: "文件内容过大，请只保留报送表后重新发送。",
    TroubleCode.BOMB: "文件解开后异常庞大，为安全起见没有打开，请直接发送报送表的 Word 或 Excel 文件。",
    TroubleCode.UNSUPPORTED: "这种文件格式无法读取，请把报送表另存为 Word 或 Excel 文件后重新发送。",
    TroubleCode.EXECUTABLE: "文件是程序，不是报送表，为安全起见没有打开，请发送报送表的 Word 或 Excel 文件。",
    TroubleCode.SCAN_UNREAD: "文件是扫描件或照片，未能识别其中的文字，请发送报送表的 Word 或 Excel 文件。",
    TroubleCode.SCAN_UNCERTAIN: "扫描件或照片看不清楚，已转工作人员核对；同时发送 Word 或 Excel 原表会更快。",
    TroubleCode.CLOUD_LINK: "收到的是超大附件（网盘链接），不是文件本身，请把报送表直接作为普通附件发送。",
    TroubleCode.NO_ATTACHMENT: "邮件里没有附件，正文里也没有报送表，请把填好的表作为附件重新发送。",
}


@frozen
class Trouble:
    """`advice` is one plain Chinese sentence for a clerk: what is wrong and what to do.
    `detail` is for the log."""

    code: TroubleCode
    advice: str
    detail: str = ""
