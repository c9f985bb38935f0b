"""The journal and the tables of current state (projections/schema.py)."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.String(36)


def upgrade() -> None:
    op.create_table(
        "event_fact",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("known_from", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("relationship_id", _ID),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("on_day", sa.Integer(), nullable=False),
        sa.Column("ord", sa.BigInteger(), nullable=False),
        *(sa.Column(name, _ID) for name in ("behalf", "own_of", "item", "ref", "party", "about")),
        sa.Column("person", sa.String(100)),
        *(sa.Column(name, sa.Integer()) for name in ("due_day", "from_day", "asked_day")),
        *(sa.Column(name, sa.BigInteger()) for name in ("number", "extra", "amount", "base")),
        sa.Column("code", sa.String(100)),
        sa.Column("label", sa.String(100)),
        sa.Column("text", sa.Text()),
        sa.Column("flag", sa.Boolean()),
        sa.PrimaryKeyConstraint("position", "known_from", name="pk_event_fact"),
    )
    op.create_index("ix_event_fact_relationship_id_type_on_day", "event_fact", ["relationship_id", "type", "on_day"])
    op.create_index("ix_event_fact_event_id", "event_fact", ["event_id"])
    op.create_table(
        "event_part",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("known_from", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("party", _ID),
        sa.Column("person", _ID),
        sa.Column("code", sa.String(100)),
        sa.Column("label", sa.String(100)),
        sa.Column("number", sa.BigInteger()),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("day", sa.Integer()),
        sa.PrimaryKeyConstraint("position", "known_from", "field", "n", name="pk_event_part"),
    )
    op.create_table(
        "relationship",
        sa.Column("relationship_id", _ID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("alias", sa.String(100)),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("time_zone", sa.String(100), nullable=False),
        sa.Column("registered_day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("relationship_id", name="pk_relationship"),
        sa.UniqueConstraint("alias", name="uq_relationship_alias"),
    )
    op.create_table(
        "organisation",
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("alias", sa.String(100)),
        sa.Column("legal_name", sa.String(500), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("merged_into", _ID),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_organisation"),
        sa.UniqueConstraint("alias", name="uq_organisation_alias"),
    )
