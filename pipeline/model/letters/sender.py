"""The campaign as letters name it, and the line above which a letter is answered."""

from dataclasses import dataclass

from pipeline.model.wording.campaign_words import PLAIN_WORDS, CampaignWords

ANSWER_ABOVE = "请在这条线以上写答复"  # stands at the top of every letter that can be answered


@dataclass(frozen=True)
class Sender:
    """The campaign as letters name it. `mailbox` is the reporting address that forms go to."""

    campaign: str
    document: str  # 乐工发〔2015〕33号
    organizer: str
    department: str
    form_title: str
    mailbox: str
    lag_margin: (
        float  # 0.10: what "lagging" means is printed wherever it is said
    )
    measures_labels: tuple[str, ...] = ("主要工作举措",)
    count: str = "cumulative"  # or "increment": what the form asks for
    contact: str = ""  # whom units ask; "" where the config names nobody
    phone: str = ""
    masthead: str = ""  # 发文机关标志; "" takes the organizer's name
    form_heading: str = ""  # what stands over the form's title: 附件3
    also_asked: tuple[str, ...] = ()  # heads of the figures beside the main one
    form_note: str = ""  # how the form is to be filled in, under it
    words: CampaignWords = PLAIN_WORDS
