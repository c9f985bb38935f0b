"""A migrated database of either kind, and envelopes to put into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from domain.facts.fact import Envelope, Fact
from domain.store.append import Store
from domain.store.engine import connect
from domain.store.migrate import migrate

MakeEnvelope = Callable[..., Envelope]


class NoteTaken(Fact, frozen=True, kw_only=True, tag="note.taken"):
    """The smallest of facts."""

    text: str


class NoteFiled(Fact, frozen=True, kw_only=True, tag="note.filed"):
    """Another one."""

    folder: str | None = None


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
def note() -> MakeEnvelope:
    """`note(position, …)`: an envelope of the type `note.taken`, or of another fact's type, with what is named."""

    def make(position: int, *, data: Fact | None = None, **named: object) -> Envelope:
        fact = data or NoteTaken(text=f"note {position}")
        values: dict[str, object] = {
            "event_id": uuid4(),
            "position": position,
            "stream_id": uuid4(),
            "stream_version": 1,
            "type": fact.__struct_config__.tag,
            "schema_version": fact.schema_version,
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
            "data": fact,
        }
        return Envelope(**{**values, **named})  # type: ignore[arg-type]

    return make
