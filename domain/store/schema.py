"""The tables of the log and the vault. Migrations make them (migrations/versions); nothing else does."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# On SQLite an INTEGER primary key is the row's own number, so the table lies in position order.
Position = BigInteger().with_variant(Integer, "sqlite")
Id = String(36)  # a UUID in its lower-case form with hyphens
Instant = String(27)  # UTC, as instants.py writes it: its text order is its time order

# One row. `size` is the position of the last event, 0 before the first; `peaks` are the hashes of the tree's complete
# subtrees from left to right, one behind the other; `read_only` is why nothing is recorded any more, null where it is.
head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("recorded_at", Instant),
    Column("peaks", LargeBinary, nullable=False),
    Column("read_only", Text),
)

# `envelope` is the event, verbatim; the other columns repeat what is looked up by. They are null where an event
# comes from the library's own tests and is no envelope.
event = Table(
    "event",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("stream_id", Id, nullable=False),
    Column("stream_version", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("event_id", Id),
    Column("relationship_id", Id),
    Column("recorded_at", Instant),
    Column("envelope", Text, nullable=False),
    UniqueConstraint("stream_id", "stream_version"),
    UniqueConstraint("event_id"),
    Index(None, "relationship_id", "type", "position"),
    Index(None, "relationship_id", "position"),
)

# The Merkle tree over the log (docs/audit.md 1): on level 0 the leaf hash of every event, its number one less than the
# position; a node of level L is there once its 2^L leaves are.
node = Table(
    "node",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# What the publisher vouches for (docs/audit.md 3). `note` is the signed checkpoint with the cosignatures that came in,
# null until it is signed; `final` when they make the quorum; `timestamp` an RFC 3161 response, where one was asked for.
checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", Position, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("note", Text),
    Column("final", Boolean, nullable=False),
    Column("timestamp", LargeBinary),
)

# A follower that stopped at an event it cannot pass, and why.
halted = Table(
    "halted",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Instant, nullable=False),
)

# A command that appended nothing has no positions.
command = Table(
    "command",
    metadata,
    Column("command_id", String(200), primary_key=True),
    Column("content_sha256", String(64), nullable=False),
    Column("first_position", BigInteger),
    Column("last_position", BigInteger),
    Column("recorded_at", Instant),
)

# The data key of one subject, encrypted under the key-encryption key (vault.py).
vault_key = Table(
    "vault_key",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("nonce", LargeBinary, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
)

# A sealed value is named by its subject and its commitment, as in the event.
vault_value = Table(
    "vault_value",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("nonce", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
)

# How far a follower has come.
tracking = Table(
    "tracking",
    metadata,
    Column("application_name", Text, primary_key=True),
    Column("notification_id", BigInteger, nullable=False),
)

# A token reads for one organisation, until it is revoked (tokens.py). `last_four` are its last characters.
token = Table(
    "token",
    metadata,
    Column("token_id", String(8), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("last_four", String(4), nullable=False),
    Column("name", Text),
    Column("organisation_id", Id, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    UniqueConstraint("sha256"),
)
