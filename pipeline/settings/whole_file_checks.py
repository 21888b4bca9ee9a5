"""Mistakes that only the whole file shows: sums that do not tie, names that clash,
groups that name nobody."""

from collections import Counter
from collections.abc import Iterator

from pipeline.model.unit_names import normal
from pipeline.settings.schema import Settings
from pipeline.settings.toml_lines import Path

Found = tuple[Path, str]


def whole_file_mistakes(settings: Settings) -> list[Found]:
    """Every such mistake: where it stands, and one Chinese sentence with the cure."""
    checks = (_sums, _names, _rows, _members, _groups, _staff, _proof)
    return [found for check in checks for found in check(settings)]


def _sums(settings: Settings) -> Iterator[Found]:
    rows = [u for u in settings.unit if not u.member_of and u.left is None]
    for key, words in (("target", "目标"), ("base", "基数")):
        stated = getattr(settings.campaign, key)
        parts = (u.newest_target if key == "target" else u.base or 0 for u in rows)
        total = sum(parts)
        if stated is not None and stated != total:
            yield (
                ("campaign", key),
                f"{words}合计不符：campaign.{key} = {stated}，各单位相加是 {total}，相差 {total - stated}",
            )


def _names(settings: Settings) -> Iterator[Found]:
    owner: dict[str, str] = {}
    for place, unit in enumerate(settings.unit):
        for name in dict.fromkeys(
            map(normal, (unit.name, *unit.aliases, *unit.formerly))
        ):
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


def _rows(settings: Settings) -> Iterator[Found]:
    for place, unit in enumerate(settings.unit):
        if unit.member_of:
            continue
        if not unit.kind:
            yield (
                ("unit", place),
                f'单位 {unit.name} 缺少 kind，应为 "county" 或 "municipal"',
            )
        if unit.newest_target <= 0:
            yield (
                ("unit", place),
                f"单位 {unit.name} 缺少 target（目标任务数），应为正整数",
            )
        if not unit.pool and not unit.email:
            yield (
                ("unit", place),
                f'单位 {unit.name} 缺少 email，应写成 ["name@example.cn"]',
            )


def _members(settings: Settings) -> Iterator[Found]:
    pools = {u.name for u in settings.unit if u.pool}
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


def _groups(settings: Settings) -> Iterator[Found]:
    known = {u.name for u in settings.unit}
    for place, group in enumerate(settings.group):
        unknown = [name for name in group.units if name not in known]
        if unknown:
            yield (
                ("group", place, "units"),
                f"{group.name} 里的单位不在名单中：{'、'.join(unknown)}",
            )


def _staff(settings: Settings) -> Iterator[Found]:
    roles = {role for s in settings.staff for role in s.roles}
    if "review" not in roles:
        yield (
            ("staff", 0),
            '没有人能处理待核报表：请给至少一位 [[staff]] 写上 roles = ["review"]',
        )


def _proof(settings: Settings) -> Iterator[Found]:
    """Without a name to trust, a sender could write the test that passes him."""
    if settings.checks.sender_proof == "pass" and not settings.mailbox.authserv:
        yield (
            ("checks", "sender_proof"),
            'sender_proof = "pass" 还要在 [mailbox] 写 '
            'authserv（服务商检验结果的署名），例如 authserv = ["mx*"]',
        )
