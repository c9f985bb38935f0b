"""What a table of the feed is: its fields, its key, who may see its rows, and where they come from."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct
from sqlalchemy import BigInteger, Column, FromClause, Index, Integer, MetaData, String, Table

from projections.bi.columns import CHANGED_AT, IS_DELETED, Field, storage
from projections.schema import metadata as read_models

metadata = MetaData(naming_convention=read_models.naming_convention)

Visibility = Literal["everyone", "organisation", "relationship", "entry"]
"""Who sees a row: everyone; organisations that work with the one in `organisation_id`; the parties of the relationship
in `relationship_id`; of these the one in `own_of` alone, where that is not null. Entries of the whole register are
for the operator alone: what they say of organisations and policies is in the dimensions."""


class FeedTable(Struct, frozen=True, kw_only=True):
    """One table. `grain`: what a row stands for; `key`: the fields that tell rows apart, in their order.

    source: its rows as known at a position, in their stored form, with `changed_at` and `is_deleted`.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    visibility: Visibility
    source: Callable[[int], FromClause]

    @property
    def columns(self) -> tuple[Field, ...]:
        """Its fields and the two that every table has."""
        return (*self.fields, CHANGED_AT, IS_DELETED)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.columns if field.name == name), None)


class Kept(FeedTable, frozen=True, kw_only=True):
    """A table whose rows are worked out by the follower and stored, with the turn of the last change of each in
    `changed_turn`. `scope`: the field by which they are worked out anew together; "" where all of them are."""

    stored: Table
    scope: str


def kept(
    name: str, grain: str, key: tuple[str, ...], fields: tuple[Field, ...], visibility: Visibility, scope: str = ""
) -> Kept:
    """A table that is stored as `bi_<name>`. No `scope`: all of its rows are worked out together."""
    stored = _stored(f"bi_{name}", fields, key, metadata)
    return Kept(
        name=name,
        grain=grain,
        key=key,
        fields=fields,
        visibility=visibility,
        source=lambda _: stored,
        stored=stored,
        scope=scope,
    )


def _stored(name: str, fields: tuple[Field, ...], key: tuple[str, ...], metadata: MetaData) -> Table:
    columns = [
        Column(field.name, storage(field), primary_key=field.name in key, nullable=field.optional, autoincrement=False)
        for field in (*fields, CHANGED_AT, IS_DELETED)
    ]
    found = Table(
        name, metadata, *columns, Column("changed_turn", BigInteger, nullable=False), Index(None, "changed_at")
    )
    if tuple(found.primary_key.columns.keys()) != key:  # rows are kept by scope, and paged through, in the key's order
        Index(None, *(found.c[field] for field in key))
    return found


standing = Table(
    "bi_standing",
    metadata,
    Column("relationship_id", String(36), primary_key=True),
    Column("known_at", BigInteger, nullable=False),
    Column("as_of", Integer, nullable=False),
)
"""As known at which position, and as at which day, the rows of each relationship stand."""

reached = Table(
    "bi_reached",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("first_turn", BigInteger, nullable=False),
    Column("last_turn", BigInteger, nullable=False),
)
"""The positions that the feed as a whole has stood at, each with the turn in which it came there and the last one that
wrote anything while it stood there, also on the way to the next.

Every transaction of the follower that writes is one turn: at the same position the days pass, and a rebuild mends rows.
"""

reader = Table(
    "bi_reader",
    metadata,
    Column("role", String(63), primary_key=True),
    Column("organisation_id", String(36), nullable=False),
)
"""The roles of PostgreSQL that read the feed by SQL, and for which organisation each does (readers.py)."""
