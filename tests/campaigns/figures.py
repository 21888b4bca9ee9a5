"""Ways in which clerks write a figure, each with what a careful reader takes from it."""

from random import Random

from campaigns.rulebook import Said

_HAN, _FIN = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"
_WIDE = str.maketrans("0123456789,", "０１２３４５６７８９，")


def han(
    n: int, digits: str = _HAN, units: tuple[str, ...] = ("", "十", "百", "千")
) -> str:
    """一千二百三十四; up to 99,999,999."""
    if n >= 10_000:
        rest = n % 10_000
        tail = (
            ("零" if rest < 1000 else "") + han(rest, digits, units)
            if rest
            else ""
        )
        return (
            han(n // 10_000, digits, units)
            + ("万" if digits is _HAN else "萬")
            + tail
        )
    out, gap = "", False
    for place in range(3, -1, -1):
        digit = n // 10**place % 10
        if digit:
            out += (
                (digits[0] if gap and out else "")
                + digits[digit]
                + units[place]
            )
            gap = False
        else:
            gap = True
    return (
        out.removeprefix("一") if out.startswith("一十") else out
    ) or digits[0]


def plain(rng: Random, n: int) -> str:
    ways = (
        str(n),
        str(n),
        f"{n:,}",
        f"{n:,}".replace(",", "，"),
        f"{n:,}".replace(",", " "),
        str(n).translate(_WIDE),
        f"{n:,}".translate(_WIDE),
        f"{n}名",
        f"{n}人",
        f"{n}个",
        f"{n} 名",
        f"{n}名农民工",
        f"（{n}）",
        f"{n}。",
        han(n),
        han(n) + "名",
        han(n, _FIN, ("", "拾", "佰", "仟")),
    )
    return rng.choice(ways)


def both(rng: Random, n: int, added: int) -> str:
    return rng.choice(
        (
            f"累计{n}名，本旬新增{added}名",
            f"本旬新增{added}名，累计完成{n}名",
            f"截至目前共发展{n}人，较上期新增{added}人",
            f"新增{added}名，累计{n}名",
            f"总计{n}名（本期{added}名）",
            f"本期发展会员{added}名，累计已完成{n}名",
            f"已完成{n}名，其中本旬新增{added}名",
            f"累计：{n}；本旬：{added}",
            f"本旬{added}人\n累计{n}人",
            f"本旬新增入会{added:,}人，累计新增入会{n:,}人",
            f"较上旬增加{added}名，累计达到{n}名",
            f"累计新增{n}名农民工入会，其中本旬{added}名",
            f"共{n}名，较上期新增{added}名",
            f"本旬新增{han(added)}名，累计{han(n)}名",
        )
    )


def added_only(rng: Random, added: int) -> str:
    return rng.choice(
        (
            f"本旬新增{added}名",
            f"较上期新增{added}人",
            f"本期{added}名",
            f"本旬{added}",
            f"本期新增{han(added)}人",
        )
    )


def total_only(rng: Random, n: int, year: int, day: str) -> str:
    return rng.choice(
        (
            f"累计{n}名",
            f"共{n}人",
            f"总计{n}",
            f"已完成{n}名",
            f"{year}年以来累计发展{n}名",
            f"截至{day}，累计{n}名",
            f"{year}年累计新增{n}名农民工入会",
            f"累计完成{n}名（{year}年度）",
            f"累计发展农民工会员{n:,}名",
        )
    )


def rated(rng: Random, n: int, percent: float) -> str:
    return rng.choice(
        (
            f"{n}名，完成率{percent:.1f}%",
            f"累计{n}人，占目标任务的{percent:.2f}%",
            f"{n}（{percent:.1f}%）",
            f"已完成{n}名，完成年度目标的{percent:.1f}％",
            f"累计完成{n}名，占年度任务{percent:.1f}%",
        )
    )


def approximate(rng: Random, n: int) -> tuple[str, Said]:
    near = n // 10 * 10
    text = rng.choice(
        (
            f"约{near}名",
            f"近{near}人",
            f"{near}余名",
            f"{near}多人",
            f"约{near}",
            f"累计约{near}名",
            f"{han(near)}余人",
        )
    )
    return text, Said(bare=near, approximate=True)


def thousands(n: int) -> tuple[str, Said]:
    """1.2万: a whole number of hundreds of five figures."""
    value = n // 100 * 100
    return f"{value / 10000:g}万", Said(bare=value, rounded=True)


NOUGHT = ("0", "零", "0名", "０", "0人")
NOTHING_NEW = ("无", "同上期", "与上期持平", "无。", "同上期。")
