"""The head of the log: one row that every writer locks first, so that positions are dense and commit in order.

Source: docs/audit.md 2.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct
from sqlalchemy import Connection, Engine, bindparam, func, select, update

from domain.log.verify import Frontier, hashes_of
from domain.store.engine import writing
from domain.store.prepared import Prepared
from domain.store.schema import head

CHANNEL = "counterfoil"  # PostgreSQL's listeners are told here that the log has grown

_size = select(head.c.size).where(head.c.id == 1)
_lock = Prepared(
    select(head.c.size, head.c.recorded_at, head.c.peaks, head.c.read_only).where(head.c.id == 1).with_for_update()
)
_peaks = select(head.c.size, head.c.peaks).where(head.c.id == 1)
_read_only = select(head.c.read_only).where(head.c.id == 1)
_set_read_only = update(head).where(head.c.id == 1).values(read_only=bindparam("reason"))
_update = (
    update(head)
    .where(head.c.id == 1)
    .values(size=bindparam("new_size"), recorded_at=bindparam("instant"), peaks=bindparam("new_peaks"))
)
_move = Prepared(_update)
_move_and_tell = Prepared(_update.returning(func.pg_notify(CHANNEL, "")))


class Head(Struct):
    """The locked head within the transaction of `connection`. Who inserts events moves it on.

    tree: the Merkle tree over all events; recorded_at: the last one's instant as text, None where it has none;
    read_only: why nothing may be recorded, None where it may.
    """

    connection: Connection
    tree: Frontier
    recorded_at: str | None
    read_only: str | None

    @property
    def size(self) -> int:
        """The position of the last event."""
        return self.tree.size


@contextmanager
def locked_head(engine: Engine) -> Iterator[Head]:
    """One write transaction. The head is stored once, at its end; whatever is raised undoes everything."""
    with writing(engine) as connection:
        [(size, recorded_at, peaks, read_only)] = _lock.rows(connection)
        tree = Frontier(size, hashes_of(peaks))
        head = Head(connection=connection, tree=tree, recorded_at=recorded_at, read_only=read_only)
        yield head
        if head.size != size:
            move = _move if engine.dialect.name == "sqlite" else _move_and_tell
            moved = {"new_size": head.size, "instant": head.recorded_at, "new_peaks": b"".join(tree.peaks)}
            move.run(connection, moved)


def size_of(connection: Connection) -> int:
    """The position of the last event, 0 before the first."""
    size: int = connection.execute(_size).scalar_one()
    return size


def tree_of(connection: Connection) -> Frontier:
    """The Merkle tree over all events."""
    size, peaks = connection.execute(_peaks).one()
    return Frontier(size, hashes_of(peaks))


def read_only_reason(connection: Connection) -> str | None:
    """Why nothing is recorded any more, None where it is."""
    reason: str | None = connection.execute(_read_only).scalar_one()
    return reason


def set_read_only(connection: Connection, reason: str | None) -> None:
    """From now on nothing is recorded, for this reason; with None it is again."""
    connection.execute(_set_read_only, {"reason": reason})
