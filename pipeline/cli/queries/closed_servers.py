"""The servers whose password is not to be had: what can be tried of them all the same.

For: online.py. Trusts nothing that a server says. Never: logs in.
"""

from collections.abc import Iterator

from pipeline.settings import Mailbox, NoPassword, Settings, Smtp, password


def closed_servers(settings: Settings) -> dict[str, Mailbox | Smtp]:
    """Its name for people -> each server whose password config.toml asks for, and
    nobody has put there. Without it no sitting is begun, and so nothing would be said
    of the way to the server."""
    servers: dict[str, Mailbox | Smtp] = {
        "收信服务器": settings.mailbox,
        "发信服务器": settings.smtp,
    }
    closed: dict[str, Mailbox | Smtp] = {}
    for name, part in servers.items():
        try:
            password(part, name)
        except NoPassword:
            closed[name] = part
    return closed


def way_to(name: str, part: Mailbox | Smtp) -> Iterator[str]:
    """One sentence where the server can be reached. Raises Unreachable and Refused."""
    from pipeline.edges.mail.connection import try_reaching

    try_reaching(part.host, part.port, part.security, part.ca_file)
    yield f"{name} {part.host}:{part.port} 连得上，还没有登录。"
