"""A year typed wrongly makes no feed of hundreds of thousands of rows. Source: docs/bi/index.md."""

from datetime import date

import pytest
from sqlalchemy import Engine

from feeding import fed, of
from projections.bi import asked
from rebuilding import engine_of, voided
from recording import NOW, Recorded
from telling import opening, organisation, relationship, tell, told, uid


def years(found: Recorded) -> list[int]:
    return sorted({row["year"] for row in of(fed(engine_of(found)), "dim_date")})


def test_months_and_the_calendar_reach_back_so_many_years_and_no_further(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "YEARS", 3)
    with told(database, [*opening(), relationship("r2", "a", "c", on="0204-06-01")]) as found:
        rows = fed(engine_of(found))
        days = {row["as_of"] for row in of(rows, "fact_relationship_score", relationship_id=uid("r2"))}
        assert min(days) == date(2023, 1, 31)
        assert len(days) == 3 * 12 + 10 + 1
        assert max(days) == NOW.date()
        assert min(row["date"] for row in of(rows, "dim_date")) == date(2023, 1, 1)


def test_what_has_been_voided_stretches_the_calendar_no_more(database: Engine) -> None:
    with told(database, opening()) as found:
        assert years(found) == [2024, 2025, 2026, 2027]
        tell(found, {**organisation("d"), "on": "1989-03-01", "event_ref": "typo"})
        assert years(found)[0] == 1989
        tell(found, {**voided("typo"), "relationship_id": None, "on_behalf_of": None})
        assert years(found) == [2024, 2025, 2026, 2027]
