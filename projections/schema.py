"""The read models' tables. The journal is one typed, bitemporal row per event; the rest is current state.

A row of the journal holds from `known_from` (a position) to before `known_to`. Days are counted from 1970-01-01.
Source: docs/design.md (the way of a fact; how 54 indicators stay portable).
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
OPEN = 2**62
"""`known_to` of a row that nothing has replaced."""
_id = String(36)

event_fact = Table(
    "event_fact",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("known_from", BigInteger, primary_key=True, autoincrement=False),
    Column("known_to", BigInteger, nullable=False),
    Column("event_id", _id, nullable=False),
    Column("relationship_id", _id),
    Column("type", String(60), nullable=False),
    Column("on_day", Integer, nullable=False),
    Column("ord", BigInteger, nullable=False),
    Column("behalf", _id),
    Column("own_of", _id),
    Column("item", _id),
    Column("ref", _id),
    Column("party", _id),
    Column("about", _id),
    Column("person", String(100)),
    Column("due_day", Integer),
    Column("from_day", Integer),
    Column("asked_day", Integer),
    Column("number", BigInteger),
    Column("extra", BigInteger),
    Column("amount", BigInteger),
    Column("base", BigInteger),
    Column("code", String(100)),
    Column("label", String(100)),
    Column("text", Text),
    Column("flag", Boolean),
    Index(None, "relationship_id", "type", "on_day"),
    Index(None, "event_id"),
)

event_part = Table(
    "event_part",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("known_from", BigInteger, primary_key=True, autoincrement=False),
    Column("field", String(40), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("party", _id),
    Column("person", _id),
    Column("code", String(100)),
    Column("label", String(100)),
    Column("number", BigInteger),
    Column("amount", BigInteger),
    Column("day", Integer),
)

relationship = Table(
    "relationship",
    metadata,
    Column("relationship_id", _id, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("alias", String(100), unique=True),
    Column("name", String(500), nullable=False),
    Column("form", String(20), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("time_zone", String(100), nullable=False),
    Column("registered_day", Integer, nullable=False),
)

organisation = Table(
    "organisation",
    metadata,
    Column("organisation_id", _id, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("alias", String(100), unique=True),
    Column("legal_name", String(500), nullable=False),
    Column("country", String(2), nullable=False),
    Column("merged_into", _id),
)
