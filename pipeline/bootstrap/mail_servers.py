"""The servers that a campaign works with: the mailbox and the one that sends, each with the
door that keeps it from being asked again too soon.

Passwords are read where they are needed and kept nowhere.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from email.utils import parseaddr
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.edges.clock import Clock
from pipeline.model.operation.cooldown import Server
from pipeline.model.values.frozen import frozen
from pipeline.settings import Mailbox, Settings, Smtp, password

if TYPE_CHECKING:
    from pipeline.edges.ledger.store import Store
    from pipeline.edges.mail.kept_mailbox import KeptMailbox
    from pipeline.edges.mail.mailbox import ImapMailbox
    from pipeline.edges.mail.smtp_post import SmtpPost
    from pipeline.flows.cooldown_gate import Door

# What an error about a password calls the server (the ledger knows it by its code).
_NAMES = {Server.MAILBOX: "收信邮箱", Server.SMTP: "发信邮箱"}


@frozen
class MailServers:
    """Of one campaign; `store` is asked for when a door is first needed."""

    settings: Settings
    clock: Clock
    store: "Callable[[], Store]"

    def mailbox(self) -> "ImapMailbox":
        return self._folder(self.settings.mailbox)

    def watched(self) -> "AbstractContextManager[KeptMailbox]":
        """The folder where forms arrive, to wait at; while it is, a wake's poll needs no
        connection of its own (`polled`)."""
        return self._kept.watching(self.mailbox())

    def polled(self) -> "list[AbstractContextManager[ImapMailbox]]":
        """As `folders`, the one that is watched on the connection that is there."""
        found: list[AbstractContextManager[ImapMailbox]] = []
        for mailbox in self.folders():
            if mailbox.folder == self.settings.mailbox.folder:
                found.append(self._kept.sitting(mailbox))
            else:
                found.append(mailbox)
        return found

    @cached_property
    def _kept(self) -> "KeptMailbox":
        from pipeline.edges.mail.kept_mailbox import KeptMailbox

        return KeptMailbox()

    def folders(self) -> "list[ImapMailbox]":
        """The folder where forms arrive, and the junk folder, where a provider may put
        them (垃圾邮件)."""
        part = self.settings.mailbox
        found = []
        for name in part.folders:
            found.append(self._folder(part.model_copy(update={"folder": name})))
        return found

    def _folder(self, part: Mailbox) -> "ImapMailbox":
        from pipeline.edges.mail.mailbox import ImapMailbox

        return ImapMailbox(
            part, password(part, _NAMES[Server.MAILBOX]), self.clock
        )

    def post(self) -> "SmtpPost":
        """One and the same, so that per_minute counts across sittings; with the
        password as it stands now."""
        self._post.password = password(self.settings.smtp, _NAMES[Server.SMTP])
        return self._post

    @cached_property
    def _post(self) -> "SmtpPost":
        from pipeline.edges.mail.smtp_post import SmtpPost

        smtp = self.settings.smtp
        return SmtpPost(
            settings=smtp,
            password="",
            sender=envelope_sender(smtp),
            clock=self.clock,
        )

    @cached_property
    def mailbox_door(self) -> "Door":
        return self._door(Server.MAILBOX, self.settings.mailbox)

    @cached_property
    def post_door(self) -> "Door":
        smtp = self.settings.smtp
        return self._door(Server.SMTP, smtp, smtp.sender)

    def _door(self, server: Server, part: Mailbox | Smtp, *more: str) -> "Door":
        from pipeline.edges.ledger.cooldowns import Pauses, fingerprint
        from pipeline.flows.cooldown_gate import Door

        store = self.store()

        def account() -> str:
            secret = password(part, _NAMES[server])
            where = (part.host, part.port, part.security, part.user)
            return fingerprint(
                store.secret(),
                *where,
                *_application(part),
                *more,
                secret,
            )

        return Door(
            server=server,
            book=Pauses(store.engine),
            fingerprint=account,
            now=self.clock.now,
        )


def _application(part: Mailbox | Smtp) -> tuple[str, ...]:
    """What names the application of a login by token: another one is another account,
    and need not wait until the door opens."""
    if part.oauth2 is None:
        return ()
    known = part.oauth2
    return (known.token_url, known.client_id, known.scope)


class SilentServers(MailServers):
    """The same in a rehearsal: every letter is taken as sent, and none is."""

    def post(self) -> Any:
        """What the flows ask of the sending server (flows/ports.Post), and no more."""
        from pipeline.flows.rehearse import silent_post

        return silent_post()


def envelope_sender(smtp: Smtp) -> str:
    """The envelope's sender: the login where it is an address (NetEase accepts no
    other), else the From."""
    if "@" in smtp.user:
        return smtp.user
    return parseaddr(smtp.sender)[1]
