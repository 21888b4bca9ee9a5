"""What a reviewer's reply to a bulletin's draft, or to a correction's, comes to."""

from enum import StrEnum


class DraftResult(StrEnum):
    RELEASED = "released"
    STRUCK = "struck"
    # The document that was sent back takes the place of ours
    EDITED = "edited"
    POSTPONED = "postponed"
    ERRATUM_RELEASED = "erratum_released"
    # An erratum that is not to be sent
    WITHHELD = "withheld"
    # Nothing is done:
    RELEASED_ALREADY = "released_already"
    NOT_RELEASED = "not_released"
    # The draft was drawn up again since
    OUTDATED = "outdated"
    # A decision on talks has come since
    STALE = "stale"
    UNKNOWN_UNIT = "unknown_unit"
    DAY_PASSED = "day_passed"
    FIGURES_CHANGED = "figures_changed"
    NO_DOCUMENT = "no_document"
    SEVERAL_DOCUMENTS = "several_documents"
    NOT_DOCX = "not_docx"
    # Tracked changes stand in the document
    MARKED = "marked"
    # Comments stand in the document
    COMMENTED = "commented"
    # What is to be struck stands in the document that was sent back
    NOT_OURS_TO_STRIKE = "not_ours_to_strike"
    # The 文号 does not stand in the document that was sent back
    NUMBER_NOT_IN_IT = "number_not_in_it"
    # The figures are others again
    ERRATUM_OUTDATED = "erratum_outdated"
    # No printed figure has moved, or it was told
    NOTHING_MOVED = "nothing_moved"
    # The bulletin that was to be corrected
    WITHDRAWN = "withdrawn"
    ERRATUM_NOT_RELEASED = "erratum_not_released"
    ERRATUM_SETTLED = "erratum_settled"
