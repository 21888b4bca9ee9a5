"""Settings to the campaign that judging knows, and what a ledger was kept by before."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from pipeline.judging.calendar import Calendar
from pipeline.judging.names import NameBook
from pipeline.judging.progress.campaign import Adoption, Campaign, History
from pipeline.judging.rulebook import Rulebook
from pipeline.settings import Settings
from pipeline.settings.in_force import (
    RETROACTIVE,
    WHOLE,
    kept_beside,
    settings_then,
)


def campaign_of(settings: Settings) -> Campaign:
    """As the settings say, without what was before."""
    rulebook = Rulebook(
        book=NameBook(settings.roster),
        calendar=Calendar(settings.calendar_rules),
        checks=settings.check_rules,
        address=settings.address,
        campaign=settings.campaign.name,
        words=settings.campaign_words,
        meant=settings.words.meant,
    )
    return Campaign(
        rulebook=rulebook,
        notices=settings.notice_rules,
        progress=settings.progress_rules,
        folders=settings.mailbox.folders,
    )


def history(
    adoptions: Iterable[tuple[datetime, Mapping[str, str]]],
    present: Settings,
    now: datetime,
) -> History:
    """What a ledger was kept by until now, each from when it was adopted, the present
    settings last; nothing where none was adopted (rules.md 11)."""
    found = []
    last: Mapping[str, str] = {}
    for at, last in adoptions:
        made = cache(partial(_campaign_then, last, present))
        found.append(Adoption(at, made, RETROACTIVE in last))
    if not found:
        return History()
    if last.get(WHOLE) == kept_beside(present)[WHOLE]:
        # Its rules are the present ones.
        found[-1] = replace(found[-1], campaign=_present)
    else:
        found.append(Adoption(now, _present))
    return History(tuple(found))


def _present() -> None:
    return None


def _campaign_then(
    kept: Mapping[str, str], present: Settings
) -> Campaign | None:
    settings = settings_then(kept, present)
    if settings is None:
        return None
    return campaign_of(settings)
