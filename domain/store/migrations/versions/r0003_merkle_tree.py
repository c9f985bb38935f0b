"""The Merkle tree over the log, checkpoints, and followers that stopped. The events already there get their nodes."""

import sqlalchemy as sa
from alembic import op

from domain.log.tree import added
from domain.log.verify import Frontier, leaf_hash

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    node = op.create_table(
        "node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name="pk_node"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", position, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("timestamp", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoint"),
    )
    op.create_table(
        "halted",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_halted"),
    )
    op.add_column("head", sa.Column("read_only", sa.Text()))
    op.add_column("head", sa.Column("peaks", sa.LargeBinary()))
    _fill(op.get_bind(), node)
    with op.batch_alter_table("head") as head:
        head.alter_column("peaks", existing_type=sa.LargeBinary(), nullable=False)


def _fill(connection: sa.Connection, node: sa.Table) -> None:
    event = sa.table("event", sa.column("position"), sa.column("envelope"))
    head = sa.table("head", sa.column("peaks", sa.LargeBinary()))
    tree = Frontier()
    while texts := list(
        connection.execute(
            sa.select(event.c.envelope).where(event.c.position > tree.size).order_by(event.c.position).limit(AT_ONCE)
        ).scalars()
    ):
        rows = [
            {"level": level, "number": number, "hash": hashed}
            for text in texts
            for (level, number), hashed in added(tree, leaf_hash(text.encode()))
        ]
        connection.execute(sa.insert(node), rows)
    connection.execute(sa.update(head).values(peaks=b"".join(tree.peaks)))
