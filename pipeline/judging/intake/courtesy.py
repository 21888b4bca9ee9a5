"""收到，谢谢: whether what somebody wrote is a courtesy or a promise, and no report.

For: purpose.py (rules.md 3): a thank-you for our letter is not answered with 请重报. By
words, sentence by sentence: every one must be a greeting, a courtesy, a promise, or
stand in a signature below one. Trusts nothing. Never: takes a text for a courtesy that
speaks of something enclosed or of a figure.
"""

from pipeline.model.wording.courtesies import (
    AROUND,
    COURTESY,
    ENCLOSED,
    ENCLOSES,
    GREETING,
    PROMISE,
    SAYS_MORE,
    SENTENCE_END,
    SEPARATOR_LINE,
)

# Characters of a text that may be a courtesy
_MOST = 400
# Lines
_MOST_SIGNATURE = 8
# Characters of a line in a signature
_LONGEST = 40


def is_courtesy(text: str, *, answers_us: bool = False) -> bool:
    """Whether `text`, which is the sender's own, says no more than thanks, noted or
    later. An empty one says nothing at all, and is no courtesy. `answers_us`: it answers
    a letter of ours; then whatever states no report is one."""
    if not text.strip() or len(text) > _MOST or speaks_of_a_report(text):
        return False
    said = False
    below = 0
    for piece in SENTENCE_END.split(SEPARATOR_LINE.sub("\n", text)):
        sentence = piece.strip(AROUND)
        if not sentence or GREETING.match(sentence):
            continue
        if COURTESY.match(sentence) or PROMISE.search(sentence):
            said = True
            continue
        below += 1
        signs = (
            (said or answers_us)
            and len(sentence) <= _LONGEST
            and not SAYS_MORE.search(sentence)
        )
        if not signs or below > _MOST_SIGNATURE:
            return False
    return said or answers_us


def speaks_of_a_report(text: str) -> bool:
    """Whether `text` says that something is enclosed, filled in or stated."""
    if ENCLOSED.search(text):
        return True
    return bool(ENCLOSES.search(_unpromised(text)))


def _unpromised(text: str) -> str:
    """`text` without its promises: 明天附件发来 encloses nothing yet."""
    kept = []
    for sentence in SENTENCE_END.split(text):
        if not PROMISE.search(sentence):
            kept.append(sentence)
    return "\n".join(kept)
