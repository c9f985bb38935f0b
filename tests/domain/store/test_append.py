"""The one append transaction (docs/audit.md 2)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy.exc
from eventsourcing.persistence import IntegrityError
from sqlalchemy import Connection, Engine, func, select, text

from domain.errors import IsMalformed, Refusal
from domain.facts.fact import Envelope
from domain.log.verify import leaf_hash
from domain.store import schema
from domain.store.append import Append, Store
from domain.store.commands import CommandRow
from domain.store.engine import connect
from domain.store.mapper import Facts, encode
from domain.store.migrate import migrate

Note = Callable[..., Envelope]

MORNING = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)


def rows_of_every_table(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in schema.metadata.sorted_tables
        }


NOTHING = {
    "head": 1,
    **dict.fromkeys(
        ("event", "node", "checkpoint", "halted", "command", "vault_key", "vault_value", "tracking", "token"), 0
    ),
}


def test_a_fresh_register_is_empty(store: Store) -> None:
    assert store.size() == 0
    assert store.events() == []
    assert store.envelopes() == []
    assert store.position_at(MORNING) == 0
    assert rows_of_every_table(store.engine) == NOTHING


def test_what_is_put_is_stored_verbatim_at_dense_positions(store: Store, note: Note) -> None:
    first, second, third = note(1), note(2, relationship_id=None), note(3)
    with store.append() as append:
        assert append.size == 0
        append.put([first, second])
        assert append.size == 2
        append.put([third])
        assert append.size == 3
    assert store.size() == 3
    assert store.events() == [first, second, third]
    assert store.envelopes() == [(1, encode(first)), (2, encode(second)), (3, encode(third))]
    assert store.by_event_id(second.event_id) == second
    assert store.by_event_id(uuid4()) is None
    assert store.by_position(3) == third
    assert store.by_position(4) is None
    with store.append() as append:
        assert append.size == 3


def test_the_lookup_columns_repeat_the_envelope(store: Store, note: Note) -> None:
    one = note(1)
    with store.append() as append:
        append.put([one])
    with store.engine.connect() as connection:
        row = connection.execute(select(schema.event)).one()
        head = connection.execute(select(schema.head)).one()
    assert tuple(row) == (
        1,
        str(one.stream_id),
        1,
        "note.taken",
        str(one.event_id),
        "0190f3a0-0000-7000-8000-00000000aaaa",
        "2026-03-31T09:15:00.000000Z",
        encode(one),
    )
    assert tuple(head) == (1, 1, "2026-03-31T09:15:00.000000Z", leaf_hash(encode(one).encode()), None)


def test_a_stream_shows_what_was_put_before_and_in_the_same_transaction(store: Store, note: Note) -> None:
    stream = uuid4()
    first, other = note(1, stream_id=stream), note(2)
    second = note(3, "note.filed", {}, stream_id=stream, stream_version=2)
    with store.append() as append:
        append.put([first, other])
    with store.append() as append:
        append.put([second])
        assert append.stream(stream) == [first, second]
        assert append.stream(uuid4()) == []
        assert append.event(second.event_id) == second
        assert append.event(uuid4()) is None
        assert store.of_relationship(append.connection, UUID("0190f3a0-0000-7000-8000-00000000aaaa")) == [
            first,
            other,
            second,
        ]
        assert store.of_relationship(append.connection, uuid4()) == []


def test_whatever_is_raised_in_the_transaction_undoes_all_of_it(store: Store, note: Note) -> None:
    def fail(failure: BaseException) -> None:
        with store.append() as append:
            append.put([note(1)])
            append.remember("c1", "0" * 64, 1, 1)
            raise failure

    for failure in (Refusal("No."), KeyboardInterrupt()):
        with pytest.raises(type(failure)):
            fail(failure)
        assert rows_of_every_table(store.engine) == NOTHING
        assert store.size() == 0
    with store.append() as append:
        append.put([note(1)])
    assert store.size() == 1


def test_projectors_write_in_the_same_transaction(engine: Engine, facts: Facts, note: Note) -> None:
    seen: list[int] = []

    def keep(connection: Connection, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            connection.execute(text("INSERT INTO kept VALUES (:position)"), {"position": envelope.position})
        seen.append(connection.execute(select(func.count()).select_from(schema.event)).scalar_one())

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (position INTEGER)"))
    store = Store(engine, facts, [keep])
    with store.append() as append:
        append.put([note(1), note(2)])
        append.put([note(3)])
    with engine.connect() as connection:
        assert connection.execute(text("SELECT position FROM kept ORDER BY 1")).scalars().all() == [1, 2, 3]
    assert seen == [2, 3]


def test_a_projector_that_fails_leaves_nothing_behind(engine: Engine, facts: Facts, note: Note) -> None:
    def keep(connection: Connection, envelopes: Sequence[Envelope]) -> None:
        connection.execute(text("INSERT INTO kept VALUES (1)"))

    def fail(connection: Connection, envelopes: Sequence[Envelope]) -> None:
        raise ZeroDivisionError

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (position INTEGER)"))
    store = Store(engine, facts, [keep, fail])
    with pytest.raises(ZeroDivisionError), store.append() as append:
        append.put([note(1)])
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM kept")).scalar_one() == 0
    assert rows_of_every_table(engine) == NOTHING


@pytest.mark.parametrize("position", [0, 1, 3])
def test_a_position_that_is_not_the_next_is_impossible(store: Store, note: Note, position: int) -> None:
    with store.append() as append:
        append.put([note(1)])
    with pytest.raises(AssertionError), store.append() as append:
        append.put([note(position)])
    assert store.size() == 1


def test_a_version_that_the_stream_has_is_a_conflict(store: Store, note: Note) -> None:
    stream = uuid4()
    with store.append() as append:
        append.put([note(1, stream_id=stream)])
    with pytest.raises(IntegrityError), store.append() as append:
        append.put([note(2, stream_id=stream)])
    assert store.size() == 1


def test_a_command_is_remembered_with_what_it_appended(store: Store, note: Note) -> None:
    with store.append() as append:
        assert append.command("c1") is None
        at = append.recorded_at(MORNING)
        append.put([note(1, recorded_at=at), note(2, recorded_at=at)])
        append.remember("c1", "a" * 64, 1, 2)
        append.remember("c2", "b" * 64, None, None)
    with store.append() as append:
        assert append.command("c1") == CommandRow("c1", "a" * 64, 1, 2, "2026-03-31T09:00:00.000000Z")
        assert append.command("c2") == CommandRow("c2", "b" * 64, None, None, "2026-03-31T09:00:00.000000Z")
        assert append.command("c3") is None


def test_a_command_id_has_1_to_200_characters(store: Store) -> None:
    with store.append() as append:
        assert append.command("ü" * 200) is None
        append.remember("ü" * 200, "a" * 64, None, None)
        for impossible in ("", "x" * 201, "a\0b"):
            with pytest.raises(IsMalformed):
                append.command(impossible)
    with store.append() as append:
        assert append.command("ü" * 200) is not None


def test_recorded_at_never_moves_back_whatever_the_clock_does(store: Store, note: Note) -> None:
    earlier = MORNING - timedelta(days=400)

    def record(append: Append, now: datetime) -> datetime:
        at = append.recorded_at(now)
        append.put([note(append.size + 1, recorded_at=at)])
        return at

    with store.append() as append:
        assert record(append, MORNING) == MORNING
        assert record(append, earlier) == MORNING
    with store.append() as append:
        assert record(append, earlier) == MORNING
        in_tokyo = datetime(2026, 3, 31, 18, 0, 0, 1, tzinfo=timezone(timedelta(hours=9)))
        assert record(append, in_tokyo) == MORNING + timedelta(microseconds=1)
    with pytest.raises(AssertionError), store.append() as append:
        append.put([note(5, recorded_at=MORNING)])
    assert [envelope.recorded_at.microsecond for envelope in store.events()] == [0, 0, 0, 1]


def test_events_are_read_behind_a_position_by_relationship_and_type(store: Store, note: Note) -> None:
    this, other = uuid4(), uuid4()
    with store.append() as append:
        append.put(
            [
                note(1, relationship_id=this),
                note(2, relationship_id=other),
                note(3, "note.filed", {}, relationship_id=this),
                note(4, relationship_id=this),
                note(5, relationship_id=None),
            ]
        )

    def positions(**asked: object) -> list[int]:
        return [envelope.position for envelope in store.events(**asked)]  # type: ignore[arg-type]

    assert positions() == [1, 2, 3, 4, 5]
    assert positions(after=2) == [3, 4, 5]
    assert positions(after=1, limit=2) == [2, 3]
    assert positions(after=5) == []
    assert positions(relationship_id=this) == [1, 3, 4]
    assert positions(relationship_id=this, after=1, limit=1) == [3]
    assert positions(type="note.filed") == [3]
    assert positions(relationship_id=this, type="note.taken") == [1, 4]
    assert positions(relationship_id=uuid4()) == []


def test_the_position_at_an_instant_is_the_last_one_recorded_by_then(store: Store, note: Note) -> None:
    minute = timedelta(minutes=1)
    with store.append() as append:
        instants = [MORNING, MORNING, MORNING + minute, MORNING + 2 * minute]
        append.put([note(position, recorded_at=instant) for position, instant in enumerate(instants, 1)])
    microsecond = timedelta(microseconds=1)
    assert store.position_at(MORNING - microsecond) == 0
    assert store.position_at(MORNING) == 2
    assert store.position_at(MORNING + minute - microsecond) == 2
    assert store.position_at(MORNING + minute) == 3
    assert store.position_at(MORNING + 3 * minute) == 4


def test_stored_texts_of_another_register_make_the_same_log(store: Store, note: Note) -> None:
    texts = [encode(note(1)), encode(note(2))]
    with store.append() as append:
        envelopes = append.put_stored(texts)
    assert [text for _, text in store.envelopes()] == texts
    assert store.events() == envelopes


def test_stored_texts_that_do_not_follow_are_refused(store: Store, note: Note) -> None:
    earlier = encode(note(2, recorded_at=datetime(2026, 3, 31, 9, 14, tzinfo=UTC)))
    for texts in ([encode(note(2))], [encode(note(1)), encode(note(3))], [encode(note(1)), earlier], ["{}"]):
        with pytest.raises(IsMalformed), store.append() as append:
            append.put_stored(texts)
    assert store.size() == 0


def test_a_reader_is_not_kept_waiting_and_sees_only_what_is_committed(store: Store, note: Note) -> None:
    with store.append() as append:
        append.put([note(1)])
        assert store.size() == 0
        assert store.events() == []
    assert store.size() == 1


def test_a_command_cannot_be_remembered_twice(store: Store) -> None:
    with store.append() as append:
        append.remember("c1", "0" * 64, None, None)
    with pytest.raises(sqlalchemy.exc.IntegrityError), store.append() as append:
        append.remember("c1", "1" * 64, None, None)


def test_a_connection_lost_within_an_append_leaves_nothing_and_the_next_one_works(
    postgres_url: str, facts: Facts, note: Note
) -> None:
    engine = connect(postgres_url)
    migrate(engine)
    store = Store(engine, facts)

    def append_while_the_connection_dies() -> None:
        with store.append() as append:
            backend = append.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            append.put([note(1)])
            with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
            append.remember("c1", "0" * 64, 1, 1)

    with pytest.raises(sqlalchemy.exc.OperationalError):
        append_while_the_connection_dies()
    with store.append() as append:
        assert append.size == 0
        append.put([note(1)])
    assert store.size() == 1
    engine.dispose()
