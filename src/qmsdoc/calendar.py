"""Calendar arithmetic as law and standards count it."""

from __future__ import annotations

import calendar
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it has no such day.

    Periods in months end with the day of the same number, else the month's last day
    (Regulation (EEC, Euratom) No 1182/71, Art. 3(2)(c)).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
