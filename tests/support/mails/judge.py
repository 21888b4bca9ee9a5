"""What a mail alone comes to, by the real reading and judging, on the small campaign's rules and an empty ledger."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from campaign_maker import moment
from plain_reader import PlainReader

from mails.programs import small_campaign
from pipeline.bootstrap import assemble
from pipeline.judging.intake.judge import judge
from pipeline.judging.intake.purpose import aside_of
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import Judgement, Outcome
from pipeline.model.ledger import Ledger
from pipeline.reading.understand import understand
from pipeline.writing.sentences import aside_sentence

RECEIVED = moment("2015-09-10 10:00")


@cache
def _known() -> tuple[PlainReader, Rulebook]:
    with TemporaryDirectory() as folder:
        known = small_campaign(Path(folder))
        program = assemble(known, RECEIVED, read_with=PlainReader)
        rulebook = program.intake().classroom.rulebook_at(RECEIVED)
        return PlainReader(known.form_spec), rulebook


def judged(raw: bytes) -> Judgement:
    reader, rulebook = _known()
    arrival = understand(reader.message(raw, RECEIVED), reader)
    return judge(arrival, rulebook, Ledger())


def says(raw: bytes) -> str:
    """The outcome, or the state of the first report."""
    judgement = judged(raw)
    if judgement.outcome is not Outcome.REPORTED:
        return judgement.outcome.value
    return judgement.reports[0].state.value


def figure(raw: bytes) -> int | None:
    """What the one accepted report says; None where there is none, or are several."""
    reports = judged(raw).reports
    if len(reports) != 1 or reports[0].state != "accepted":
        return None
    return reports[0].completed


def aside(raw: bytes) -> str:
    reader, rulebook = _known()
    found = aside_of(reader.message(raw, RECEIVED))
    return aside_sentence(found, rulebook.words.report) if found else ""
