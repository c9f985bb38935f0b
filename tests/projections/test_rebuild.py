"""The read models made anew: the same as the live ones, and readers never without an answer."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.schema import CreateTable

from domain.store.engine import reading
from golden_files import story
from projections.directory import relationship_by_alias
from projections.rebuild import Filling, rebuild
from projections.schema import event_fact
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards
from projections.switching import of_engine
from projections.tables import LIVE, beside
from recording import Recorded
from telling import Line, line, opening, relationship, stages, tell, told, uid

A = UUID(uid("a"))
ROOT = Path(__file__).parents[2]


def promise(name: str, due: str, *, own: bool = False, ref: str | None = None) -> Line:
    data: Line = {"commitment_id": uid(name), "by_party": uid("a"), "to_parties": [uid("b")], "title": name}
    return line("commitment.made", "2024-02-01", own=own, **data, due_on=due, ref=ref or name)


def done(name: str, on: str) -> Line:
    return line("commitment.fulfilled", on, commitment_id=uid(name), ref=f"{name} done")


def corrected(target: str, ref: str | None = None, **data: Any) -> Line:
    return line("entry.corrected", "2024-06-01", target_event_id=target, reason="typed wrongly", ref=ref, **data)


def voided(target: str, ref: str | None = None) -> Line:
    return line("entry.voided", "2024-06-02", target_event_id=target, reason="never happened", ref=ref)


def history() -> list[Line]:
    """Corrections, voids, voids of both, of items, of a relationship and of an organisation."""
    c2: Line = {"commitment_id": uid("c2"), "by_party": uid("a"), "to_parties": [uid("b")], "title": "c2"}
    r2: Line = {"form": "alliance", "currency": "EUR", "time_zone": "UTC", "parties": [uid("a"), uid("c")]}
    b: Line = {"organisation_id": uid("b"), "legal_name": "Organisation Bee", "country": "AT", "alias": "BEE"}
    wide: Line = {"relationship_id": None, "on_behalf_of": None}
    return [
        *opening(),
        *stages(2, 3, 4, 5),
        relationship("r2", "a", "c", alias="R-2"),
        promise("c1", "2024-03-01"),
        promise("c2", "2024-03-01"),
        promise("c3", "2024-03-01"),
        promise("c4", "2024-03-01", own=True),
        done("c1", "2024-03-01"),
        done("c2", "2024-03-02"),
        corrected("c2", data={**c2, "due_on": "2024-03-02"}),
        corrected("c2 done", ref="fix", data={"commitment_id": uid("c2")}, on="2024-03-03"),
        voided("fix"),
        voided("c3", ref="gone"),
        voided("gone"),
        voided("c1 done"),
        done("c1", "2024-03-05"),
        {**corrected("r2", data={"relationship_id": uid("r2"), "name": "Renamed", "alias": "R-3", **r2}), **in_r2()},
        {**corrected("b", data=b), **wide},
        line("organisation.renamed", "2024-07-01", None, None, organisation_id=uid("b"), legal_name="Bee again"),
    ]


def in_r2() -> Line:
    return {"relationship_id": uid("r2")}


def with_refs(facts: list[Line]) -> list[Line]:
    """The registrations of "r2" and of organisation "b" can be named by later facts."""
    named = {("relationship.registered", uid("r2")): "r2", ("organisation.registered", uid("b")): "b"}
    found = []
    for fact in facts:
        key = fact["data"].get("relationship_id" if fact["type"].startswith("rel") else "organisation_id")
        ref = named.get((fact["type"], key))
        found.append({**fact, "event_ref": ref} if ref else fact)
    return found


@pytest.fixture
def register(database_url: str) -> Iterator[Recorded]:
    with told(database_url, with_refs(history())) as found:
        yield found


def engine_of(register: Recorded) -> Engine:
    return register.register.store.engine


def contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the live read models."""
    with engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in LIVE.every()
        }


def digests(engine: Engine, size: int) -> list[str]:
    """Of scorecards at every third position, in the shared and in a private view."""
    questions = [
        Question(relationship_id=UUID(uid("r")), as_of=date(2024, 4, 15), known_at=k, party=party)
        for k in range(size, 11, -3)
        for party in (None, A)
    ]
    with reading(engine) as connection:
        return [card.digest() for card in scorecards(connection, questions)]


