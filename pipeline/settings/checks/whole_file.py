"""Mistakes that only the whole file shows: sums that do not tie, names that clash,
groups that name nobody."""

from collections import Counter
from datetime import timedelta

from pipeline.model.rules import nominal_days
from pipeline.model.wording.unit_names import normal
from pipeline.settings.checks.sections import SECTION_CHECKS, Findings, Found
from pipeline.settings.schema import Settings

# The names of the form's own fields
_FIELD_NAMES = frozenset({"unit", "date", "completed", "measures", "serial"})


def whole_file_mistakes(settings: Settings) -> list[Found]:
    """Every such mistake: where it stands, and one Chinese sentence with the cure."""
    checks = (
        _sums,
        _names,
        _identities,
        _kinds,
        _rows,
        _targets,
        _members,
        _groups,
        _staff,
        _proof,
        _days,
        _hours,
        _labels,
        _figures,
        _texts,
        _workdays,
        *SECTION_CHECKS,
    )
    return [found for check in checks for found in check(settings)]


def _sums(settings: Settings) -> Findings:
    # Who has left counts in no sum of today; a pool's members are within it.
    rows = [u for u in settings.unit if not u.member_of and u.left is None]
    measured = _has_targets(settings)
    for key, words in (("target", "目标"), ("base", "基数")):
        stated = getattr(settings.campaign, key)
        total = 0
        for unit in rows:
            value = unit.newest_target if key == "target" else unit.base
            total += value or 0
        if key == "target" and not measured:
            # Told in _targets
            continue
        if stated is not None and stated != total:
            yield (
                ("campaign", key),
                f"{words}合计不符：campaign.{key} = {stated}，各单位相加是 {total}，相差 {total - stated}",
            )


def _names(settings: Settings) -> Findings:
    owner: dict[str, str] = {}
    for place, unit in enumerate(settings.unit):
        for name in dict.fromkeys(
            map(normal, (unit.name, *unit.aliases, *unit.formerly))
        ):
            # A form that bears the name would belong to either.
            other = owner.setdefault(name, unit.name)
            if other != unit.name:
                yield (
                    ("unit", place),
                    f"单位 {unit.name} 与 {other} 用了同一个名称或别名 {name}，请改掉一个",
                )
    counts = Counter(u.name for u in settings.unit)
    for place, unit in enumerate(settings.unit):
        if counts[unit.name] > 1:
            yield (
                ("unit", place, "name"),
                f"单位 {unit.name} 写了 {counts[unit.name]} 次，请删去重复的",
            )


def _identities(settings: Settings) -> Findings:
    """An id is one unit's, and no other unit's name: that is its id where none is
    written."""
    counts = Counter(unit.id or unit.name for unit in settings.unit)
    names = {unit.name for unit in settings.unit}
    for place, unit in enumerate(settings.unit):
        if not unit.id:
            continue
        if counts[unit.id] > 1 or unit.id in names - {unit.name}:
            yield (
                ("unit", place, "id"),
                f'单位 {unit.name} 的 id = "{unit.id}" 别的单位也用了，请换一个',
            )


def _quoted(word: str) -> str:
    return f'"{word}"'


def _kinds(settings: Settings) -> Findings:
    """Two kinds of one id are one kind with two names."""
    counts = Counter(kind.id for kind in settings.kinds)
    for place, kind in enumerate(settings.kind):
        known = kind.kind()
        if counts[known.id] > 1:
            yield (
                ("kind", place),
                f"[[kind]] {known.id} 写了 {counts[known.id]} 次，请删去重复的",
            )


def _rows(settings: Settings) -> Findings:
    kinds = [kind.id for kind in settings.kinds]
    for place, unit in enumerate(settings.unit):
        if unit.member_of:
            continue
        if unit.kind not in kinds:
            said = (
                f'的 kind = "{unit.kind}" 不认识' if unit.kind else " 缺少 kind"
            )
            yield (
                ("unit", place, "kind") if unit.kind else ("unit", place),
                f"单位 {unit.name}{said}，应为 {' 或 '.join(map(_quoted, kinds))}",
            )
        if not unit.pool and not unit.email:
            yield (
                ("unit", place),
                f'单位 {unit.name} 缺少 email，应写成 ["name@example.cn"]',
            )


