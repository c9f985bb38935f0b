"""The checkpoints that were published, and followers that stopped. Source: docs/audit.md 3 and 4."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from domain.store.schema import checkpoint, halted


class CheckpointRow(Struct, frozen=True):
    """One checkpoint. `note` is None until it is signed; `final` when the cosignatures in it make the quorum."""

    size: int
    root: bytes
    recorded_at: str
    note: str | None = None
    final: bool = False
    timestamp: bytes | None = None


class HaltedRow(Struct, frozen=True):
    """A follower that stopped: its name, the position it could not pass, why and since when."""

    name: str
    position: int
    reason: str
    since: str


_all = select(checkpoint).order_by(checkpoint.c.size)
_at = select(checkpoint).where(checkpoint.c.size == bindparam("wanted"))
_locked = _at.with_for_update()
_unsigned = _all.where(checkpoint.c.note.is_(None), checkpoint.c.size > bindparam("above"))
_newest = select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)
_signed = _newest.where(checkpoint.c.note.is_not(None))
_final = _newest.where(checkpoint.c.final)
_covering = (
    select(checkpoint)
    .where(checkpoint.c.size >= bindparam("position"), checkpoint.c.note.is_not(None))
    .order_by(checkpoint.c.size)
    .limit(1)
)
_change = (
    update(checkpoint)
    .where(checkpoint.c.size == bindparam("wanted"))
    .values(note=bindparam("new_note"), final=bindparam("is_final"))
)
_stamp = update(checkpoint).where(checkpoint.c.size == bindparam("wanted")).values(timestamp=bindparam("new_timestamp"))


def newest(connection: Connection, *, signed: bool = True, final: bool = False) -> CheckpointRow | None:
    """The one of the greatest size; among the signed or the final ones where asked."""
    statement = _final if final else _signed if signed else _newest
    return _one(connection, statement)


def at(connection: Connection, size: int) -> CheckpointRow | None:
    return _one(connection, _at, wanted=size)


def locked(connection: Connection, size: int) -> CheckpointRow | None:
    """As `at`; until the transaction ends, nobody else can change it."""
    return _one(connection, _locked, wanted=size)


def unsigned(connection: Connection, above: int) -> list[CheckpointRow]:
    """Those of greater sizes that were stored and not signed yet."""
    return [CheckpointRow(*row) for row in connection.execute(_unsigned, {"above": above})]


def covering(connection: Connection, position: int) -> CheckpointRow | None:
    """The first signed one that has the event at this position in it."""
    return _one(connection, _covering, position=position)


def every(connection: Connection) -> list[CheckpointRow]:
    """All of them in the order of their sizes."""
    return [CheckpointRow(*row) for row in connection.execute(_all)]


def put(connection: Connection, rows: Sequence[CheckpointRow]) -> None:
    """Stores new ones. Raises SQLAlchemy's IntegrityError where there is one of the same size."""
    if rows:
        connection.execute(insert(checkpoint), [asdict(row) for row in rows])


def sign(connection: Connection, size: int, note: str, *, final: bool) -> None:
    """The signed checkpoint, with all cosignatures that came in so far."""
    connection.execute(_change, {"wanted": size, "new_note": note, "is_final": final})


def stamp(connection: Connection, size: int, timestamp: bytes) -> None:
    """The RFC 3161 response over the signed checkpoint."""
    connection.execute(_stamp, {"wanted": size, "new_timestamp": timestamp})


def halts(connection: Connection) -> list[HaltedRow]:
    """The followers that stopped."""
    return [HaltedRow(*row) for row in connection.execute(select(halted).order_by(halted.c.name))]


def halt(connection: Connection, row: HaltedRow) -> None:
    """The follower stands still from now on, for this reason."""
    resume(connection, row.name)
    connection.execute(insert(halted).values(asdict(row)))


def resume(connection: Connection, name: str) -> None:
    """The follower may go on."""
    connection.execute(delete(halted).where(halted.c.name == name))


def _one(connection: Connection, statement: Select[Any], **parameters: object) -> CheckpointRow | None:
    row = connection.execute(statement, parameters).one_or_none()
    return None if row is None else CheckpointRow(*row)
