"""The parts of config.toml that say how a campaign speaks: its words and its kinds of
units (rules.md 12).

Defaults are neutral: they fit any campaign, and name none.
"""

from pydantic import Field

from pipeline.model.wording.campaign_words import (
    DEFAULT_KINDS,
    CampaignWords,
    UnitKind,
)
from pipeline.settings.part import Part


class WordsPart(Part):
    """[words]. `report` and `span` follow from the schedule where they are "", `topic`
    from the campaign's name, `meant` from the report's."""

    counted: str = CampaignWords.counted
    verb: str = Field(CampaignWords.verb, min_length=1)
    unit: str = Field(CampaignWords.unit, min_length=1)
    whole: str = Field(CampaignWords.whole, min_length=1)
    term: str = CampaignWords.term
    base: str = Field(CampaignWords.base, min_length=1)
    drive: str = Field(CampaignWords.drive, min_length=1)
    topic: str = ""
    prepare: str = Field(CampaignWords.prepare, min_length=1)
    aftercare: str = Field(CampaignWords.aftercare, min_length=1)
    circulation: str = Field(CampaignWords.circulation, min_length=1)
    audience: str = Field(CampaignWords.audience, min_length=1)
    guides: str = Field(CampaignWords.guides, min_length=1)
    report: str = ""
    span: str = ""
    meant: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    affixes: tuple[str, ...] = ()


class KindPart(Part):
    """A [[kind]] of units, ranked among themselves; its name is its id where none is
    written."""

    id: str = ""
    name: str = Field(min_length=1)
    addressee: str = ""
    growth: bool = False

    def kind(self) -> UnitKind:
        return UnitKind(
            id=self.id or self.name,
            name=self.name,
            addressee=self.addressee or f"各{self.name}",
            growth=self.growth,
        )


def kinds_of(parts: tuple[KindPart, ...]) -> tuple[UnitKind, ...]:
    """The kinds in the config's order; two common ones where it has none."""
    if not parts:
        return DEFAULT_KINDS
    return tuple(part.kind() for part in parts)
