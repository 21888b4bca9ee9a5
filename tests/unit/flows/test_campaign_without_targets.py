"""A campaign whose units have no targets, on a real store: who is late and what was
done is told; no rate, no rank, no lag and no talk is, in any letter or document.
"""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from test_notify import arrived, at, letters, planned

from pipeline.cli.queries.json_lines import standing_lines
from pipeline.model.form import Hold
from pipeline.model.standing import State

NO_TARGETS = {
    "target = 1900\n": "",
    "target = 1000\n": "",
    "target = 500\n": "",
    "target = 400\n": "",
    "base = 3000\n": "",
    "base = 1000\n": "",
    "base = 2000\n": "",
}
# What only targets give a meaning; None is what a careless template writes of them.
OF_TARGETS = re.compile(
    "完成率|时序|滞后|排名|名次|位次|百分点|目标(?!任务数)|约谈|通报名单|None"
)
TAG = re.compile("<style.*?</style>|<[^>]+>", re.DOTALL)
MAILS = (
    ("jia@example.cn", "甲县", "2015年9月10日", 100, "2015-09-10 10:00"),
    ("yi@example.cn", "乙县", "2015年9月10日", 40, "2015-09-11 08:00"),
    ("jia@example.cn", "甲县", "2015年9月20日", 900, "2015-09-20 10:00"),
    ("yi@example.cn", "乙县", "2015年9月20日", 30, "2015-09-20 11:00"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made(tmp_path, replaced=NO_TARGETS)
    return tmp_path


def reported(worker, until: str = "2015-12-31 00:00") -> None:
    for mail in MAILS:
        received = mail[-1]
        if received <= until:
            arrived(worker, form_mail(*mail), received)


def texts(letter: EmailMessage) -> str:
    found = [str(letter["Subject"])]
    for kind in ("plain", "html"):
        body = letter.get_body((kind,))
        assert body is not None
        found.append(TAG.sub("", body.get_content()))
    return "\n".join(found)


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        ("2015-09-09 09:00", {"due_reminder"}),
        ("2015-09-11 09:00", {"overdue_reminder", "receipt"}),
        ("2015-09-13 09:00", {"second_overdue_reminder"}),
        ("2015-09-21 09:30", {"period_digest", "review_request"}),
        ("2015-10-01 15:00", {"monthly_bulletin", "overdue_reminder"}),
    ],
)
def test_no_letter_speaks_of_what_only_targets_mean(
    folder: Path, now: str, kinds: set[str]
) -> None:
    worker = at(folder, now)
    reported(worker, until=now)
    assert kinds <= {kind for kind, _ in planned(worker)}
    told = letters(worker)
    assert told
    for letter in told:
        text = texts(letter).replace("已完成目标任务数", "")
        assert OF_TARGETS.findall(text) == [], text


def test_nobody_lags_is_ranked_or_called_in(folder: Path) -> None:
    worker = at(folder, "2015-10-01 15:00")
    reported(worker)
    kinds = {kind for kind, _ in planned(worker)}
    assert kinds & {"lag_notice", "talk_proposal", "talk_notice"} == set()
    assert worker.store.ledger().talks == ()


def test_the_standing_has_figures_and_states_alone(folder: Path) -> None:
    worker = at(folder, "2015-09-21 09:30")
    reported(worker)
    period = moment("2015-09-20 10:00").date()
    ledger = worker.store.ledger()
    found = worker.campaign.standing(period, ledger, worker.clock.now())
    # In the config's order, since no number ranks them.
    assert [(row.unit, row.state, row.completed) for row in found.rows] == [
        ("甲县", State.ON_TIME, 900),
        ("乙县", State.HELD, 40),
        ("丙公司", State.MISSING, None),
    ]
    *rows, total = standing_lines(found, [], worker.settings.zone, {})
    for row in rows:
        measured = ("target", "rate", "schedule", "rank", "rank_overall")
        assert [row[key] for key in measured] == [None] * 5
        assert row["lagging"] is False
    assert total["total"]["target"] is None
    assert total["total"]["rate"] is None
    assert total["total"]["completed"] == 940


def test_a_fall_is_held_and_a_jump_is_not(folder: Path) -> None:
    """A share of the target is what a jump is judged by (rules.md 5); a figure below the
    last one is wrong whatever the target."""
    worker = at(folder, "2015-09-21 09:30")
    reported(worker)
    holds = {}
    for report in worker.store.ledger().reports:
        holds[report.unit, report.completed] = report.holds
    assert holds["甲县", 900] == ()
    assert holds["乙县", 30] == (Hold.FIGURE_DECREASED,)