def _has_targets(settings: Settings) -> bool:
    """As the roster will say it, which is not made yet: lessons are still to be read."""
    targets = set()
    for unit in settings.unit:
        if not unit.member_of:
            targets.add(unit.newest_target)
    return bool(targets - {None})


def _targets(settings: Settings) -> Findings:
    """Every row has a target, or none has: half a table of rates would rank nobody
    fairly (rules.md 7)."""
    if not _has_targets(settings):
        if settings.campaign.target is not None:
            yield (
                ("campaign", "target"),
                f"写了 campaign.target = {settings.campaign.target}，各单位却都没有 target："
                "有目标的工作，给每个 [[unit]] 写上 target；没有目标的，删去这一行",
            )
        return
    for place, unit in enumerate(settings.unit):
        if not unit.member_of and not unit.newest_target:
            yield (
                ("unit", place),
                f"单位 {unit.name} 缺少 target（目标任务数），应为正整数；"
                "没有目标的工作，所有单位都不写 target",
            )


def _members(settings: Settings) -> Findings:
    pools = set()
    for u in settings.unit:
        if u.pool:
            pools.add(u.name)
    for place, unit in enumerate(settings.unit):
        if unit.member_of and unit.member_of not in pools:
            if pools:
                hint = f"，可用的有：{'、'.join(sorted(pools))}"
            else:
                hint = "，请先给汇总行写上 pool = true"
            yield (
                ("unit", place, "member_of"),
                f"{unit.name} 的 member_of = {unit.member_of!r} 不是汇总行{hint}",
            )


def _groups(settings: Settings) -> Findings:
    known = set()
    for u in settings.unit:
        known.add(u.name)
    for place, group in enumerate(settings.group):
        unknown = []
        for name in group.units:
            if name not in known:
                unknown.append(name)
        if unknown:
            yield (
                ("group", place, "units"),
                f"{group.name} 里的单位不在名单中：{'、'.join(unknown)}",
            )


def _staff(settings: Settings) -> Findings:
    roles = {role for s in settings.staff for role in s.roles}
    if "alert" not in roles:
        yield (
            ("staff", 0),
            '没有人收告警，程序出了毛病无人知道：请给至少一位 [[staff]] 写上 roles = ["alert"]',
        )
    if "review" not in roles:
        yield (
            ("staff", 0),
            '没有人能处理待核报表：请给至少一位 [[staff]] 写上 roles = ["review"]',
        )


def _proof(settings: Settings) -> Findings:
    """Without a name to trust, a sender could write the test that passes him."""
    if settings.checks.sender_proof == "pass" and not settings.mailbox.authserv:
        yield (
            ("checks", "sender_proof"),
            'sender_proof = "pass" 还要在 [mailbox] 写 '
            'authserv（服务商检验结果的署名），例如 authserv = ["mx*"]',
        )


def _days(settings: Settings) -> Findings:
    """Days that do not fit together: a first period that the calendar would leave out,
    a schedule that ends before it begins."""
    part = settings.campaign
    due = set(nominal_days(settings.calendar_rules))
    if not due:
        yield (
            ("schedule", "pause"),
            "一期也没有：report_days 和 pause 把各期都排除了",
        )
        return
    days = settings.campaign_words.due
    first = part.first_due
    paused = any(p.start <= first <= p.end for p in settings.schedule.pause)
    if first not in due and not paused:
        yield (
            ("campaign", "first_due"),
            f"first_due = {first} 不是报送日（{days}，见 schedule.report_days），"
            "第一期会被漏掉，请改成报送日",
        )
    rules = settings.progress_rules
    if rules.end <= rules.start:
        yield (
            ("progress", "to"),
            f"progress 的 to（{rules.end}）应晚于 from（{rules.start}），是不是还写着往年的日期？",
        )
    elif rules.end < part.first_due or rules.start > part.last_due:
        yield (
            ("progress", "to"),
            f"progress 的 {rules.start} 至 {rules.end} 不包括报送期，时序进度会一直是0或100%，请改日期",
        )


