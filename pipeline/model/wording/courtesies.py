"""Thanks, promises and signatures as clerks write them below a letter: vocabulary of
reading, as data.

For: judging/intake/courtesy. These words are read, never written.
"""

import re
from typing import Final

SENTENCE_END: Final = re.compile(r"[。！!？?；;，,、~～…\n\r]+|\.(?=\s|$)")
SEPARATOR_LINE: Final = re.compile(
    r"^\s*(?:-{2,}|_{2,}|={2,}|\*{2,})\s*$", re.MULTILINE
)
# Something enclosed, filled in, or stated: then it was meant as more than a courtesy.
ENCLOSES: Final = re.compile(
    r"附件|附上|随附|见附|附表|附报|已(?:经)?(?:填|报送|上报|发送|发出|发给)|现(?:将|报)|报上|上报如下|报送如下|"
    r"请(?:领导|您|予以)?(?:查收|收阅|收悉|查阅|审阅|审核|审核|审定|审批|阅示|批示|接收|过目)|累计|新增|\d+\s*(?:名|人|个)|更正|重报|以此件为准|"
    r"attach|enclos|please\s+find|as\s+follows",
    re.IGNORECASE,
)
GREETING: Final = re.compile(
    r"^(?:您好|你好|各位(?:领导|老师|同志|好)*|尊敬的.{0,12}|.{0,8}(?:领导|老师|主席|部长|主任|科长|同志)(?:您?好)?|"
    r"(?:上午|中午|下午|晚上|早上)好|hi|hello|dear\b.*|good (?:morning|afternoon))$",
    re.IGNORECASE,
)
COURTESY: Final = re.compile(
    r"^(?:(?:您的|贵会的|[旬周月季]报表?)?(?:邮件|来信|通知|提醒|回执|通报)?(?:已|都|均|已经)?"
    r"(?:收到|收悉|阅|阅知|知悉|知晓|知道|了解|明白|清楚)了?(?:您的|贵会的)?"
    r"(?:邮件|来信|通知|提醒|回执|通报)?(?:了|啦|哈)?|"
    r"(?:非常|十分|万分|多|太|很)?(?:感谢|谢谢|谢)+(?:您|你|大家|老师|领导|提醒|支持|关心|帮助|的|了|啦|哦|呀|!)*|"
    r"好(?:好的?|呢|吧|哒|嘞|的|滴|咧)*|嗯+|哦+|行|可以|没问题|遵命|得令|是的?|[+＋]?1|666|赞|不用谢|"
    r"(?:请|敬请|您)?(?:领导|老师|您)?放心|(?:实在|非常|真)?(?:不好意思|抱歉|对不起|对不住)(?:了|啊|哈)?.{0,8}|"
    r"(?:请|敬请|望|恳请)?(?:领导|老师|您)?(?:谅解|见谅|理解|包涵|体谅|稍等|等等|等一下|等候)|"
    r"给?您?(?:添|找)麻烦了|麻烦(?:您|你|老师)?了|(?:新年|中秋|国庆|节日|周末|元旦|春节)(?:快乐|愉快|好)|"
    r"(?:已|都|均|马上|立即)?(?:转|转发|转告|通知|安排|交代|布置)(?:给|到|相关|有关|专人|办公室|科室|同志|各单位|人员|下面)+.{0,12}|ok(?:ay)?|辛苦(?:了|您了|你了|您|啦)*|"
    r"(?:一定)?(?:照办|遵照执行|按要求(?:办理|落实|报送|上报)?|落实)|不客气|"
    r"祝.{0,12}|顺祝.{0,10}|此致|敬礼|商祺|"
    r"(?:thanks?(?: you)?(?: (?:so|very) much| a lot)?|thx|noted|got it|received|well received|"
    r"understood|copy that|roger|will do|sure|great|best regards|kind regards|regards|cheers)(?: .{0,20})?|"
    r"\[.{1,6}\]|[^\w\s]+)$",
    re.IGNORECASE,
)
PROMISE: Final = re.compile(
    r"(?:马上|立即|立刻|尽快|尽早|稍后|待会|等会|一会|回头|随后|过后|抓紧|正在|今天|今日|今晚|明天|明日|明早|后天|"
    r"上午|下午|晚上|近日|这两天|下班前|周[一二三四五六日天]|\d{1,2}[日号点](?:前|之前)?|按时|按期|准时|及时)"
    r".{0,16}(?:报|发|交|送|填|统计|汇总|收集|催|办|完成|处理|落实|补|给|核)"
    r"|(?:将|会|要|再)(?:按时|按期|尽快|及时|准时|抓紧)?(?:报送|上报|补报|补上|发来|发过来|报来|报过来|填报|提交)"
    r"|(?:按时|按期|准时|及时|如期)(?:上报|报送|完成|报|交|送达)|.{0,8}(?:后|前|时)(?:一定|再|即|立即)?(?:(?:报送|上报|报上|补报|送达|报来)|[报发送交补]$)"
    r"|(?:马上|立即|尽快|抓紧|正在|这就|随后|稍后)(?:就)?(?:奉上|送上|送达|上报|去办|催|督促)"
    r"|再(?:核实?|核对|查|确认|看)(?:一下|看|$)|(?:能|可|可以)否.{0,10}(?:缓|延|晚|推迟|宽限)|(?:延|缓|晚)(?:期|报|一|几|两|半)?天?(?:报|交|送)?"
    r"|(?:还|尚|仍)(?:没有?|未)(?:统计|汇总|收齐|报齐|出来|定稿|审定|完成|签字|盖章|填好)|忙?忘(?:了|记)"
    r"|(?:领导|主席|数据|表|[旬周月季]报|报表|材料)(?:还|尚|正)?(?:没|未|要|等|在(?:填|统计|汇总|签|核|审|走)).{0,12}"
    r"|i(?:'ll| will)\s+(?:send|submit|report|mail|do)\b.*|will\s+(?:send|submit|report)\b.*"
    r"|(?:send|submit)\b.{0,30}\b(?:later|soon|tomorrow|today)",
    re.IGNORECASE,
)
SAYS_MORE: Final = re.compile(r"[旬周月季]\s*报|报\s*表|表格|报送|上报|数据")
# Around a sentence
AROUND: Final = " \t\u3000:：-—\"“”'()（）"
# It is enclosed with this very mail
ENCLOSED: Final = "见附"
