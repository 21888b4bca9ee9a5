"""The campaign as letters name it, and the line above which a letter is answered."""

from dataclasses import field

from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import PLAIN_WORDS, CampaignWords

# Stands at the top of every letter that can be answered
ANSWER_ABOVE = "请在这条线以上写答复"

# What a form heads some of its fields with
Labels = tuple[str, ...]


@frozen
class Sender:
    """The campaign as letters name it. `mailbox` is the reporting address that forms go to."""

    campaign: str
    # 乐工发〔2015〕33号
    document: str
    organizer: str
    department: str
    form_title: str
    mailbox: str
    # 0.10: what "lagging" means is printed wherever it is said
    lag_margin: float
    measures_labels: Labels = ("主要工作举措",)
    # Or "increment": what the form asks for
    count: str = "cumulative"
    # Whom units ask; "" where the config names nobody
    contact: str = ""
    phone: str = ""
    # 发文机关标志; "" takes the organizer's name
    masthead: str = ""
    # What stands over the form's title: 附件3
    form_heading: str = ""
    # Heads of the figures beside the main one
    also_asked: Labels = ()
    # And of the fields of words
    texts_asked: Labels = ()
    # Those of either that a report must not lack
    also_needed: Labels = ()
    texts_needed: Labels = ()
    # How the form is to be filled in, under it
    form_note: str = ""
    words: CampaignWords = PLAIN_WORDS
    # The office's own form as .docx, b"" where the program makes one; and by which
    # labels the places to fill in are found in it
    form_template: bytes = field(default=b"", repr=False)
    unit_labels: Labels = ()
    date_labels: Labels = ()
