"""Which relationship the feed works out, as at which day and as known at which position."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from projections.scorecards.asking import Relationship
from projections.scorecards.question import Question

YEARS = 100
"""How far back months and the calendar go: a mistyped year would else make hundreds of thousands of rows."""


def beginning(today: date) -> date:
    """The first day that the feed looks at."""
    return date(today.year - YEARS, 1, 1)


class Asked(Struct, frozen=True, kw_only=True):
    """A relationship on its present day `today`."""

    about: Relationship
    today: date
    known_at: int

    @property
    def id(self) -> str:
        return str(self.about.id)

    def question(self, as_of: date | None = None, known_at: int | None = None, party: UUID | None = None) -> Question:
        return Question(
            relationship_id=self.about.id,
            as_of=as_of or self.today,
            known_at=self.known_at if known_at is None else known_at,
            party=party,
        )

    def month_ends(self) -> Iterator[date]:
        """The last days of the months since its registration that are over, at most of the last hundred years."""
        first = max(self.about.registered_on.replace(day=1), beginning(self.today))
        while (last := _next_month(first) - timedelta(days=1)) < self.today:
            yield last
            first = _next_month(first)

    def end_of(self, day: date) -> datetime:
        """The last microsecond of the day in its time zone."""
        begins = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.about.time_zone))
        return begins.astimezone(UTC) - timedelta(microseconds=1)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
