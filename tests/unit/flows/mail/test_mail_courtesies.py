"""What people and machines write around reports and is none: no case, no 请重报, the unit stays as it was. Beside each kind,
the mail that looks like it and is a report."""

from pathlib import Path

import pytest
from mails.judge import aside, figure, judged, says
from mails.makers import (
    UNIT,
    b64,
    container,
    file_part,
    mail,
    mail_part,
    our_letter,
    part,
    prefilled,
    reported,
    said,
    text_part,
)

COURTESIES = (
    "收到", "收到，谢谢！", "收到！辛苦了", "好的，谢谢老师", "好的，明天上午报", "已收到，正在统计，稍后报送。", "谢谢提醒，我们下午报旬报表",
    "领导正在审签，稍后上报旬报表", "旬报表已收到，谢谢", "收到回执，谢谢", "1", "+1", "👍", "[抱拳][抱拳]", "ok", "OK，收到", "嗯嗯，好的", "知道了", "知悉。",
    "已阅，谢谢", "收到，我们会在9月10日前按时报送旬报表。", "收到，旬报表正在填，今天下班前发给您。", "谢谢！\r\n\r\n发自我的iPhone",
    "收到\r\n\r\n发自新浪邮箱客户端", "收到，谢谢。\r\n\r\n市中区总工会 办公室\r\n电话：0833-1234567\r\n地址：市中区某路1号", "Received, thanks.",
    "Noted with thanks. We will send the report tomorrow.", "收到，尽快落实", "不好意思，这两天忙忘了，马上报。", "抱歉，忘记报了，今天补上。",
    "因系统故障，旬报表明天再报，请谅解。", "我们单位的旬报还没有统计出来，能否缓一天？", "我区数据还在汇总中，请稍等。", "收到，已转相关同志办理。",
    "本期报表请允许迟报一天", "谢谢提醒，已经在弄旬报了", "已转办公室同志填报", "收到，已安排专人负责。", "请放心，按时上报", "本期旬报明早9点前送达", "收到，谢谢🙏", "收到了，麻烦了", "好滴", "好嘞，收到",
    "遵命", "收到，请领导放心", "感谢提醒！旬报表随后奉上。", "负责同志出差，周五回来后报送旬报表", "祝工作顺利！", "新年快乐！", "已知晓，会尽快补报",
    "收到，以后联系电话改为2123456", "好的，时间改为9日", "抱歉回复晚了，收到。", "收到，马上催下面报。", "张主席已知道这件事，正在协调",
)  # fmt: skip


@pytest.mark.parametrize("text", COURTESIES)
@pytest.mark.parametrize("quoting", [False, True])
def test_an_answer_to_our_letter_that_states_nothing(
    text: str, quoting: bool
) -> None:
    assert says(said(text, quoting=quoting)) == "ignored"


MEANT = (
    "旬报表见附件", "附件是我区旬报表，请查收", "更正：累计数应为 145 名，其余不变", "现将旬报报送如下：累计完成1200名", "请领导审阅", "本期新增12人",
    "数字改成360，谢谢", "不好意思，应该是360，刚才填错了", "麻烦把数改为360", "应为360",
)  # fmt: skip


@pytest.mark.parametrize("text", MEANT)
def test_an_answer_whose_form_was_forgotten_is_answered(text: str) -> None:
    assert says(said(text)) == "unreadable"


@pytest.mark.parametrize(
    "text", ["您好，请收阅，谢谢！", "市中区旬报表", "请领导阅示。谢谢"]
)
def test_a_new_mail_whose_form_was_forgotten_is_answered(text: str) -> None:
    assert says(said(text, "市中区9月10日旬报表")) == "unreadable"


