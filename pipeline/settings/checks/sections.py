"""Mistakes that one section of config.toml shows by itself: folders that are one,
milestones that fall, a second reminder before the first.

Beside whole_file.py, which asks for them. Values in, a place and a Chinese
sentence with the cure out. Never: speaks of what may be meant; that is leftovers.py's.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from pipeline.model.wording.unit_names import normal
from pipeline.settings.schema import AfterPart, Settings
from pipeline.settings.toml_lines import Path

# Where it stands, and the sentence
Found = tuple[Path, str]
Findings = Iterator[Found]


def _folders(settings: Settings) -> Findings:
    """A mail cannot be put away into the folder that it is read from."""
    part = settings.mailbox
    read = part.folder
    if part.junk_folder and part.junk_folder == read:
        yield (
            ("mailbox", "junk_folder"),
            f"junk_folder 就是收件箱 {read}：请写垃圾箱的名字，或空着",
        )
    if part.done_folder and part.done_folder in part.folders:
        yield (
            ("mailbox", "done_folder"),
            f"done_folder = {part.done_folder} 正是收信的文件夹，读过的邮件无处可移："
            "请另写一个文件夹，或空着",
        )


def _milestones(settings: Settings) -> Findings:
    """What should be done by a later day is never less."""
    points = settings.progress_rules.milestones
    for (day, share), (later, less) in pairwise(points):
        if less < share:
            yield (
                ("progress", "milestones"),
                f"progress.milestones 里 {later} 的比例比 {day} 的还小，应逐次不减",
            )


def _hours(part: AfterPart) -> tuple[int, int, int]:
    return part.days_after, part.at.hour, part.at.minute


def _reminders(settings: Settings) -> Findings:
    plan = settings.schedule
    if _hours(plan.second_overdue_reminder) < _hours(plan.overdue_reminder):
        yield (
            ("schedule", "second_overdue_reminder"),
            "second_overdue_reminder（再次催报）早于 overdue_reminder（催报），请对调或推后",
        )


def _labels(settings: Settings) -> Findings:
    """A label of two fields says of neither where it stands."""
    owner: dict[str, str] = {}
    for key in ("unit", "date", "completed", "measures"):
        for label in getattr(settings.form.labels, key):
            other = owner.setdefault(normal(label), key)
            if other != key and label.strip():
                yield (
                    ("form", "labels", key),
                    f"form.labels 的 {other} 和 {key} 都写了“{label}”，两栏会分不清，请删去一处",
                )


def _dated_targets(settings: Settings) -> Findings:
    """Of two targets from one day nobody could tell which holds."""
    for place, unit in enumerate(settings.unit):
        if unit.target is None or isinstance(unit.target, int):
            continue
        days = [part.start for part in unit.target]
        for day in sorted(set(days)):
            if days.count(day) > 1:
                yield (
                    ("unit", place, "target"),
                    f"单位 {unit.name} 的 target 从 {day} 起写了 {days.count(day)} 个数，请只留一个",
                )


def _assessment(settings: Settings) -> Findings:
    part = settings.assessment
    if part.completion + part.timeliness + part.measures == 0:
        yield (
            ("assessment",),
            "[assessment] 的三项分值都是 0，考核没有分数：请至少写一项，或删去这一段用默认的",
        )


def _own_address(settings: Settings) -> Findings:
    """What the program writes to its own mailbox comes back, and nobody reads it; its
    own mail is never a report."""
    own = settings.address
    for place, unit in enumerate(settings.unit):
        if own in unit.email:
            yield (
                ("unit", place, "email"),
                f"{unit.name} 的 email 就是报送邮箱 {own}：程序会给自己写信，请改成该单位的邮箱",
            )
    for place, person in enumerate(settings.staff):
        if person.email == own:
            yield (
                ("staff", place, "email"),
                f"{person.name} 的 email 就是报送邮箱 {own}：发给他的信没有人看，请改成他自己的邮箱",
            )
    for place, group in enumerate(settings.group):
        if own in group.email:
            yield (
                ("group", place, "email"),
                f"{group.name} 的 email 里有报送邮箱 {own}：程序会给自己写信，请改成该组的邮箱",
            )


SECTION_CHECKS: tuple[Callable[[Settings], Findings], ...] = (
    _folders,
    _milestones,
    _reminders,
    _labels,
    _dated_targets,
    _assessment,
    _own_address,
)
