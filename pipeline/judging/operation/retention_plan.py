"""What is kept no longer (保存期限): how far back `raw_months` and `log_months` reach.
Values in, values out.

The ledger's rows are never removed, only originals and lines of the log; and never the
original of a case that waits, of a reviewer's answer, or of a mail of ours that has not
come to an end.
"""

from datetime import datetime


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and hour so many months earlier; a day that the month lacks becomes
    its first day that is there."""
    count = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(count, 12)
    day = moment.day
    while True:
        try:
            return moment.replace(
                year=year,
                month=month + 1,
                day=day,
            )
        except ValueError:
            day -= 1