LOGO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000078000000280100000000"
)
BASE64 = "Content-Transfer-Encoding: base64"
BESIDE = {
    "a card": part('text/x-vcard; name="zhang.vcf"', b64(b"BEGIN:VCARD\r\nEND:VCARD"), BASE64, "Content-Disposition: attachment"),
    "a logo": part('image/png; name="image001.png"', b64(LOGO), BASE64, "Content-Disposition: attachment"),
    "an empty page": part('text/html; name="ATT00001.htm"', b64(b"<html><body></body></html>"), BASE64, "Content-Disposition: attachment"),
    "our form, not filled in": file_part("旬报表-市中区.docx", prefilled()),
    "our form under another name": file_part("附件.docx", prefilled()),
    "our letter": mail_part(our_letter()),
    "our letter as a file, its mark lost": file_part("提醒.eml", our_letter(marked=False), "application/octet-stream"),
    "our letter with a filled form": mail_part(our_letter(files=[file_part()])),
}  # fmt: skip


@pytest.mark.parametrize("beside", BESIDE)
def test_what_lies_beside_a_courtesy_is_no_report(beside: str) -> None:
    assert says(said("收到，谢谢", files=[BESIDE[beside]])) == "ignored"


GESTURES = (
    ("Re: 回执", "李四 reacted to your message: 👍"), ("李四 对您的邮件做出回应", "👍"), ("👍 回复：旬报表", "已赞"), ("Liked: 旬报回执", "Liked “旬报回执”"),
    ("Re: 旬报表", "张三 赞了你的邮件"), ("Re: 旬报表", "❤️ 张三 reacted via Outlook"), ("回复：旬报表", "张三 通过 QQ邮箱 发送了一个表情回应"),
    ("已拒绝: 旬报会", ""), ("Declined: 旬报工作会", ""), ("暂定: 旬报会", ""), ("Tentatively Accepted: 旬报工作会", ""), ("[日程] 旬报会议邀请", ""),
    ("接受：旬报工作布置会", ""), ("【会议邀请】旬报工作会", ""), ("已更新: 旬报工作会", ""), ("Updated invitation: 旬报会 @ Thu", ""), ("Einladung: 旬报会", ""),
    ("参加：旬报会", ""), ("撤回：旬报表", "发件人希望撤回邮件“旬报表”。"), ("Recall: 旬报表", 'The sender would like to recall the message, "旬报表".'),
    ("邮件撤回通知", "市中区总工会撤回了邮件《旬报表》"), ("发件人已撤回邮件：旬报表", "该邮件已被发件人撤回"), ("旬报表", "主题为“旬报表”的邮件已被发件人撤回。"),
    ("请求撤回：旬报表", ""), ("召回邮件: 旬报表", "张三 想要召回邮件“旬报表”"), ("Message Recall Report for message: 旬报表", ""),
    ("市中区总工会 撤回了一封邮件", "旬报表"), ("已读: 旬报报送提醒", "您的邮件已于2015/9/10 9:00阅读"), ("Read: 旬报", "Your message was read on"),
    ("阅读回执：【报送提醒】旬报表", "已阅读"), ("已读回执: 旬报", ""), ("Not read: 旬报", ""), ("未读: 旬报", "已删除 未读"), ("Gelesen: 旬报", ""), ("Lu : 旬报", ""),
    ("李四 点赞了您的邮件", "旬报"), ("Reaction: 👍 to 旬报表", ""), ("Re: 旬报表", "Li Si liked your message"), ("接受邀请：旬报工作会", ""),
    ("转发会议通知: 旬报会", ""), ("邮件召回结果：旬报表", "召回成功"),
    ("开封通知: 旬报", ""), ("已显示: 旬报", ""), ("您的邮件《旬报》已被阅读", ""),
    ("邮件收条：【报送提醒】市中区旬报表", "这是邮件收条"), ("回执：【报送提醒】旬报表", "您发给 a@example.cn 的邮件已于 2015-09-10 10:00 被打开"),
    ("Re: 旬报表", "您发送的邮件 旬报表 已被 市中区 阅读"),
)  # fmt: skip
AUTOMATIC = (
    ("回复：【报送提醒】市中区 9月10日旬报表", "您好，我正在休假，9月20日返岗，期间旬报表由李同志负责，电话 0833-1111111。"),
    ("自动回复：旬报表报送提醒", "您好，邮件已收到。"), ("自動應答: 旬报", "不在"), ("Automatische Antwort: 旬报", ""), ("Réponse automatique : 旬报", ""),
    ("Respuesta automática: 旬报", ""), ("Risposta automatica: 旬报", ""), ("自動返信: 旬报", ""), ("자동 회신: 旬报", ""), ("Автоответ: 旬报", ""),
    ("Auto-Antwort: 旬报", ""), ("Absence: 旬报", ""), ("Abwesend: 旬报", ""), ("AutoReply: 旬报", ""), ("[Auto-Reply] 旬报", ""), ("Re: 旬报提醒 [自动回复]", ""),
    ("回复：旬报提醒", "您好，我现在外出学习，10月8日返回，期间邮件不能及时回复，如有急事请拨打电话。"), ("Re: 旬报提醒", "你好，您的来信已收到，我会尽快回复！"),
    ("Re: 旬报提醒", "我正在度假，会在返回后处理您的邮件"), ("Re: 旬报提醒", "您的邮件我已收到，稍后我会给您回信的。谢谢!"),
    ("Re: 旬报提醒", "来信收悉，谢谢!本邮件为自动回复。"), ("Re: 旬报", "This mailbox is no longer monitored. Please contact office@example.cn."),
    ("[Ticket#20150910] 旬报报送提醒", "您的工单已受理，我们会尽快处理。"), ("邮件已收到：旬报", "系统已收到您的邮件，工单号123。"),
    ("您的邮件需要验证", "请点击以下链接确认您不是垃圾邮件发送者，邮件《旬报表》才会送达。"), ("Please confirm your message: 旬报", "click the link"),
    ("您有3封邮件被隔离", "以下邮件被判定为垃圾邮件：\r\n主题：【报送提醒】市中区 9月10日旬报表\r\n如需放行请点击"),
    ("Spam Quarantine Notification", "The following messages were quarantined: 旬报表"), ("邮件隔离报告 - 2015-09-10", "隔离邮件摘要 旬报表"),
    ("[反垃圾网关]隔离摘要", "旬报表 放行"), ("Quarantine digest: 1 new message", "旬报"), ("病毒邮件通知：旬报表", "您收到的邮件附件含有病毒，已被删除"),
    ("邮件审计通知：邮件待审批", "旬报表"), ("Re: 旬报表", "【自动回复】你好，邮件已收到，谢谢！"), ("Re:旬报表", "您好！您的来信我已收到。——自动回复"),
    ("休假中：旬报", "x"), ("Re: 旬报表", "本邮件由系统自动发出，请勿直接回复。您的邮件已成功送达。"),
)  # fmt: skip


