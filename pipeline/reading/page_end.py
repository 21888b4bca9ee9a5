"""A web page without the end tags that no browser obeys.

For: who parses pages, of mails and of files. A gateway puts a page of its own (外部邮件，
请注意) before or behind the sender's, or a text behind `</html>`: people see all of it
(HTML 13.2.6.4.19 to 22), and libxml2 drops it. Trusts nothing. Never: changes what is seen.
"""

import re

_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)


def to_its_end(source: str) -> str:
    """`source` with all that stands behind its end still in its body."""
    return _END.sub("", source)
