"""What a mail alone comes to, by the real reading and judging, on the small campaign's rules and an empty ledger."""

from functools import cache

from campaign_maker import moment, settings
from plain_reader import PlainReader

from pipeline.bootstrap import assemble
from pipeline.judging.intake.judge import judge
from pipeline.judging.intake.purpose import aside_of
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import Judgement, Outcome
from pipeline.model.ledger import Ledger
from pipeline.reading.understand import understand

RECEIVED = moment("2015-09-10 10:00")


@cache
def _known() -> tuple[PlainReader, Rulebook]:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    data = Path(__file__).parents[1] / "data/campaign/config.toml"
    text = data.read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        for name, value in (
            ("@STORAGE@", f"{folder}/storage"),
            ("@IMAP_PORT@", "1"),
            ("@SMTP_PORT@", "1"),
            ("@CA_FILE@", "/dev/null"),
        ):
            text = text.replace(name, value)
        config = Path(folder, "config.toml")
        config.write_text(text, encoding="utf-8")
        known = settings(config)
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
    return aside_of(reader.message(raw, RECEIVED), rulebook)
