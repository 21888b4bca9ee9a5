"""The words that every reply of staff is read with: a number that is no date, rate or
estimate, what may follow it, where a clause ends.

Data and one exception; decides nothing.
"""

from pipeline.model.wording.characters import SPOKEN_NUMERALS

NUMBER = (
    # 638 638 may be two
    rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,2}}(?: \d{{3}})+|\d{{1,9}}|"
    rf"[{SPOKEN_NUMERALS}]{{1,16}})(?![\d%‰{SPOKEN_NUMERALS}余多来几亿]|\.\d|[ ,]\d|"
    rf"\s?(?:左右|上下|以上|以下|月|日|号|年|元|户|家|分))"
)
PEOPLE = (
    r"\s?(?:名|人|个|位|处|件|家|户|次|项|台|所|份|起|场)?(?:农民工)?(?:会员)?"
)
END = r"(?=$|[\s,。;!~、.)】”\"'’』」])"


class Unclear(Exception):
    """The reply decides nothing; the text says in Chinese why."""