@pytest.mark.parametrize(("subject", "text"), [*GESTURES, *AUTOMATIC])
def test_what_a_program_says_in_a_persons_name(subject: str, text: str) -> None:
    assert says(said(text, subject)) == "ignored"


SUBJECTS = (
    "重发：上次退信 旬报表", "自动回复：旬报表", "退回重报：旬报表", "Fw: Undelivered Mail Returned to Sender", "撤回后重发：市中区旬报表", "撤回: 旬报表",
    "已读: 旬报", "接受: 旬报", "Delivery Status Notification 旬报", "转发：自动回复", "Out of Office 旬报表", "收到", "邮件隔离通知 旬报表", "[Ticket#123] 旬报",
)  # fmt: skip


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_form_is_heard_whatever_the_subject_says(subject: str) -> None:
    assert says(reported(subject=subject)) in ("accepted", "held")


@pytest.mark.parametrize(
    "text",
    [
        "收到，谢谢",
        "上次发的旬报表有误，请撤回，以此件为准",
        "我正在出差，无法回复邮件，旬报表见附件",
        "旬报工作今后由王同志负责，本期旬报表见附件",
    ],
)
def test_a_form_is_heard_whatever_the_text_says(text: str) -> None:
    assert figure(reported(text=text)) == 1200


def complaint(sender: str) -> bytes:
    """An abuse report (RFC 5965) about a letter of ours that somebody had filled the form of."""
    said_so = part(
        "message/feedback-report", b"Feedback-Type: abuse\r\nVersion: 1\r\n"
    )
    letter = mail_part(our_letter(files=[file_part()]))
    parts = [text_part("This is an email abuse report"), said_so, letter]
    return mail(
        container(parts, "report"), subject="Abuse: 旬报", sender=sender
    )


