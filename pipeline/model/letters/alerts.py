"""The facts of an alert (告警) to admins."""

from dataclasses import field
from datetime import datetime

from pipeline.model.named import NamedTexts
from pipeline.model.notice import NoticeKind
from pipeline.model.values.frozen import frozen


@frozen
class Alert:
    """告警 to admins: what is wrong, since when, what to do."""

    cause: str
    what: str
    since: datetime
    cure: tuple[str, ...]
    details: NamedTexts = field(default=())
    kind: NoticeKind = NoticeKind.ALERT
