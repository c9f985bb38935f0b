"""What a scorecard is asked for."""

from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from projections import days

TREND_DAYS = 90


class Question(Struct, frozen=True, kw_only=True):
    """One relationship as at one date, as known at one position. `party`: whose own entries count too."""

    relationship_id: UUID
    as_of: date
    known_at: int
    party: UUID | None = None

    def rows(self, n: int) -> list[list[Any]]:
        """Its two rows of `scope`: the date itself with q = 2n, and 90 days before with q = 2n + 1."""
        t, party = days.number(self.as_of), self.party and str(self.party)
        return [
            [2 * n, str(self.relationship_id), t, self.known_at, party],
            [2 * n + 1, str(self.relationship_id), t - TREND_DAYS, self.known_at, party],
        ]
