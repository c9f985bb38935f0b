"""Calendar dates as day numbers: days since 1970-01-01."""

from datetime import date

_EPOCH = date(1970, 1, 1).toordinal()


def number(day: date) -> int:
    return day.toordinal() - _EPOCH


def day(number: int) -> date:
    return date.fromordinal(number + _EPOCH)


def optional(number: int | None) -> date | None:
    return None if number is None else day(number)
