"""The tokens of organisations, each of which reads for one of them. Source: docs/design.md 9.

A token has 256 random bits and is shown once. Stored is its SHA-256: slow hashes are for what people can think of.
"""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, Row, insert, null, select, update

from domain.errors import unknown
from domain.store.instants import format_instant, parse_instant
from domain.store.schema import token

PREFIX = "cf_"
_t = token.c


class Token(Struct, frozen=True, kw_only=True):
    """What is known of a token. `last_four`: its last characters, by which people tell tokens apart."""

    id: str
    organisation_id: UUID
    name: str | None
    last_four: str
    created_at: datetime
    revoked_at: datetime | None


def new_token() -> str:
    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def create(connection: Connection, organisation_id: UUID, name: str | None, now: datetime) -> tuple[str, Token]:
    """The token itself, which nobody can be told again, and what is kept of it."""
    text = new_token()
    made = Token(
        id=secrets.token_hex(4),
        organisation_id=organisation_id,
        name=name,
        last_four=text[-4:],
        created_at=now,
        revoked_at=None,
    )
    row = {
        "token_id": made.id,
        "sha256": _digest(text),
        "last_four": made.last_four,
        "name": name,
        "organisation_id": str(organisation_id),
        "created_at": format_instant(now),
    }
    connection.execute(insert(token).values(row))
    return text, made


def every(connection: Connection) -> list[Token]:
    """The revoked ones too, in the order in which they were made."""
    return [_token(row) for row in connection.execute(select(token).order_by(_t.created_at, _t.token_id))]


def find(connection: Connection, text: str) -> Token | None:
    """The token that reads so; None where there is none, or where it is revoked."""
    row = connection.execute(select(token).where(_t.sha256 == _digest(text), _t.revoked_at.is_(null()))).first()
    return None if row is None else _token(row)


def revoke(connection: Connection, id: str, now: datetime) -> Token:
    """The token opens nothing from now on; one that was revoked before stays as it was. Raises UnknownId."""
    standing = (_t.token_id == id, _t.revoked_at.is_(null()))
    connection.execute(update(token).where(*standing).values(revoked_at=format_instant(now)))
    row = connection.execute(select(token).where(_t.token_id == id)).first()
    if row is None:
        raise unknown("token", id)
    return _token(row)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _token(row: Row[tuple[object, ...]]) -> Token:
    return Token(
        id=row.token_id,
        organisation_id=UUID(row.organisation_id),
        name=row.name,
        last_four=row.last_four,
        created_at=parse_instant(row.created_at),
        revoked_at=None if row.revoked_at is None else parse_instant(row.revoked_at),
    )
