"""A sign of life to a service outside, which calls somebody when it stays away.

Says nothing but that the worker lives: no figure, no name, no address goes out. Never
raises, and never waits long: a service that is down must not keep the worker.
"""

from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPException
from urllib.request import Request

from pipeline.edges.web import asked

# It only says that we live: nothing waits longer for it
_SECONDS = 10.0
# Bytes of its answer, of which nothing is wanted
_LONGEST = 1024


def ping(url: str) -> bool:
    """Whether the service took it; False where none is named."""
    if not url.startswith(("https://", "http://")):
        return False
    with suppress(OSError, ValueError, HTTPException):
        request = Request(url, headers={"User-Agent": "xunbao"})
        status, _ = asked(request, _SECONDS, _LONGEST)
        return status == HTTPStatus.OK
    return False
