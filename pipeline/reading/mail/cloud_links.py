"""超大附件: files that a mail only links to (NetEase, QQ, 139, network disks). They are
recorded and never fetched.

For: telling the unit that its form did not come, and staff until when the link is good.
Trusts: nothing of a link; it is text. Never: fetches one, or takes an advertisement for a file.
"""

import re
from collections.abc import Iterable

from pipeline.model.mail import CloudLink
from pipeline.reading.mail.headers import one_line, safe_name

# Of one mail; beyond them nobody would look
MAX_LINKS = 50
_MAX_LINE = 1_000
_SERVICE = re.compile(
    r"(?:large|big|huge|cloud|super)[-_]?(?:attach|file)|attachment-download|"
    r"/ftn(?:/|exs?_|_|\b)|ftnexs|bigfile|largefile"
    r"|//(?:u|fs|dashi|wx\.mail|mail|fm|set\d?\.mail|drive|dl)\.(?:\w+\.)*(?:163|"
    r"126|yeah|qq|netease|sina|139|189|aliyun)\.(?:com|net|cn)/.*(?:file|attach|"
    r"down|share|key|code)"
    r"|//(?:pan|yun|netdisk|share|disk)\.(?:baidu|weiyun|139|189|aliyun|"
    r"aliyundrive|360|quark|kdocs|jianguoyun)|weiyun\.com/|pan\.baidu\.com/|"
    r"aliyundrive\.com/s/|kdocs\.cn/l/|quark\.cn/s/"
    r"|lanzou\w*\.com/|cowtransfer\.com/|wenshushu\.cn/",
    re.IGNORECASE,
)
# Links that are shared files and nothing else, whatever the words around them.
_SHARE = re.compile(
    r"//(?:u|fs)\.163\.com/[\w-]{3,}(?![\w?/-])|//docs\.qq\.com/(?:sheet|doc|form|pdf|slide|aio|s)/"
    r"|//(?:www\.)?kdocs\.cn/(?:l|view|p|office|ent)/|//[\w-]+\.(?:feishu|larksuite|larkoffice)\.(?:cn|com)/"
    r"(?:file|sheets?|docs?|docx|wiki|drive|base|space)/|//alidocs\.dingtalk\.com/|//[\w.-]*dingtalk\.com/.*(?:disk|file|space)|//space\.dingtalk\.com/"
    r"|//shimo\.im/(?:docs|sheets|file)|//(?:www\.)?yuque\.com/[\w-]+/|//(?:www\.)?icloud\.com(?:\.cn)?/iclouddrive/"
    r"|//(?:\w+\.)?kdocs\.cn/(?:l|p)/|//f\.ws\d+\.\w+/|//(?:www\.)?wenshushu\.cn/|//note\.youdao\.com/"
    r"|//drive\.weixin\.qq\.com/|//doc\.weixin\.qq\.com/|//we\.tl/|//wetransfer\.com/downloads/|//1drv\.ms/|//onedrive\.live\.com/"
    r"|//[\w-]+\.sharepoint\.(?:com|cn)/:|//(?:docs|drive)\.google\.com/(?:spreadsheets|document|file|open|drive)"
    r"|//vdisk\.weibo\.com/s/|//caiyun\.139\.com/|//yun\.139\.com/|//cloud\.189\.cn/(?:t|web/share)|//yunpan\.360\.cn/"
    r"|//www\.dropbox\.com/(?:s|scl)/|//pan\.\w+\.(?:com|cn)/|//share\.weiyun\.com/|//(?:www\.)?jianguoyun\.com/p/"
    r"|//(?:www\.)?(?:aliyundrive|alipan)\.com/s/|//[\w.]*lanzou\w*\.com/|/coremail/.{0,60}(?:download|netfolder|/nf/|attach)"
    r"|//(?:www\.)?ctfile\.com/|//[\w.]*123pan\.com/|//115\.com/s/|//box\.com/s/|//mega\.nz/|//nextcloud\.[\w.-]+/s/"
    r"|//drive\.uc\.cn/s/|//docs\.dingtalk\.com/|//ecloud\.10086\.cn/|//send\.cm/\w"
    r"|/index\.php/s/\w{8,}|//[\w.-]*\.cowtransfer\.com/|//wss1\.cn/f/|//send\.\w+\.\w+/d/",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"(?:超大|大型?|云|中转站?|网盘|网络)附件|文件中转站|云盘文件"
)
_FILE = re.compile(
    r"[^\s/\\<>\"|:*?：]{1,120}\.(?:docx?|xlsx?|wps|et|rtf|pdf|zip|rar|7z|csv|ods|"
    r"odt|txt|jpe?g|png|bmp|tiff?|gif|html?|mht|ofd|ppt|dps|pptx|tar|gz|eml|msg|"
    r"mp4|avi|mov)(?![\w.])",
    re.I,
)
_SIZE = re.compile(
    r"(?<![\d.])(\d+(?:\.\d+)?\s?(?:[KMGT]i?B?|字节|bytes?))(?![A-Za-z])",
    re.IGNORECASE,
)
_DATE = r"\d{4}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
# What people write beside a link to a file, whatever service it lies at
_TO_FETCH = re.compile(r"下载|附件|提取码|访问码|链接|网盘|云盘|download", re.I)
_EXPIRY = re.compile(
    rf"({_DATE}|无限期|永久(?:有效)?)\s*(?:到期|过期|失效|前有效|前下载|截止|内有效)"
    rf"|(?:到期|过期|失效|截止|有效)(?:时间|日期|期至?|期限?)?(?:至|到|为)?\s*[:："
    rf"]?\s*({_DATE}|无限期|永久(?:有效)?|\d+\s*(?:天|日|小时))|({_DATE})"
)
_URL = re.compile(r"https?://[^\s<>\"'，。；）)】]+", re.IGNORECASE)
_GENERIC = re.compile(
    r"^(?:点击|进入|立即|马上|前往)?(?:下载|打开|预览|查看|转存|收藏|保存|"
    r"在线预览|下载页面|下载附件|全部下载|download|open|preview|view|here|"
    r"这里)\W*$",
    re.I,
)


