"""The dates of a trend: from a day on, one in every step, as long as they are not after the last day."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from api.graphql.errors import UserError
from api.graphql.schema.enums import Interval

MOST_POINTS = 100
_DAYS = {Interval.DAY: 1, Interval.WEEK: 7}
_MONTHS = {Interval.MONTH: 1, Interval.QUARTER: 3, Interval.YEAR: 12}


def dates(first: date, last: date, every: Interval) -> list[date]:
    """At most 100. A month that lacks the first date's day has its own last day instead. Raises UserError."""
    if first > last:
        raise UserError(f"A trend goes from an earlier to a later date, not from {first} to {last}.")
    found: list[date] = []
    for day in _steps(first, every):
        if day > last:
            return found
        found.append(day)
        if len(found) > MOST_POINTS:
            break
    raise UserError(f"A trend has at most {MOST_POINTS} points: take a longer step, or fewer days.")


def _steps(first: date, every: Interval) -> Iterator[date]:
    for n in range(MOST_POINTS + 2):
        try:
            yield first + timedelta(days=n * _DAYS[every]) if every in _DAYS else _later(first, n * _MONTHS[every])
        except (OverflowError, ValueError):  # beyond the last year there is
            yield date.max


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
