"""Whether anything of late could have shown that this computer's clock is off: where not,
it may be wrong and nobody knows.

Values in, values out.
"""

from dataclasses import replace
from datetime import datetime

from pipeline.judging.operation.clock_skew import HOLDS, newest_shown
from pipeline.model.operation.clock_evidence import ClockEvidence


def is_compared(evidence: ClockEvidence, now: datetime) -> bool:
    """Whether a clock that is ahead, as well as one that is behind, would have shown in
    the last day."""
    if evidence.read_before is None:
        # What lay there at the first reading may be of any age.
        evidence = replace(evidence, arrivals=())
    newest = newest_shown(evidence)
    if newest is None:
        return False
    return abs(now - newest.seen_at) <= HOLDS