def cloud_links(
    anchors: Iterable[tuple[str, str, str]], texts: Iterable[str]
) -> tuple[CloudLink, ...]:
    """The linked files of a mail: from the anchors of its HTML, (url, text, text
    around), and from bare links in texts."""
    found: dict[str, CloudLink] = {}
    shown = list(texts)
    announced = any(_BANNER.search(text) for text in shown)
    for url, name, around in anchors:
        _add(found, _from_anchor(url, name, around, announced))
    for text in shown:
        for link in _from_text(text):
            _add(found, link)
    return tuple(list(found.values())[:MAX_LINKS])


def _add(found: dict[str, CloudLink], link: CloudLink | None) -> None:
    """One entry a link; the one that knows a name stays."""
    if link and (
        link.url not in found or (link.name and not found[link.url].name)
    ):
        found[link.url] = link


def _from_anchor(
    url: str, name: str, around: str, announced: bool
) -> CloudLink | None:
    shared = bool(_SHARE.search(url))
    service = shared or bool(_SERVICE.search(url))
    file = bool(_FILE.search(name))
    generic = bool(_GENERIC.match(name)) or not name or name == url
    plain = shared or (service and (file or generic))
    if not plain and not (announced and file):
        return None
    if file:
        shown = name
    else:
        shown = _named_in(around)
    if name and name in around:
        after = around.partition(name)[2]
    else:
        after = around
    return CloudLink(
        url=url,
        name=safe_name(shown),
        size=_first(_SIZE, after or around),
        expires=_expiry(after) or _expiry(around),
    )


def _from_text(text: str) -> list[CloudLink]:
    """Bare links of a known service; name, size and expiry from their own line or the
    two above and below."""
    if "://" not in text:
        return []
    lines = [line[:_MAX_LINE] for line in text.split("\n")]
    found: list[CloudLink] = []
    for index, line in enumerate(lines):
        urls = _shared_in(line)
        if not urls:
            continue
        first = max(0, index - 2)
        around = " ".join(lines[first : index + 3])
        near = _URL.sub(" ", around)
        name = safe_name(_named_in(near))
        for url in urls:
            found.append(
                CloudLink(
                    url=url,
                    name=name,
                    size=_first(_SIZE, near),
                    expires=_expiry(near),
                )
            )
        if len(found) > MAX_LINKS:
            break
    return found


def _shared_in(line: str) -> list[str]:
    """The links of a line that are files: those of known services, and any beside which
    the name of a file stands to be fetched."""
    urls = _URL.findall(line)
    beside = _URL.sub(" ", line)
    if _FILE.search(beside) and _TO_FETCH.search(beside):
        return urls
    return list(filter(_is_shared, urls))


def _is_shared(url: str) -> bool:
    return bool(_SERVICE.search(url) or _SHARE.search(url))


def _named_in(text: str) -> str:
    match = _FILE.search(text)
    if match:
        return match[0].lstrip("：:（(【[")
    return ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    if match:
        return one_line(match[1])
    return ""


def _expiry(text: str) -> str:
    match = _EXPIRY.search(text)
    if match:
        return one_line(next(filter(None, match.groups())))
    return ""
