"""The commands that were recorded, by their idempotency key. Source: docs/events.md 1."""

from msgspec import Struct
from sqlalchemy import Connection, bindparam, insert, select

from domain.errors import IsMalformed
from domain.store.prepared import Prepared
from domain.store.schema import command

LONGEST_ID = 200

_select = Prepared(select(command).where(command.c.command_id == bindparam("wanted")))
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
    if not 1 <= len(command_id) <= LONGEST_ID or "\0" in command_id:
        raise IsMalformed(f"The command id {command_id!r} has not 1 to {LONGEST_ID} characters other than null.")
    rows = _select.rows(connection, {"wanted": command_id})
    return CommandRow(*rows[0]) if rows else None


def remember(connection: Connection, row: CommandRow) -> None:
    _insert.run(connection, {name: getattr(row, name) for name in row.__struct_fields__})
