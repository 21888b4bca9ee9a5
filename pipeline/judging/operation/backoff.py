"""How long a mail server is left alone after it said no: a refused login leads to a
lockout when it is repeated.

Values in, times out. A changed account or secret ends the wait at once: that is what was waited for.
"""

from datetime import datetime, timedelta

from pipeline.model.operation.cooldown import Pause

# Refusals that count towards a lockout
LOGIN_CAUSES = frozenset({"login", "unsafe_login"})
_HALF_HOUR = timedelta(minutes=30)
_LONGEST = timedelta(hours=12)


def waits_until(
    newest: Pause | None, fingerprint: str, now: datetime
) -> datetime | None:
    """Until when the server is left alone; None where it may be spoken to.

    A clock that was set back ends the wait, too: nobody can say how long it has lasted.
    """
    if newest is None or not newest.cause or newest.fingerprint != fingerprint:
        return None
    if newest.at <= now < newest.until:
        return newest.until
    return None


def is_worth_an_alarm(pause: Pause) -> bool:
    """A wait that the server asks for now and then is its way of work; a long one, or
    one after another, is trouble."""
    return pause.times >= 3 or pause.until - pause.at >= timedelta(hours=1)


def next_pause(
    before: Pause | None,
    cause: str,
    fingerprint: str,
    now: datetime,
    seconds: int | None = None,
) -> Pause:
    """The pause after a refusal: `seconds` where the server's answer says how long,
    else 30 min, 1 h, 2 h ... 12 h."""
    in_a_row = before is not None and (before.cause, before.fingerprint) == (
        cause,
        fingerprint,
    )
    if before is not None and in_a_row:
        times = before.times + 1
    else:
        times = 1
    if seconds is not None:
        return Pause(
            at=now,
            cause=cause,
            until=now + timedelta(seconds=seconds),
            fingerprint=fingerprint,
            times=times,
        )
    wait = min(_HALF_HOUR * 2 ** min(times - 1, 10), _LONGEST)
    return Pause(
        at=now,
        cause=cause,
        until=now + wait,
        fingerprint=fingerprint,
        times=times,
    )
