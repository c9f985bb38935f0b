"""What the feed must work out anew because something was recorded or a day has passed, a few relationships at a time.

Each transaction writes the rows of some relationships and how they stand, so that whoever comes later goes on from
there. It is known at one position and as at one day throughout; nothing here reads a clock. Source: docs/design.md 6.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update

from domain.store.engine import reading, writing
from domain.store.head import size_of
from domain.store.schema import event
from projections import days
from projections.bi import histories, itemising, registry, scoring
from projections.bi.asked import Asked
from projections.bi.dimensions import BRIDGE_RELATIONSHIP_PARTY, DIM_RELATIONSHIP
from projections.bi.keeping import Moment, Row, keep
from projections.bi.scoring import Scoring
from projections.bi.tables import Kept, reached, standing
from projections.scorecards.asking import every
from projections.scorecards.question import Question
from projections.scorecards.scorecard import Scorecard
from projections.scorecards.service import scorecards

NAME = "bi"
AT_ONCE, MANY = 10, 100
"""Relationships that are worked out at a time, and from which number on in DuckDB instead of the register itself."""
QUESTIONS_AT_ONCE = 50
Progress = Callable[[int, int], None]
"""Told how many relationships are done, of how many."""


class Stand(Struct, frozen=True, kw_only=True):
    """The position at which the feed stands now, and how many rows were written to bring it there."""

    position: int
    written: int


def position(connection: Connection) -> int | None:
    """The position at which the whole feed last stood; None before it was first made."""
    found: int | None = connection.execute(select(func.max(reached.c.position))).scalar_one()
    return found


def first_turn(connection: Connection, position: int) -> int:
    """The turn in which the feed first stood at the last of its positions up to this one; 0 before all of them."""
    statement = select(reached.c.first_turn).where(reached.c.position <= position)
    found: int | None = connection.execute(statement.order_by(reached.c.position.desc()).limit(1)).scalar_one_or_none()
    return found or 0


def last_turn(connection: Connection) -> int:
    """The last turn that wrote anything: while it is the same, so is the feed."""
    found: int | None = connection.execute(select(func.max(reached.c.last_turn))).scalar_one()
    return found or 0


def catch_up(engine: Engine, now: datetime, progress: Progress = lambda *_: None) -> Stand:
    """The feed holds what the log says up to the position that is given back, as at today."""
    with reading(engine) as connection:
        size, before = size_of(connection), position(connection)
        due = _due(connection, before, size, now)
    if not due and before == size:
        return Stand(position=size, written=0)
    with reading(engine) as connection:
        wide = registry.rows(connection, size, now.astimezone(UTC).date())
    written = 0
    with _turn(engine, size) as (connection, at):
        if not _is_further(connection, size):
            written += sum(keep(connection, table, None, its, at) for table, its in wide.items())
            _use_up(connection, at, written)
    with _scoring(engine, size, len(due)) as (score, at_once):
        for start in range(0, len(due), at_once):
            some = due[start : start + at_once]
            with reading(engine) as connection:
                rows = _worked_out(connection, some, score)
            with _turn(engine, size) as (connection, at):
                if _is_further(connection, size):
                    break
                done = _keep(connection, some, rows, at)
                _use_up(connection, at, done)
            written += done
            progress(min(start + at_once, len(due)), len(due))
    with _turn(engine, size) as (connection, at):
        if not _is_further(connection, size):
            _reach(connection, at)
    return Stand(position=size, written=written)


@contextmanager
def _scoring(engine: Engine, size: int, count: int) -> Iterator[tuple[Scoring, int]]:
    """How so many relationships are scored, and how many at a time: many of them in DuckDB, from the log."""
    if count < MANY:
        yield _live, AT_ONCE
        return
    from projections.bulk.opening import bulk  # noqa: PLC0415 - DuckDB takes long to import

    with bulk(engine, size) as scoring:

        def score(_: Connection, questions: Sequence[Question], explained: bool) -> Iterator[Scorecard]:
            return scoring.scorecards(questions, explained=explained)

        yield score, MANY


@contextmanager
def _turn(engine: Engine, size: int) -> Iterator[tuple[Connection, Moment]]:
    """A transaction that writes, with a turn of its own: greater than that of every row which could be read before.

    The number is read behind the lock, when all who wrote before have committed, and what is written uses it up within
    the same transaction, also where the run is broken off later. So rows that are written once the feed has stood at a
    position have a greater turn than its first one there: who read at that position is sent them. Until the feed has
    stood anywhere there is nothing to use it up in; nobody can have read at a position then.
    """
    with writing(engine) as connection:
        _take_turns(connection)
        yield connection, Moment(position=size, turn=last_turn(connection) + 1)


def _is_further(connection: Connection, size: int) -> bool:
    """Whether another follower has brought the feed beyond that position: it stands as that one left it."""
    return (position(connection) or 0) > size


def _use_up(connection: Connection, at: Moment, written: int) -> None:
    """Where anything was written, no other transaction gets the turn."""
    if written:
        here = reached.c.position == position(connection)
        connection.execute(update(reached).where(here).values(last_turn=at.turn))


def _reach(connection: Connection, at: Moment) -> None:
    if position(connection) != at.position:
        connection.execute(insert(reached).values(position=at.position, first_turn=at.turn, last_turn=at.turn))


def forget(engine: Engine) -> None:
    """Everything is worked out anew the next time; rows that come out the same stay as they are."""
    with writing(engine) as connection:
        connection.execute(delete(standing))


def _take_turns(connection: Connection) -> None:
    """Followers of other processes wait until the transaction ends. On SQLite writers do so anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {standing.name} IN SHARE ROW EXCLUSIVE MODE"))