def names(engine: Engine) -> dict[str, Any]:
    """The tables of the database with the names of their keys, constraints and indexes."""
    with engine.connect() as connection:
        found = inspect(connection)
        return {
            table: (
                found.get_pk_constraint(table)["name"],
                sorted(str(each["name"]) for each in found.get_unique_constraints(table)),
                sorted(str(each["name"]) for each in found.get_indexes(table)),
            )
            for table in sorted(found.get_table_names())
        }


# The same


def test_rebuilt_is_the_same_as_live(register: Recorded) -> None:
    engine, size = engine_of(register), register.register.store.size()
    live, shown = contents(engine), digests(engine, size)
    assert len(set(shown)) > 5
    assert rebuild(engine) == size
    assert contents(engine) == live
    assert digests(engine, size) == shown
    with engine.connect() as connection:
        found = relationship_by_alias(connection, "R-3")
    assert found is not None
    assert found.name == "Renamed"


@pytest.mark.parametrize("batch", [1, 7])
def test_the_size_of_its_transactions_changes_nothing(register: Recorded, batch: int) -> None:
    engine = engine_of(register)
    live = contents(engine)
    rebuild(engine, batch=batch)
    assert contents(engine) == live


def test_every_event_type_is_rebuilt(database_url: str) -> None:
    with told(database_url, story()) as register:
        engine = engine_of(register)
        live = contents(engine)
        assert rebuild(engine) == len(story())
        assert contents(engine) == live


def test_an_empty_register_is_rebuilt(database_url: str) -> None:
    with told(database_url) as register:
        assert rebuild(engine_of(register)) == 0
        assert contents(engine_of(register)) == {table.name: [] for table in LIVE.every()}


def test_what_was_lost_or_spoilt_comes_back(register: Recorded) -> None:
    engine = engine_of(register)
    live = contents(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM event_fact WHERE position > 20"))
        connection.execute(text("DELETE FROM event_part"))
        connection.execute(text("UPDATE relationship SET name = 'x'"))
        connection.execute(text("UPDATE organisation SET alias = NULL"))
    assert contents(engine) != live
    rebuild(engine)
    assert contents(engine) == live


# The switch


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
    assert told_of == [(10, 28), (20, 28), (29, 29)]
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


# Crashes


class Interrupted(Exception):
    """What stops a rebuild half-way."""


def interrupt(done_so_far: int, total: int) -> None:
    if done_so_far == 20:
        raise Interrupted


def test_a_failure_half_way_leaves_the_live_tables_whole_and_nothing_behind(register: Recorded) -> None:
    engine = engine_of(register)
    live, before = contents(engine), names(engine)
    with pytest.raises(Interrupted):
        rebuild(engine, interrupt, batch=10)
    assert contents(engine) == live
    assert names(engine) == before


KILLED = """
import os, sys
from domain.store.engine import connect
from projections.rebuild import Filling, rebuild
rebuild(connect(sys.argv[1]), lambda done, total: os._exit(9) if done == 20 else None, batch=10)
"""


def test_a_process_killed_half_way_leaves_the_live_tables_whole(register: Recorded, database_url: str) -> None:
    engine = engine_of(register)
    live, before = contents(engine), names(engine)
    killed = subprocess.run([sys.executable, "-c", KILLED, database_url], cwd=ROOT, check=False)
    assert killed.returncode == 9
    assert contents(engine) == live
    left = set(names(engine)) - set(before)
    assert len(left) == 4
    rebuild(engine)
    assert contents(engine) == live
    assert names(engine) == before


def test_a_rebuild_that_begins_meanwhile_ends_the_other(register: Recorded) -> None:
    engine = engine_of(register)
    live, before = contents(engine), names(engine)

    def begin_another(done_so_far: int, total: int) -> None:
        if done_so_far == 10:
            rebuild(engine)

    with pytest.raises(Exception, match="_next_"):
        rebuild(engine, begin_another, batch=10)
    assert contents(engine) == live
    assert names(engine) == before
