"""The read models made anew: the same as the live ones, and whole whatever happens half-way."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.store.engine import writing
from golden_files import story
from projections import unfinished
from projections.bulk.database import scratch
from projections.directory import relationship_by_alias
from projections.rebuild import Filling, rebuild
from projections.switching import of_engine
from projections.tables import LIVE
from projections.unfinished import TakenOver
from rebuilding import (
    contents,
    corrected,
    digests,
    engine_of,
    history,
    names,
    promise,
    with_refs,
)
from recording import Recorded
from telling import Line, tell, told, uid

ROOT = Path(__file__).parents[2]


@pytest.fixture
def register(database_url: str) -> Iterator[Recorded]:
    with told(database_url, with_refs(history())) as found:
        yield found


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


def c1(due_on: str) -> Line:
    return {
        "commitment_id": uid("c1"),
        "by_party": uid("a"),
        "to_parties": [uid("b")],
        "title": "c1",
        "due_on": due_on,
    }


KILLED = """
import os, sys
from domain.store.engine import connect
from projections.rebuild import rebuild
rebuild(connect(sys.argv[1]), lambda done, total: os._exit(9) if done == 20 else None, batch=10)
"""


def test_a_process_killed_half_way_leaves_the_live_tables_whole(register: Recorded, database_url: str) -> None:
    engine = engine_of(register)
    live, before = contents(engine), names(engine)
    killed = subprocess.run([sys.executable, "-c", KILLED, database_url], cwd=ROOT, check=False)
    assert killed.returncode == 9
    assert contents(engine) == live
    left = set(names(engine)) - set(before)
    assert len(left) == 5
    went_on: list[int] = []
    rebuild(engine, lambda done, _: went_on.append(done), batch=5)
    assert went_on == [25, 28]
    assert contents(engine) == live
    assert names(engine) == before


def test_what_was_recorded_since_a_rebuild_was_killed_is_in_the_tables(register: Recorded, database_url: str) -> None:
    engine = engine_of(register)
    subprocess.run([sys.executable, "-c", KILLED, database_url], cwd=ROOT, check=False)
    tell(register, promise("c9", "2024-03-03"), corrected("c1", data=c1("2024-03-09")))
    live = contents(engine)
    assert rebuild(engine) == 30
    assert contents(engine) == live


def test_copies_made_by_other_rules_are_not_gone_on_with(register: Recorded, database_url: str) -> None:
    engine = engine_of(register)
    live, before = contents(engine), names(engine)
    subprocess.run([sys.executable, "-c", KILLED, database_url], cwd=ROOT, check=False)
    [note] = [name for name in names(engine) if name.startswith("rebuild_next_")]
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {note} SET rules = 'others'"))
        connection.execute(text(f"DELETE FROM {note.replace('rebuild', 'event_fact')} WHERE position < 9"))
    rebuild(engine)
    assert contents(engine) == live
    assert names(engine) == before


def test_only_its_own_tables_are_removed_at_the_end(register: Recorded) -> None:
    engine = engine_of(register)
    before = names(engine)

    def leave_another(done_so_far: int, total: int) -> None:
        if done_so_far == 10:
            with writing(engine) as connection:
                connection.execute(text("CREATE TABLE event_part_old_0a0a0a0a (position BIGINT)"))

    rebuild(engine, leave_another, batch=10)
    assert set(names(engine)) - set(before) == {"event_part_old_0a0a0a0a"}
    rebuild(engine)
    assert names(engine) == before


def test_an_interruption_within_duckdb_is_an_interruption() -> None:
    def work() -> None:
        with scratch(threads=1) as (duck, _):  # it waits for what other threads have begun
            threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
            duck.execute("SELECT sum(hash(range)) FROM range(1000000000)")

    with pytest.raises(KeyboardInterrupt):
        work()


# Two at once


def test_a_rebuild_that_begins_meanwhile_ends_the_other(register: Recorded) -> None:
    engine = engine_of(register)
    live, before = contents(engine), names(engine)

    def begin_another(done_so_far: int, total: int) -> None:
        if done_so_far == 10:
            rebuild(engine)

    with pytest.raises(TakenOver, match=r"^Another rebuild of the read models has begun meanwhile"):
        rebuild(engine, begin_another, batch=10)
    assert contents(engine) == live
    assert names(engine) == before


@pytest.mark.parametrize("goes_on", [True, False])
def test_copies_that_are_anothers_by_now_are_not_put_in_place(register: Recorded, goes_on: bool) -> None:
    """The other goes on with them, or has removed them as made by other rules."""
    engine = engine_of(register)
    live, before = contents(engine), names(engine)
    switch = of_engine(engine)
    begun = unfinished.begin(engine, 28, constraints=switch.names_constraints_apart)
    filling = Filling(engine, begun.copies, 10, begun)
    while filling.step():
        pass
    if goes_on:
        unfinished.begin(engine, 28, constraints=switch.names_constraints_apart)
    else:
        unfinished.remove(engine)
    with pytest.raises(TakenOver):
        switch.put_in_place(engine, filling, f"_old_{begun.mark}", 1)
    assert contents(engine) == live
    rebuild(engine)
    assert contents(engine) == live
    assert names(engine) == before


def test_a_failure_because_another_has_removed_the_copies_is_said_so(register: Recorded) -> None:
    engine = engine_of(register)
    before = names(engine)

    def remove(done_so_far: int, total: int) -> None:
        if done_so_far == 28:
            unfinished.remove(engine)

    with pytest.raises(TakenOver):
        rebuild(engine, remove)
    assert names(engine) == before
