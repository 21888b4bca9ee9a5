"""What one logs in with: the password, or an access token that the provider's login
service hands out for it (RFC 6749, 4.4; Microsoft 365 takes nothing else).

Trusts a token only in a JSON object of an answer 200, no more of an answer than 64 KB,
and none that takes longer than a connection may. Never: keeps a token; lets the secret into a sentence.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

from pipeline.edges.mail.connection import CONNECT_SECONDS, network_error
from pipeline.edges.mail.redact import HIDDEN, XOAUTH2
from pipeline.edges.web import asked
from pipeline.model.operation.errors import EdgeError, Refused, Unreachable
from pipeline.settings import Mailbox, OAuth2, Smtp

# A token has some 2 KB
_LONGEST = 65_536
# Of what the service says when it refuses
_SAID = 200
# It is busy, or broken
_LATER = (429, 500, 502, 503, 504)


def login_secret(part: Mailbox | Smtp, password: str) -> str:
    """The password itself, or the access token to be had for it. Raises Unreachable and
    Refused."""
    if part.oauth2 is None:
        return password
    return _access_token(part.oauth2, password)


def bearer(user: str, token: str) -> Callable[..., str]:
    """What XOAUTH2 says at once, before base64; and nothing more: a challenge is the
    server's refusal in JSON, and an empty answer to it asks for the code."""

    def answer(challenge: bytes | None = None) -> str:
        if challenge:
            return ""
        return XOAUTH2.format(user=user, token=token)

    return answer


def _access_token(oauth2: OAuth2, secret: str) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": oauth2.client_id,
        "client_secret": secret,
        "scope": oauth2.scope,
    }
    body = urlencode(form).encode("ascii")
    server = urlsplit(oauth2.token_url).netloc
    request = Request(oauth2.token_url, body)
    try:
        status, answer = asked(request, CONNECT_SECONDS, _LONGEST)
    except HTTPException as error:
        # Another kind of server stands there, or the address is none
        raise Refused(
            "login",
            f"登录服务 {server} 答的不是网页（HTTP），请检查 oauth2 的 token_url。",
            repr(error),
        ) from error
    except OSError as error:
        raise _lost(error, server) from error
    told = _object(answer)
    if status != HTTPStatus.OK:
        raise _refusal(status, told, server, secret)
    token = told.get("access_token")
    if not isinstance(token, str) or not token.isascii():
        raise Refused(
            "login",
            f"登录服务 {server} 的答复里没有令牌，请检查 oauth2 的 token_url。",
        )
    return token


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer, {} where it is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    if isinstance(found, dict):
        return found
    return {}


def _refusal(
    code: int, said: dict[str, Any], server: str, secret: str
) -> EdgeError:
    lines = str(said.get("error_description", "")).splitlines() or [""]
    words = f"{said.get('error', '')} {lines[0][:_SAID]}".strip()
    if secret:
        words = words.replace(secret, HIDDEN.decode())
    if code in _LATER:
        return Unreachable(
            "busy",
            f"登录服务 {server} 现在不提供服务，程序稍后会自动重试。",
            f"{code} {words}",
        )
    return Refused(
        "login",
        f"登录服务 {server} 不给令牌（{code} {words}）。请检查 oauth2 的 token_url、"
        "client_id、scope，和应用的客户端密码（不是邮箱密码，到期要换）。",
        words,
    )


def _lost(error: OSError, server: str) -> EdgeError:
    # urllib wraps what the socket said
    reason = getattr(error, "reason", error)
    cause = reason if isinstance(reason, Exception) else error
    return network_error(cause, server)