def _due(connection: Connection, before: int | None, size: int, now: datetime) -> list[Asked]:
    """The relationships that are new to the feed, of which something was recorded, or whose day has changed."""
    changed = set() if before is None else _changed(connection, before, size)
    stood = {row.relationship_id: row for row in connection.execute(select(standing))}
    found = []
    for about in every(connection):
        one = Asked(about=about, today=max(about.today(now), about.registered_on), known_at=size)
        row = stood.get(one.id)
        if row is None or None in changed or one.id in changed or row.as_of != days.number(one.today):
            found.append(one)
    return found


def _changed(connection: Connection, before: int, size: int) -> set[str | None]:
    """The relationships of the entries since; None where one is about the scoring policy, which concerns them all."""
    e = event.c
    since = (e.position > before, e.position <= size)
    found = connection.execute(select(e.relationship_id).where(*since, e.relationship_id.is_not(None)).distinct())
    changed: set[str | None] = set(found.scalars())
    of_all = (e.type.not_like("organisation.%"), e.type.not_like("person.%"))
    wide = select(e.position).where(*since, e.relationship_id.is_(None), *of_all).limit(1)
    if connection.execute(wide).first() is not None:
        changed.add(None)
    return changed


def _worked_out(connection: Connection, asked: Sequence[Asked], score: Scoring) -> dict[Kept, list[Row]]:
    found: dict[Kept, list[Row]] = defaultdict(list)
    versions = histories.versions(connection, asked)
    found[DIM_RELATIONSHIP] = list(histories.relationship_rows(asked, versions))
    found[BRIDGE_RELATIONSHIP_PARTY] = [
        (key, *row) for key, some in histories.parties(connection, asked).items() for row in some
    ]
    for snapshot in scoring.snapshots(connection, asked, score):
        for table, rows in scoring.rows(snapshot, versions[snapshot.asked.id]).items():
            found[table].extend(rows)
    found.update(itemising.rows(connection, asked))
    return found


def _live(connection: Connection, questions: Sequence[Question], explained: bool) -> Iterator[Scorecard]:
    for start in range(0, len(questions), QUESTIONS_AT_ONCE):
        yield from scorecards(connection, questions[start : start + QUESTIONS_AT_ONCE], explained=explained)


def _keep(connection: Connection, asked: Sequence[Asked], rows: dict[Kept, list[Row]], at: Moment) -> int:
    """The rows of those relationships that another follower has not brought further meanwhile; how many changed."""
    s = standing.c
    ids = [one.id for one in asked]
    stood = {row.relationship_id: row for row in connection.execute(select(standing).where(s.relationship_id.in_(ids)))}
    ours = {one.id: one for one in asked if _is_behind(stood.get(one.id), one)}
    if not ours:
        return 0
    written = 0
    for table, some in rows.items():
        place = [field.name for field in table.fields].index("relationship_id")
        written += keep(connection, table, ours.keys(), (row for row in some if row[place] in ours), at)
    connection.execute(delete(standing).where(s.relationship_id.in_(list(ours))))
    connection.execute(
        insert(standing),
        [
            {"relationship_id": one.id, "known_at": one.known_at, "as_of": days.number(one.today)}
            for one in ours.values()
        ],
    )
    return written


def _is_behind(stood: Any, one: Asked) -> bool:
    return stood is None or (stood.known_at, stood.as_of) <= (one.known_at, days.number(one.today))
