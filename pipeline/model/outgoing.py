"""The outbox: mails frozen before they go, and what happened to each recipient's copy."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from pipeline.model.notice import Action
from pipeline.model.values.frozen import frozen


class DeliveryState(StrEnum):
    """The newest event of a delivery; WAITING before the first one."""

    WAITING = "waiting"
    # Committed before MAIL FROM: found after a crash, the copy is in doubt
    SENDING = "sending"
    SENT = "sent"
    TRANSIENT = "transient"
    FAILED = "failed"
    # In doubt and never sent again (a bulletin)
    UNKNOWN = "unknown"
    # Its reason had gone before it went
    WITHDRAWN = "withdrawn"


@frozen
class FrozenMail:
    """A mail as it will go, byte for byte. `once_only`: in doubt it is never sent a second time.

    `copies`: recipient -> the key of his own bytes, where they carry what is his alone
    (a reviewer's token).
    """

    message_id: str
    # Of its bytes in the vault
    key: str
    subject: str
    recipients: tuple[str, ...]
    actions: tuple[Action, ...]
    once_only: bool = False
    copies: Mapping[str, str] = field(default_factory=dict)


@frozen
class Delivery:
    """One recipient's copy that is still to go.

    `tries` counts the answers so far that were about this very copy: not now, or in doubt.
    """

    id: int
    mail_id: str
    key: str
    recipient: str
    state: DeliveryState
    once_only: bool
    tries: int
    retry_at: datetime | None
    actions: tuple[Action, ...] = ()
    subject: str = ""
    frozen_at: datetime | None = None


@frozen
class DeliveryEvent:
    delivery_id: int
    at: datetime
    state: DeliveryState
    verdict: str = ""
    code: int = 0
    text: str = ""
    queue_id: str = ""
    retry_at: datetime | None = None


@frozen
class NoticeLine:
    """A notice as `xunbao notices` shows it. `copies` of it were meant to go, one to an
    address; of these, `problems` has a line for each that failed or is in doubt."""

    action: Action
    subject: str
    state: str
    sent_at: datetime | None
    message_id: str | None
    problems: tuple[str, ...] = field(default=())
    copies: int = 0
