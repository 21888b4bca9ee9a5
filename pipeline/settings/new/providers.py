"""What is known of mail providers: servers, what their password for programs is called,
and where in the web mail it is made. For `xunbao init`, which asks for an address alone.

From the providers' own help pages; a provider changes such things, so that the login
itself is always tried afterwards.
"""

from typing import Final

from pipeline.model.values.frozen import frozen


@frozen
class Provider:
    """`security` is for both servers; `junk` is the folder's name, "" where none is known."""

    name: str
    domains: tuple[str, ...]
    imap: str
    smtp: str
    # What the password for programs is called
    secret: str
    # How to get it, and what else to set
    where: str
    imap_port: int = 993
    smtp_port: int = 465
    smtp_security: str = "tls"
    junk: str = ""
    # Why this program may not get in at all, told as soon as the address is known
    hindrance: str = ""
    # Whether that password is another one than that of the web mail
    apart: bool = True
    # Where a registered application gets its token, {tenant} being the office's own
    # number; "" where a password opens the servers
    token_url: str = ""


# Exchange Online ended basic authentication in 2022, Outlook.com on 16 September 2024.
_MICROSOFT = (
    "Microsoft 已不许程序用密码（包括应用密码）收发信，只认 OAuth2 登录；个人的邮箱还要本人"
    "每隔一段时间在网页上登录一次，没人看着的程序做不到。请另用一个邮箱作报送邮箱，例如 126、163，"
    "或单位的 Coremail、企业邮箱、Microsoft 365；也可以让这个邮箱把来信自动转发过去。"
)
_NETEASE = (
    "登录网页邮箱，“设置 → POP3/SMTP/IMAP”，开启 IMAP/SMTP 服务，新增授权码；"
    "同一页把收取邮件的范围改成“全部”，否则看不见30天以前的信"
)


def _netease(name: str, domain: str) -> Provider:
    servers = (f"imap.{domain}", f"smtp.{domain}")
    return Provider(
        name, (domain,), *servers, "授权码", _NETEASE, junk="垃圾邮件"
    )


PROVIDERS: Final = (
    _netease("网易 126", "126.com"),
    _netease("网易 163", "163.com"),
    _netease("网易 yeah", "yeah.net"),
    Provider(
        name="QQ 邮箱",
        domains=("qq.com", "foxmail.com", "vip.qq.com"),
        imap="imap.qq.com",
        smtp="smtp.qq.com",
        secret="授权码",
        where="登录网页邮箱，“设置 → 账号”，开启 IMAP/SMTP 服务，按提示发短信得到授权码；"
        "“收取选项”选“全部”",
        junk="Junk",
    ),
    Provider(
        name="新浪邮箱",
        domains=("sina.com", "sina.cn"),
        imap="imap.sina.com",
        smtp="smtp.sina.com",
        secret="授权码",
        where="登录网页邮箱，“设置 → 客户端 pop/imap/smtp”，开启 IMAP 服务，得到授权码",
    ),
    Provider(
        name="中国移动 139",
        domains=("139.com",),
        imap="imap.139.com",
        smtp="smtp.139.com",
        secret="授权码",
        where="登录网页邮箱，“设置 → 账户与安全 → 客户端授权”，开启 IMAP，生成授权码",
    ),
    Provider(
        name="Outlook（个人）",
        domains=(
            "outlook.com",
            "hotmail.com",
            "live.com",
            "live.cn",
            "msn.com",
        ),
        imap="outlook.office365.com",
        smtp="smtp.office365.com",
        secret="应用密码",
        where="不能用：请按 Ctrl-C 停下，再运行 xunbao init，换一个邮箱",
        smtp_port=587,
        smtp_security="starttls",
        junk="Junk",
        hindrance=_MICROSOFT,
    ),
)

# Providers of a domain of one's own: asked for by name where the domain tells nothing.
OWN_DOMAIN: Final = (
    Provider(
        name="腾讯企业邮箱",
        domains=(),
        imap="imap.exmail.qq.com",
        smtp="smtp.exmail.qq.com",
        secret="客户端专用密码",
        where="登录网页邮箱，“设置 → 邮箱绑定 → 安全登录”，开启后生成客户端专用密码；"
        "“设置 → 客户端设置”里开启 IMAP/SMTP，收取范围选“全部”",
        junk="Junk",
    ),
    Provider(
        name="阿里企业邮箱",
        domains=(),
        imap="imap.qiye.aliyun.com",
        smtp="smtp.qiye.aliyun.com",
        secret="第三方客户端安全密码",
        where="登录网页邮箱，“设置 → 账户安全”，生成第三方客户端安全密码",
        junk="垃圾邮件",
    ),
    Provider(
        name="网易企业邮箱",
        domains=(),
        imap="imap.qiye.163.com",
        smtp="smtp.qiye.163.com",
        secret="授权码",
        where="登录网页邮箱，“设置 → 客户端设置”，开启 IMAP/SMTP，生成授权码",
        smtp_port=994,
        junk="垃圾邮件",
    ),
    Provider(
        name="Coremail（政务、高校邮箱多用它）",
        domains=(),
        imap="",
        smtp="",
        secret="客户端专用密码",
        where="服务器地址问单位的网络部门，多为 imap.域名 和 smtp.域名；"
        "网页邮箱“设置 → 客户端专用密码”里生成，没有这一项就用登录密码",
    ),
    Provider(
        name="Microsoft 365（单位自己的域名）",
        domains=(),
        imap="outlook.office365.com",
        smtp="smtp.office365.com",
        secret="应用的客户端密码",
        where="单位的管理员登记应用时生成，见 docs/zh/邮箱设置.md",
        smtp_port=587,
        smtp_security="starttls",
        token_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
    ),
    Provider(
        name="其他",
        domains=(),
        imap="",
        smtp="",
        secret="密码",
        where="服务器地址和密码问邮箱的管理员",
        apart=False,
    ),
)


def provider_of(address: str) -> Provider | None:
    """By the domain of an address; None for a domain that only its owner knows."""
    domain = address.rpartition("@")[2].lower()
    for provider in PROVIDERS:
        if domain in provider.domains:
            return provider
    return None
