"""The judgement on a reply that changes nothing, whatever it was about.

Never: decides; the reason is a sentence already (writing/review/refusals).
"""

from dataclasses import replace

from pipeline.model.arrival import Judgement, Outcome, ReplyResult
from pipeline.model.report import Report
from pipeline.writing.review.refusals import nothing_done_words, refused_words


def nothing_done(why: str, report: Report | None = None) -> Judgement:
    """A reply that changes nothing, and why; `report` is the one that it is about."""
    return Judgement(
        outcome=Outcome.COMMAND,
        reason=nothing_done_words(why),
        unit=report.unit if report else None,
        period=report.period if report else None,
        reply=ReplyResult.NOTHING_DONE,
    )


def refused(why: str, report: Report | None = None) -> Judgement:
    """A reply of somebody who may not decide, or may not be who the mail says: all
    reviewers are told."""
    judged = nothing_done(why, report)
    return replace(judged, reason=refused_words(why), reply=ReplyResult.REFUSED)