@pytest.mark.parametrize("sender", [UNIT, "abuse@isp.example"])
def test_a_complaint_about_our_letter_is_no_report(sender: str) -> None:
    assert says(complaint(sender)) == "ignored"


def test_a_units_report_that_a_gateway_holds_is_a_case() -> None:
    notice = said(
        "下列邮件已被隔离",
        "邮件隔离通知",
        sender="gw@gateway.example",
        files=[mail_part(reported())],
    )
    assert says(notice) == "held"


SUCCESSORS = (
    ("自动回复: 回执", "我已于9月1日调离，旬报工作由王同志负责，请改发邮箱 new@example.cn。"), ("Out of office: x", "I no longer work here. Please contact b@example.cn"),
    ("旬报工作交接", "本人已调离，旬报请联系王同志 wang@example.cn"), ("回复：【报送提醒】市中区", "您好！本人已退休，旬报工作由王同志负责，请发邮箱 wang@example.cn。"),
    ("联系人变更", "我区旬报联系人已变更为李四，邮箱 li@example.cn"),
)  # fmt: skip


@pytest.mark.parametrize(("subject", "text"), SUCCESSORS)
def test_a_new_contact_is_told(subject: str, text: str) -> None:
    mailed = said(text, subject)
    assert says(mailed) == "ignored"
    assert "请核对名册" in aside(mailed)


@pytest.mark.parametrize(
    ("subject", "text"),
    [("撤回：旬报表", ""), ("旬报表", "主题为“旬报表”的邮件已被发件人撤回。")],
)
def test_a_recall_is_told(subject: str, text: str) -> None:
    assert "撤回" in aside(said(text, subject))


TAKEN_BACK = (
    ("市中区旬报表作废", "刚才发的旬报表有误，请作废，稍后重发"), ("关于撤回旬报表的说明", "上午报送的旬报表请撤回"),
    ("回复：【回执】市中区 9月10日旬报表已收到", "数字报错了，请先不要采用"), ("回复：【回执】市中区 9月10日旬报表已收到", "应为1250名"),
    ("旬报表", "更正：累计数应为 145 名，其余不变"),
)  # fmt: skip


@pytest.mark.parametrize(("subject", "text"), TAKEN_BACK)
def test_words_that_take_a_report_back_are_told(
    subject: str, text: str
) -> None:
    mailed = said(text, subject)
    assert judged(mailed).reports == ()
    assert "先前报的有误或不要采用" in aside(mailed)


def test_a_plain_promise_takes_nothing_back() -> None:
    assert aside(said("请不要再催了，明天报")) == ""
    assert aside(said("谢谢", "回复：【更正】9月通报")) == ""


def test_thanks_and_plain_absence_are_told_to_nobody() -> None:
    assert aside(said("收到，谢谢")) == ""
    assert aside(said("我正在休假，暂时无法回复。", "自动回复：x")) == ""


BULLETINS = Path(__file__).parents[3] / "data/mail/bulletin"


@pytest.mark.parametrize("name", ["bulletin.docx", "bulletin.xlsx"])
@pytest.mark.parametrize("text", ["收到，谢谢", "", "请看附件"])
def test_a_bulletin_of_ours_attached_by_hand_is_no_report(
    name: str, text: str
) -> None:
    content = (BULLETINS / name).read_bytes()
    file = file_part("通报2015-09.docx", content, "application/octet-stream")
    mailed = said(text, "回复：集中行动通报（第1期）", files=[file])
    assert judged(mailed).reports == ()
    beside = reported(file_part(), file)
    assert figure(beside) == 1200
