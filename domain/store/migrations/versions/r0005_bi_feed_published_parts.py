"""What was published at the end of a month keeps its numerators, denominators and coverage too; items are found by
relationship without reading all of them.

What was published before is worked out anew from the log when the feed is next brought up to date.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = {
    "bi_fact_relationship_score": ("published_coverage",),
    "bi_fact_principle_score": ("published_coverage",),
    "bi_fact_indicator_score": ("published_numerator", "published_denominator"),
}
ITEMS = ("commitment", "risk", "share", "initiative", "objective", "issue", "action")


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
    for item in ITEMS:
        table = f"bi_item_{item}"
        op.create_index(f"ix_{table}_relationship_id_item_id", table, ["relationship_id", "item_id"])
    op.execute("DELETE FROM bi_standing")
