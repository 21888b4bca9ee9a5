"""Thanks, promises and signatures are no reports; whatever speaks of a form is none of these."""

import pytest

from pipeline.judging.intake.courtesy import is_courtesy

COURTESIES = (
    "收到，谢谢！", "收到", "收到。", "好的", "好的，谢谢", "OK", "ok!", "嗯嗯", "👍", "[OK]", "[强]", "谢谢", "谢谢您的提醒",
    "收到，马上报。", "收到，稍后补报", "收到，明天上午报送", "已收到，我们会尽快上报", "知道了，正在汇总，下午报", "邮件已收悉",
    "您好！通知收到，一定按时报送。", "您好，来信收悉，谢谢。\n\n市中区总工会 办公室\n电话：0833-2123456", "好的，旬报表明天发",
    "收到，旬报明天报", "收到，等领导签字后马上报", "领导还没签字，签完就报", "收到，谢谢\n--\n张某某\n市中区总工会\n发自我的iPhone",
    "Thanks!", "Thank you very much.", "Got it, thanks.", "Noted with thanks", "Received.", "Will send it tomorrow.",
    "OK, I will submit the report this afternoon.", "Thanks,\nZhang\nSent from my iPhone", "收到！\r\n\r\n发自我的华为手机", "不客气", "辛苦了",
    "收到，按要求落实", "已阅", "忘记报了，今天补上", "马上就发", "马上就报了", "已报请领导审批后报送", "随后补发", "各位领导好：\n收到，谢谢。\n此致\n敬礼",
)  # fmt: skip
REPORTS = (
    "", "旬报表见附件", "请查收。", "您好，现报上旬报表，请审阅。", "收到，旬报表已报送", "收到，谢谢。附件是我们的旬报表。", "已填好，见附件",
    "我区累计新增1234名", "收到。我单位本期累计 356 名，表附后", "更正：累计数应为 145 名", "谢谢，旬报表在附件里", "Please find attached the report.",
    "同上期", "本旬无变化", "与上期持平", "零报告", "本月没有数据要报", "我们9月9日就发了，请核实", "早就报了啊", "昨天都发了的", "我们报的是1300",
    "刚才忘了加附件，现在补上", "附件忘记加了", "我单位已撤销，不再报送旬报", "旬报已发，请查阅", "我们的表昨天就交了，旬报表怎么没收到？", "收到催报，旬报表9月9日已发送，请再查一下",
)  # fmt: skip


@pytest.mark.parametrize("text", COURTESIES)
def test_a_courtesy(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize("text", REPORTS)
def test_no_courtesy(text: str) -> None:
    assert not is_courtesy(text)
    assert not text or not is_courtesy(text, answers_us=True)