def _hours(settings: Settings) -> Findings:
    """Hours that do not fit together: nothing is read after the deadline, or something
    is told before the close."""
    plan = settings.schedule
    # A mail of 17:59 that is never fetched makes its unit missing.
    if plan.poll_after_days == 0 and max(plan.poll) <= plan.deadline:
        yield (
            ("schedule", "poll"),
            f"截止时刻 {plan.deadline:%H:%M} 之后没有一次收信，当天晚到的表会被当成漏报："
            "请在 poll 里加一个更晚的时刻，或把 poll_after_days 写成 1 以上",
        )
    closed = timedelta(hours=plan.deadline.hour, minutes=plan.deadline.minute)
    closed += plan.close_after
    steps = (
        ("overdue_reminder", plan.overdue_reminder),
        ("period_digest", plan.period_digest),
        ("monthly_bulletin", plan.monthly_bulletin),
    )
    for key, step in steps:
        at = timedelta(
            days=step.days_after,
            hours=step.at.hour,
            minutes=step.at.minute,
        )
        if at < closed:
            yield (
                ("schedule", key),
                f"{key} 早于判定各单位状态的时刻（截止 {plan.deadline:%H:%M} 加 close_after），请推后",
            )


def _labels(settings: Settings) -> Findings:
    """Without its labels a field is found on no form."""
    for key in ("unit", "date", "completed", "measures"):
        labels = getattr(settings.form.labels, key)
        if not labels or any(not label.strip() for label in labels):
            yield (
                ("form", "labels", key),
                f"form.labels.{key} 是空的，表上这一栏就认不出来；请写上表头的字，或删去这一行用默认的",
            )


def _figures(settings: Settings) -> Findings:
    """Figures beside the main one: names apart, labels apart, bounds that exist."""
    main = "completed"
    names = Counter(part.name for part in settings.form.figure)
    taken = set(map(normal, settings.form.labels.completed))
    for place, part in enumerate(settings.form.figure):
        path = ("form", "figure", place)
        # One figure is measured against targets; two would be two campaigns.
        if part.role == "target" or part.name == main:
            yield (
                path,
                "计入目标的数就是 form.labels.completed 那一栏，不用在 [[form.figure]] "
                '里再写；这里只写另外的数，role = "also"',
            )
        elif names[part.name] > 1:
            yield path, f"form.figure {part.name} 写了 {names[part.name]} 次"
        if taken & set(map(normal, part.labels)):
            yield (
                path,
                f"{part.name} 的 labels 与完成数的表头相同，两个数会分不清",
            )
        if part.at_most and part.at_most not in (main, *names):
            yield (
                path,
                f'at_most = "{part.at_most}" 不认识，可以写 "{main}" 或另一个数的 name',
            )


def _texts(settings: Settings) -> Findings:
    """Fields of words: names apart from each other's and from figures', labels apart
    from all other labels."""
    names = Counter(part.name for part in settings.form.text)
    names.update(part.name for part in settings.form.figure)
    labels = settings.form.labels
    taken = set(map(normal, (*labels.unit, *labels.date)))
    taken |= set(map(normal, (*labels.completed, *labels.measures)))
    for figure in settings.form.figure:
        taken |= set(map(normal, figure.labels))
    for place, part in enumerate(settings.form.text):
        path = ("form", "text", place)
        own = set(map(normal, part.labels))
        if names[part.name] > 1 or part.name in _FIELD_NAMES:
            yield path, f"form.text 的 name {part.name} 已经用过，请换一个"
        if taken & own:
            yield path, f"{part.name} 的 labels 与别的表头相同，会分不清"
        taken |= own


def _workdays(settings: Settings) -> Findings:
    """A year without a table of holidays would be shifted by weekends alone."""
    if settings.schedule.holiday_shift == "none":
        return
    years = range(
        settings.campaign.first_due.year, settings.campaign.last_due.year + 1
    )
    unknown = []
    for year in years:
        if not settings.workdays.has(year):
            unknown.append(str(year))
    if unknown:
        yield (
            ("schedule", "holiday_shift"),
            f"节假日表里还没有 {'、'.join(unknown)} 年，顺延会算错：请升级 chinese-calendar"
            '（pip install -U chinesecalendar），或把放假安排写进自己的文件并写 holidays = "节假日.toml"，'
            '或写 holiday_shift = "none"',
        )
