"""The switch from the live read models to the rebuilt ones: readers are never without an answer."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.schema import CreateTable

from domain.store.engine import reading
from projections import unfinished
from projections.rebuild import Filling, rebuild
from projections.schema import event_fact, relationship
from projections.switching import of_engine
from projections.tables import LIVE, beside
from rebuilding import contents, corrected, digests, done, engine_of, history, names, promise, with_refs
from recording import Recorded
from telling import tell, told, uid


@pytest.fixture
def register(database_url: str) -> Iterator[Recorded]:
    with told(database_url, with_refs(history())) as found:
        yield found


def test_tables_keys_and_indexes_keep_their_names(register: Recorded) -> None:
    engine = engine_of(register)
    before = names(engine)
    for _ in range(2):
        rebuild(engine)
        assert names(engine) == before
    assert before["event_fact"][2] == ["ix_event_fact_event_id", "ix_event_fact_relationship_id_type_on_day"]


def test_facts_are_recorded_into_the_rebuilt_tables(register: Recorded) -> None:
    engine = engine_of(register)
    rebuild(engine)
    size = tell(
        register,
        promise("c9", "2024-03-03"),
        done("c9", "2024-03-03"),
        corrected("c9 done", data={"commitment_id": uid("c9")}, on="2024-03-04"),
    )
    live, shown = contents(engine), digests(engine, size)
    assert max(row[0] for row in live["event_fact"]) == size
    rebuild(engine)
    assert contents(engine) == live
    assert digests(engine, size) == shown


def test_what_is_recorded_meanwhile_is_in_the_rebuilt_tables(register: Recorded) -> None:
    engine = engine_of(register)
    told_of: list[tuple[int, int]] = []

    def progress(done_so_far: int, total: int) -> None:
        told_of.append((done_so_far, total))
        if len(told_of) == 2:
            tell(register, promise("c9", "2024-03-03"))

    assert register.register.store.size() == 28
    assert rebuild(engine, progress, batch=10) == 29
    assert told_of == [(10, 28), (20, 28), (28, 28), (29, 29)]
    live = contents(engine)
    assert max(row[0] for row in live["event_fact"]) == 29
    rebuild(engine)
    assert contents(engine) == live


def test_readers_always_have_the_same_answer(register: Recorded) -> None:
    engine, size = engine_of(register), register.register.store.size()
    shown = digests(engine, size)
    answers: list[list[str]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            answers.append(digests(engine, size))

    with ThreadPoolExecutor(1) as reader:
        reading_on = reader.submit(read)
        try:
            for _ in range(3):
                rebuild(engine)
        finally:
            stop.set()
        reading_on.result()
    assert answers
    assert all(answer == shown for answer in answers)


def test_a_transaction_from_before_sees_what_it_saw(register: Recorded) -> None:
    """On PostgreSQL the rebuild waits for it, in vain; on SQLite it goes on reading what it began with."""
    engine = engine_of(register)
    live = contents(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE event_fact SET code = 'spoilt'"))
    spoilt = contents(engine)
    count = select(event_fact.c.code).where(event_fact.c.code == "spoilt")
    with reading(engine) as connection:
        connection.execute(text("SELECT size FROM head")).scalar_one()
        if engine.dialect.name == "postgresql":
            with pytest.raises(TimeoutError, match="have not been replaced"):
                rebuild(engine, patience=0)
            assert contents(engine) == spoilt
        else:
            rebuild(engine)
        assert len(connection.execute(count).all()) == len(live["event_fact"])
    rebuild(engine)
    assert contents(engine) == live
    assert set(names(engine)) >= {table.name for table in LIVE.every()}
    assert not [name for name in names(engine) if "_next_" in name or "_old_" in name]


@pytest.mark.parametrize("begin", [reading, Engine.connect])
def test_a_reader_in_the_way_is_waited_for(
    register: Recorded, begin: Callable[[Engine], AbstractContextManager[Connection]]
) -> None:
    engine = engine_of(register)
    live = contents(engine)
    begun, waited = threading.Event(), threading.Event()

    def read() -> None:
        with begin(engine) as connection:
            connection.execute(select(event_fact.c.position)).all()
            begun.set()
            waited.wait(1)

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait()
    rebuild(engine, patience=30)
    waited.set()
    reader.join()
    assert contents(engine) == live


WAITS = text("""SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'
    AND relation = to_regclass('relationship'))""")


def test_a_reader_that_wants_one_table_more_has_its_answer(postgres_url: str) -> None:
    """It has read what the switch waits for, and waits for what the switch holds: the switch gives way."""
    with told(postgres_url, with_refs(history())) as register, ThreadPoolExecutor(1) as rebuilding:
        engine = engine_of(register)
        with engine.connect() as watcher, engine.connect() as connection:
            watcher.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(select(relationship.c.name)).all()
            rebuilt = rebuilding.submit(rebuild, engine)
            for waits in (True, False, True, False, True):
                while watcher.execute(WAITS).scalar_one() is not waits:
                    assert not rebuilt.done()
            assert connection.execute(select(event_fact.c.position)).all()
        assert rebuilt.result() == register.register.store.size()


def test_a_transaction_that_holds_the_live_tables_is_waited_for(register: Recorded) -> None:
    engine = engine_of(register)
    live = contents(engine)
    with engine.connect() as connection:
        connection.execute(select(event_fact.c.position)).all()
        if engine.dialect.name == "postgresql":
            with pytest.raises(TimeoutError, match="have not been replaced"):
                rebuild(engine, patience=0)
        else:
            rebuild(engine)
    assert contents(engine) == live
    rebuild(engine)
    assert contents(engine) == live


def test_after_readers_did_not_let_go_the_next_rebuild_goes_on(postgres_url: str) -> None:
    with told(postgres_url, with_refs(history())) as register:
        engine = engine_of(register)
        live, before = contents(engine), names(engine)
        with engine.connect() as connection:
            connection.execute(select(event_fact.c.position)).all()
            with pytest.raises(TimeoutError):
                rebuild(engine, patience=0)
        assert len(set(names(engine)) - set(before)) == 5
        tell(register, promise("c9", "2024-03-03"))
        told_of: list[tuple[int, int]] = []
        assert rebuild(engine, lambda done_so_far, total: told_of.append((done_so_far, total))) == 29
        assert told_of == [(29, 29)]
        assert contents(engine)["event_fact"][:-1] == live["event_fact"]
        assert names(engine) == before


def test_a_view_of_somebody_else_goes_on_showing_what_was_live(postgres_url: str) -> None:
    with told(postgres_url, with_refs(history())) as register:
        engine = engine_of(register)
        before = names(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE VIEW theirs AS SELECT DISTINCT position FROM event_fact"))
        for _ in range(2):
            assert rebuild(engine) == 28
            [left] = set(names(engine)) - set(before)
            assert left.startswith("event_fact_old_")
        with engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM theirs")).scalar_one() == 28
            connection.execute(text("DROP VIEW theirs"))
        rebuild(engine)
        assert names(engine) == before


def test_what_the_copies_lack_is_filled_in_before_the_switch(register: Recorded) -> None:
    engine = engine_of(register)
    live, before = contents(engine), names(engine)
    switch = of_engine(engine)
    copies = beside("_next_00000000", constraints=switch.names_constraints_apart)
    with engine.begin() as connection:
        for table in copies.every():
            connection.execute(CreateTable(table))
    switch.prepare(engine, copies)
    switch.put_in_place(engine, Filling(engine, copies, 10), "_old_00000000", 1)
    assert contents(engine) == live
    rebuild(engine)
    assert names(engine) == before


def test_sqlite_sorts_the_new_indexes_in_files(tmp_path: Path) -> None:
    found = []

    class Looking(Filling):
        def finish(self, connection: Connection) -> None:
            super().finish(connection)
            found.append(connection.exec_driver_sql("PRAGMA temp_store").scalar_one())

    with told(f"sqlite:///{tmp_path / 'register.db'}", with_refs(history())) as register:
        engine = engine_of(register)
        begun = unfinished.begin(engine, 28, constraints=False)
        of_engine(engine).put_in_place(engine, Looking(engine, begun.copies, 10, begun), "_old_00000000", 1)
        with engine.connect() as connection:
            found.append(connection.exec_driver_sql("PRAGMA temp_store").scalar_one())
    assert found == [1, 2]


def test_recording_goes_on_meanwhile(register: Recorded) -> None:
    engine = engine_of(register)
    stop = threading.Event()

    def record() -> int:
        n = 0
        while not stop.is_set():
            n += 1
            tell(register, promise(f"n{n}", "2024-03-03"))
        return n

    with ThreadPoolExecutor(1) as writer:
        recorded = writer.submit(record)
        for _ in range(3):
            rebuild(engine, batch=5)
        stop.set()
        n = recorded.result()
    assert register.register.store.size() == 28 + n
    live = contents(engine)
    assert max(row[0] for row in live["event_fact"]) == register.register.store.size()
    rebuild(engine)
    assert contents(engine) == live


def test_rights_to_read_are_kept(register: Recorded) -> None:
    engine = engine_of(register)
    if engine.dialect.name == "sqlite":
        rebuild(engine)  # knows no rights
        return
    rights = text(
        "SELECT privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = current_schema() AND table_name = 'event_fact' AND grantee = 'PUBLIC'"
    )
    with engine.begin() as connection:
        connection.execute(text("GRANT SELECT ON event_fact TO PUBLIC"))
    rebuild(engine)
    with engine.connect() as connection:
        assert connection.execute(rights).scalars().all() == ["SELECT"]
