"""The scoreboard of torture.py: what was done to the workers, and what became of mails, rows and letters."""

from collections import Counter
from dataclasses import dataclass, field

from torture.ledger import Damage


@dataclass
class Score:
    # Or faults that the worker told of
    kills: Counter[str] = field(default_factory=Counter)
    faulty: bool = False
    # Faults that it did its work in spite of
    survived: int = 0
    lives: int = 0
    spared: int = 0
    mails: int = 0
    rows: int = 0
    letters: int = 0
    copies: int = 0
    ambiguous: int = 0
    repeated: int = 0
    bulletins_in_doubt: int = 0
    failed_wakes: list[str] = field(default_factory=list)
    damage: Damage = field(default_factory=Damage)

    @property
    def good(self) -> bool:
        excused = (
            self.ambiguous
            if not self.faulty
            else self.ambiguous + self.kills.total()
        )
        return (
            self.damage.whole
            and not self.failed_wakes
            and self.repeated <= excused
        )


def shown(score: Score, seed: int, seconds: float) -> str:
    places = "  ".join(
        f"{place} {number}" for place, number in score.kills.most_common()
    )
    damage = {
        name: value
        for name, value in vars(score.damage).items()
        if name != "lines"
    }
    return "\n".join(
        (
            f"{score.kills.total()} {'faults told of' if score.faulty else 'kills'} in {seconds:.0f} s, seed {seed}",
            f"  {'at' if score.faulty else 'before'}: {places}",
            *(
                [
                    f"  faults in spite of which the work was done: {score.survived}"
                ]
                if score.faulty
                else []
            ),
            f"  {score.lives} whole campaigns killed again and again; third tries left alone: {score.spared}",
            f"  mails {score.mails}, rows {score.rows}, letters {score.letters}, copies taken by the server {score.copies}",
            f"  ambiguous attempts {score.ambiguous}, letters repeated {score.repeated}, bulletins left in doubt {score.bulletins_in_doubt}",
            "  "
            + ", ".join(
                f"{name.replace('_', ' ')} {value}"
                for name, value in damage.items()
            ),
            f"  wakes that failed: {len(score.failed_wakes)}",
            *(
                f"  {line}"
                for line in (score.failed_wakes + score.damage.lines)[:20]
            ),
            "every promise held" if score.good else "A PROMISE IS BROKEN",
        )
    )
