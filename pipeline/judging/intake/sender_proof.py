"""Whether a mail is from the address that it names: the provider's own tests against
the domain of From.

Trusts one Authentication-Results header: the topmost, or the topmost that is signed by
a server named in `[mailbox] authserv` (whatever a sender forged stands below it). It
counts by our reading of From, never by the header's: two programs that read one From
differently agree on nothing. Never: takes a pass for another domain as one for this.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from pipeline.model.mail import AuthVerdict, Message, SenderDoubt, related
from pipeline.model.rules import CheckRules

_FAILED = frozenset({"fail", "hardfail", "softfail"})
_TESTS = frozenset({"spf", "dkim", "dmarc", "unreadable"})


def doubts(message: Message, rules: CheckRules) -> tuple[SenderDoubt, ...]:
    """Why the mail may not be from its sender's address: the header's oddities, then
    what the provider found."""
    return tuple(dict.fromkeys((*message.doubts, *_tested(message, rules))))


def _tested(message: Message, rules: CheckRules) -> Iterator[SenderDoubt]:
    if rules.sender_proof == "off":
        return
    tests = provider_tests(message.verdicts, rules.authserv)
    domain = message.sender.email.rpartition("@")[2]
    if _proven(tests, domain):
        return
    if _refuted(tests):
        yield SenderDoubt.REFUTED
    elif rules.sender_proof == "pass":
        yield SenderDoubt.UNPROVEN


def provider_tests(
    verdicts: tuple[AuthVerdict, ...], authserv: tuple[str, ...]
) -> tuple[AuthVerdict, ...]:
    """The tests of the one header that counts; none where no header is the provider's."""
    trusted = [v for v in verdicts if not authserv or _is_by(v, authserv)]
    top = min((v.header for v in trusted), default=-1)
    return tuple(v for v in verdicts if v.header == top and v.method in _TESTS)


def _is_by(verdict: AuthVerdict, authserv: tuple[str, ...]) -> bool:
    """Whether one of the provider's servers says it."""
    return any(fnmatchcase(verdict.server, name) for name in authserv)


def _proven(tests: tuple[AuthVerdict, ...], domain: str) -> bool:
    """A pass that speaks for the domain of From, unless DMARC, which weighs the others, says fail."""
    if any(
        v.method in ("dmarc", "unreadable") and v.result == "fail"
        for v in tests
    ):
        return False
    return any(v.result == "pass" and _speaks_for(v, domain) for v in tests)


def _speaks_for(test: AuthVerdict, domain: str) -> bool:
    """DMARC's relaxed alignment. DMARC itself is about From by its nature, named or not."""
    return related(test.domain, domain) or (
        test.method == "dmarc" and not test.domain
    )


def _refuted(tests: tuple[AuthVerdict, ...]) -> bool:
    """Something failed, or what passed passed for another domain: who writes under a
    foreign name owns one that passes."""
    return any(
        v.result in _FAILED or (v.result == "pass" and v.domain) for v in tests
    )
