"""The number of an official document (文号): an example of one, in the way the campaign's
own document is numbered.

Trusts the config. Never gives a number to a document: staff do.
"""

import re
from typing import Final

# The number at the end of a document's: 乐工发〔2015〕33号
_NUMBER: Final = re.compile(r"[0-9]+号$")
# Where the campaign rests on no document
_ANY: Final = "某发〔2024〕40号"


def example_number(document: str) -> str:
    """What a bulletin's number may look like: 乐工发〔2015〕40号. `document` is the
    campaign's own, "" for none."""
    return _NUMBER.sub("40号", document) or _ANY
