"""The commands that were recorded, by their idempotency key. Source: docs/events.md 1."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, bindparam, insert, select

from domain.errors import IsMalformed
from domain.store.prepared import Prepared
from domain.store.schema import command

LONGEST_ID = 200
AT_ONCE = 500

_select = Prepared(select(command).where(command.c.command_id == bindparam("wanted")))
_several = select(command).where(command.c.command_id.in_(bindparam("wanted", expanding=True)))
_insert = Prepared(insert(command))


class CommandRow(Struct, frozen=True):
    """A recorded command; the positions are None where it appended nothing."""

    command_id: str
    content_sha256: str
    first_position: int | None
    last_position: int | None
    recorded_at: str | None


def find(connection: Connection, command_id: str) -> CommandRow | None:
    """Refuses with IsMalformed a key that could not be stored: empty, over 200 characters, or with a null character."""
    if not _is_possible(command_id):
        said = f"The command id {command_id!r} has not 1 to {LONGEST_ID} characters other than null."
        raise IsMalformed(said, "command_id")
    rows = _select.rows(connection, {"wanted": command_id})
    return CommandRow(*rows[0]) if rows else None


def find_all(connection: Connection, command_ids: Iterable[str]) -> dict[str, CommandRow | None]:
    """By their keys, None for those not recorded. Keys that could not be stored are left out."""
    wanted = [key for key in command_ids if _is_possible(key)]
    found: dict[str, CommandRow | None] = dict.fromkeys(wanted)
    for start in range(0, len(wanted), AT_ONCE):
        for row in connection.execute(_several, {"wanted": wanted[start : start + AT_ONCE]}):
            found[row.command_id] = CommandRow(*row)
    return found


def remember(connection: Connection, rows: Sequence[CommandRow]) -> None:
    if rows:
        _insert.run(connection, *map(asdict, rows))


def _is_possible(command_id: str) -> bool:
    return 1 <= len(command_id) <= LONGEST_ID and "\0" not in command_id
