"""The log, its head and its commands; the vault; the places of followers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(27)),
        sa.PrimaryKeyConstraint("id", name="pk_head"),
    )
    op.execute("INSERT INTO head (id, size) VALUES (1, 0)")
    op.create_table(
        "event",
        sa.Column("position", position, autoincrement=False, nullable=False),
        sa.Column("stream_id", sa.String(36), nullable=False),
        sa.Column("stream_version", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("event_id", sa.String(36)),
        sa.Column("relationship_id", sa.String(36)),
        sa.Column("recorded_at", sa.String(27)),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_event"),
        sa.UniqueConstraint("stream_id", "stream_version", name="uq_event_stream_id_stream_version"),
        sa.UniqueConstraint("event_id", name="uq_event_event_id"),
    )
    op.create_index("ix_event_relationship_id_type_position", "event", ["relationship_id", "type", "position"])
    op.create_index("ix_event_relationship_id_position", "event", ["relationship_id", "position"])
    op.create_table(
        "command",
        sa.Column("command_id", sa.String(200), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("first_position", sa.BigInteger()),
        sa.Column("last_position", sa.BigInteger()),
        sa.Column("recorded_at", sa.String(27)),
        sa.PrimaryKeyConstraint("command_id", name="pk_command"),
    )
    op.create_table(
        "vault_key",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_vault_key"),
    )
    op.create_table(
        "vault_value",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "sha256", name="pk_vault_value"),
    )
    op.create_table(
        "tracking",
        sa.Column("application_name", sa.Text(), nullable=False),
        sa.Column("notification_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("application_name", name="pk_tracking"),
    )
