"""The head of the log: one row that every writer locks first, so that positions are dense and commit in order.

Source: docs/audit.md 2.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct
from sqlalchemy import Connection, Engine, bindparam, func, select, update

from domain.store.engine import writing
from domain.store.prepared import Prepared
from domain.store.schema import head

CHANNEL = "counterfoil"  # PostgreSQL's listeners are told here that the log has grown

_size = select(head.c.size).where(head.c.id == 1)
_lock = Prepared(select(head.c.size, head.c.recorded_at).where(head.c.id == 1).with_for_update())
_update = update(head).where(head.c.id == 1).values(size=bindparam("new_size"), recorded_at=bindparam("instant"))
_move = Prepared(_update)
_move_and_tell = Prepared(_update.returning(func.pg_notify(CHANNEL, "")))


class Head(Struct):
    """The locked head within the transaction of `connection`. Who inserts events moves it on.

    size: the position of the last event; recorded_at: its instant as text, None where it has none.
    """

    connection: Connection
    size: int
    recorded_at: str | None


@contextmanager
def locked_head(engine: Engine) -> Iterator[Head]:
    """One write transaction. The head is stored once, at its end; whatever is raised undoes everything."""
    with writing(engine) as connection:
        [(size, recorded_at)] = _lock.rows(connection)
        head = Head(connection=connection, size=size, recorded_at=recorded_at)
        yield head
        if head.size != size:
            move = _move if engine.dialect.name == "sqlite" else _move_and_tell
            move.run(connection, {"new_size": head.size, "instant": head.recorded_at})


def size_of(connection: Connection) -> int:
    """The position of the last event, 0 before the first."""
    size: int = connection.execute(_size).scalar_one()
    return size
