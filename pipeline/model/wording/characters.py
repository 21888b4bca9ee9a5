"""Characters that a person takes for one another, and the numerals: each table once.

For: whoever compares names and labels or reads numbers. Trusts nothing of a text. Never
changes what is shown, only what is compared.
"""

import unicodedata
from collections.abc import Sequence

# Digits of Chinese numerals, the plain one first, then those of documents (大写) and of
# programs set to traditional Chinese.
HAN_DIGITS = {
    character: value
    for value, characters in enumerate(
        (
            "〇零",
            "一壹",
            "二贰貳两兩",
            "三叁參",
            "四肆",
            "五伍",
            "六陆陸",
            "七柒",
            "八捌",
            "九玖",
        )
    )
    for character in characters
}
# Those of documents alone: nobody who writes them leaves a unit out.
FORMAL_DIGITS = frozenset("壹贰貳叁參肆伍陆陸柒捌玖")
HAN_UNITS = {
    "十": 10,
    "拾": 10,
    "百": 100,
    "佰": 100,
    "千": 1000,
    "仟": 1000,
    "万": 10_000,
    "萬": 10_000,
    "亿": 10**8,
    "億": 10**8,
}
# The digits one by one, as years and numbers of documents are written
PLAIN_DIGITS = "〇一二三四五六七八九"
# As clause marks and ordinals are written
SMALL_NUMERALS = "一二三四五六七八九十"
# As people write a number into a sentence of their own; 亿 is nobody's figure.
SPOKEN_NUMERALS = "〇零一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟"
_UNITS = ("", "十", "百", "千")

# Characters of labels, replies and units' names as a program set to traditional Chinese
# writes them.
_PAIRS = (
    "報报單单時时間间標标務务數数舉举稱称寫写總总縣县區区會会業业績绩達达過过為为銷销廢废採采納纳歸归屬属實实並并記记應应該该約约談谈確确認认復复審审當当經经與与話话"
    "請请鄉乡鎮镇農农團团機机關关電电門门園园馬马車车長长東东雲云龍龙橋桥廠厂場场衛卫豐丰樂乐順顺華华興兴陽阳貿贸開开處处辦办黨党組组織织級级離离職职員员勞劳動动參参"
    "計计萬万"
)
_TRADITIONAL = str.maketrans(_PAIRS[::2], _PAIRS[1::2])

# CJK Radicals Supplement, which NFKC leaves as they are and PDF programs write for the
# characters; the Kangxi radicals (⼯ U+2F27) NFKC folds itself.
_RADICAL_PAIRS = (
    "⺠民⺟母⻄西⻅见⻉贝⻋车⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟⻆角⻁虎⻧卤⻪黾⺝月⺍小⺎兀⺒巳⺓幺⺁厂⺨犭⺩王⺫目⺬示⺮竹"
    "⺯糸⺶羊⺻聿⺼肉⺾艹⻀艹⻃西⻌辶⻎辶⻏阝⻐钅⻒长⻖阝⻗雨⻟食⻠饣⻡首⻫齐⻭齿⻯龙⻲龟⺇几⺈刀⺉刂⺊卜⺄乙⺅亻⺌小⺖忄⺗心⺘扌⺙攵⺡氵⺢水⺣灬⺤爪⺪疋⺭礻⺰纟⺹老"
    "⺺聿⺽臼⻂衤⻈讠⻊足⻑长"
)
_RADICALS = str.maketrans(_RADICAL_PAIRS[::2], _RADICAL_PAIRS[1::2])


def same_characters(text: str) -> str:
    """Half-width, radicals as the characters that they stand for: what two writings of
    one text share. May be longer or shorter than the text."""
    return unicodedata.normalize("NFKC", text).translate(_RADICALS)


def without_radicals(text: str) -> str:
    """Radicals as the characters that they stand for, one for one."""
    return text.translate(_RADICALS)


def simplified(text: str) -> str:
    """Traditional characters of the trade's words as simplified ones, one for one."""
    return text.translate(_TRADITIONAL)


def digit_by_digit(number: str) -> str:
    """二〇一五 of "2015"."""
    return "".join(PLAIN_DIGITS[int(digit)] for digit in number)


def chinese(
    number: int,
    digits: str = PLAIN_DIGITS,
    units: Sequence[str] = _UNITS,
    zero: str = "零",
) -> str:
    """十一, 二十, 一百零三: numbers below 10,000, as lists are numbered; others as decimal."""
    if not 0 < number < 10_000:
        if number == 0:
            return digits[0]
        return str(number)
    text = ""
    gap = False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += (zero if gap else "") + digits[digit] + units[place]
        gap = False
    if digits is PLAIN_DIGITS and 10 <= number < 20:
        return text[1:]
    return text
