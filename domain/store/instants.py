"""Instants as stored text: UTC, always with six digits of microseconds, so that text order is time order."""

from datetime import UTC, datetime


def format_instant(instant: datetime) -> str:
    """`2026-03-31T09:15:00.000000Z`. The instant must know its offset from UTC."""
    assert instant.tzinfo is not None, instant
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return instant.isoformat(timespec="microseconds")[:26] + "Z"


def parse_instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
