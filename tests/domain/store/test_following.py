"""Following the log as it grows."""

import time
from collections.abc import Callable
from threading import Semaphore, Thread

import psycopg
import pytest
from sqlalchemy import Connection, Engine, text

from domain.facts.fact import Envelope
from domain.store import subscription
from domain.store.append import Store
from domain.store.engine import connect
from domain.store.head import size_of
from domain.store.migrate import migrate
from domain.store.recorder import Recorder

Note = Callable[..., Envelope]


def test_a_follower_sees_every_event_once_and_in_order_while_others_write(store: Store, note: Note) -> None:
    def write() -> None:
        for _ in range(20):
            with store.append() as append:
                append.put([note(append.size + 1), note(append.size + 2)])

    with store.append() as append:
        append.put([note(1), note(2)])
    writers = [Thread(target=write) for _ in range(3)]
    with Recorder(store.engine).subscribe(gt=1) as following:
        for writer in writers:
            writer.start()
        positions = [next(following).id for _ in range(121)]
    for writer in writers:
        writer.join()
    assert positions == list(range(2, 123))


def test_a_follower_of_one_type_sees_no_other(store: Store, note: Note) -> None:
    with store.append() as append:
        append.put([note(1), note(2, "note.filed", {}), note(3), note(4, "note.filed", {})])
    with Recorder(store.engine).subscribe(topics=["note.filed"]) as following:
        assert [next(following).id, next(following).id] == [2, 4]


def test_a_failing_read_ends_the_following_with_its_error(engine: Engine) -> None:
    with Recorder(engine).subscribe(gt=0) as following:
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE event"))
            connection.execute(text("UPDATE head SET size = 1"))
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_notify('counterfoil', '')"))
        with pytest.raises(Exception, match="event"):
            next(following)


def test_a_lost_connection_ends_the_following_with_an_error(postgres_url: str) -> None:
    engine = connect(postgres_url)
    migrate(engine)
    listeners = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"
    with Recorder(engine).subscribe(gt=0) as following, engine.begin() as connection:
        while not connection.execute(text(f"SELECT pid {listeners}")).all():
            time.sleep(0.01)
            connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {listeners}"))
        with pytest.raises(psycopg.OperationalError):
            next(following)
    engine.dispose()


def test_a_follower_waits_while_nothing_is_recorded(store: Store, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Semaphore(0)

    def looked(connection: Connection) -> int:
        looks.release()
        return size_of(connection)

    monkeypatch.setattr(subscription, "size_of", looked)
    with Recorder(store.engine).subscribe() as following:
        if store.engine.dialect.name == "sqlite":
            for _ in range(3):
                looks.acquire()
        with store.append() as append:
            append.put([note(1)])
        assert next(following).id == 1
