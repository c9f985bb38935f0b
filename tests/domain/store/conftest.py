"""A migrated database of either kind, and envelopes to put into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from domain.facts.fact import Envelope, Fact
from domain.store.append import Store
from domain.store.engine import connect
from domain.store.migrate import migrate
from domain.values import Data, Money


class NoteTaken(Fact, frozen=True, kw_only=True, tag="note.taken"):
    """The smallest of facts."""

    text: str


class NoteFiled(Fact, frozen=True, kw_only=True, tag="note.filed"):
    """One with every kind of value."""

    folder: str = "in"
    pages: int | None = None
    filed_by: UUID | None = None
    filed_on: date | None = None
    urgent: bool | None = None
    cost: Money | None = None
    copies: tuple[str, ...] = ()
    counts: dict[str, int] | None = None
    anything: Data | None = None


@pytest.fixture
def facts() -> dict[str, type[Fact]]:
    return {"note.taken": NoteTaken, "note.filed": NoteFiled}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine, facts: dict[str, type[Fact]]) -> Store:
    return Store(engine, facts)


@pytest.fixture
def note(facts: dict[str, type[Fact]]) -> Callable[..., Envelope]:
    """`note(position, type=…, data={…}, field=…)`: an envelope of its own stream, with what is named."""

    def make(position: int, type: str = "note.taken", data: dict[str, Any] | None = None, **named: Any) -> Envelope:
        fact = facts[type](**({"text": f"note {position}"} if data is None else data))
        values = {
            "event_id": uuid4(),
            "stream_id": uuid4(),
            "stream_version": 1,
            "relationship_id": UUID("0190f3a0-0000-7000-8000-00000000aaaa"),
            "on": date(2026, 3, 31),
            "recorded_at": datetime(2026, 3, 31, 9, 15, tzinfo=UTC),
            "actor": "anna",
            "on_behalf_of": None,
            "visibility": "shared",
            "command_id": f"c{position}",
            "correlation_id": None,
            "causation_id": None,
            "source": "api",
            "evidence": (),
            "note": None,
        }
        return Envelope(position=position, type=type, schema_version=1, data=fact, **{**values, **named})

    return make
