"""What is no mistake by itself and hardly meant: addresses of the example, a campaign
that is over, nobody to ask, a From that the provider will refuse.

Values in, sentences out; refuses nothing.
"""

from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parseaddr

from pipeline.settings.checks.without_effect import without_effect
from pipeline.settings.schema import Settings

_EXAMPLES = (".example.cn", "@example.cn", "@example.com", ".example.com")


def leftovers(settings: Settings, now: datetime) -> Iterator[str]:
    """One Chinese sentence each; `now` tells whether the campaign is over."""
    left = sum(email.endswith(_EXAMPLES) for email in _addresses(settings))
    if left:
        yield (
            f"还有 {left} 个邮箱是样例里的 example.cn 地址，信发不到：正式启用前请改成各单位真实的邮箱"
        )
    part = settings.campaign
    if not part.contact and not part.phone:
        yield (
            "没有写 [campaign] 的 contact 和 phone：信里只有单位名称，收信人有疑问不知道找谁、打哪个电话"
        )
    today = now.astimezone(settings.zone).date()
    end = settings.campaign.last_due
    if today > end:
        yield (
            f"最后一期（{end}）已经过去 {(today - end).days} 天：如果是新的一轮工作，"
            "请改 first_due、last_due 并换一个新的 [storage] 目录；过去各期的信不会补发"
        )
    sender = parseaddr(settings.smtp.sender)[1].lower()
    user = settings.smtp.user.lower()
    if "@" in user and sender != user:
        yield (
            f"[smtp] 的 from 是 {sender}，登录名是 {user}：多数邮箱（126、163、QQ）"
            "只许用登录的邮箱发信，请写成一样的"
        )
    if "@" in sender and sender != settings.address:
        yield (
            f"[smtp] 的 from 是 {sender}，报送邮箱是 {settings.address}：各单位回复我们的信会寄到前一个，"
            "程序读不到，请写成一样的"
        )
    yield from _years(settings, today)
    yield from without_effect(settings)


def _addresses(settings: Settings) -> Iterator[str]:
    for unit in settings.unit:
        yield from unit.email
    for group in settings.group:
        yield from group.email
    for person in settings.staff:
        yield person.email


def _years(settings: Settings, today: date) -> Iterator[str]:
    """A schedule of another year than the campaign's."""
    rules = settings.progress_rules
    if (
        rules.end < settings.campaign.last_due
        and today <= settings.campaign.last_due
    ):
        yield (
            f"progress 的 to（{rules.end}）早于最后一期（{settings.campaign.last_due}）："
            "这以后时序进度一直是100%"
        )
