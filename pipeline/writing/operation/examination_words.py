"""What an examination of the ledger came to, as the journal keeps it, in plain Chinese."""

import re

# Entries, rows, files, damages: edges/ledger/proof/journal_facts
_EXAMINED = re.compile(r"(\d+) (\d+) (\d+)：(\d+)")


def examination_words(why: str) -> str:
    """ "" for any other reason."""
    found = _EXAMINED.fullmatch(why)
    if found is None:
        return ""
    entries, rows, files, damages = found.groups()
    seen = f"流水{entries}条、台账{rows}行、邮件{files}封"
    if int(damages):
        return f"{seen}，有{damages}处与写入时不同"
    return f"{seen}，与写入时一致"
