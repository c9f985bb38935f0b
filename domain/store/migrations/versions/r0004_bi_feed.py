"""The tables of the BI feed, how far it has come (projections/bi/tables.py), and the tokens of those who read it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "id": sa.String(36),
    "text": sa.Text(),
    "big": sa.BigInteger(),
    "day": sa.Integer(),
    "flag": sa.Boolean(),
}
TABLES = {
    "bi_dim_relationship": """
        relationship_key:text relationship_id:id* alias:text? name:text form:text currency:text time_zone:text
        stage:big tier:text? status:text valid_from:day* valid_to:day? is_current:flag
    """,
    "bi_bridge_relationship_party": """
        relationship_id:id* organisation_id:id* valid_from:day* valid_to:day?
    """,
    "bi_dim_organisation": """
        organisation_id:id* alias:text? legal_name:text country:text merged_into:id?
    """,
    "bi_dim_principle": """
        principle_id:text* number:big title:text purpose:text clause:big
    """,
    "bi_dim_indicator": """
        indicator_id:text* principle_id:text number:big title:text unit:text kind:text formula:text no_data:text
        higher_is_better:flag from_stage:big
    """,
    "bi_dim_stage": """
        stage:big* title:text
    """,
    "bi_dim_policy": """
        policy_version:big* effective_from:day? amber_from:big green_from:big gate_plan_not_agreed:flag
        gate_exit_strategy_not_agreed:flag gate_severe_breach:flag gate_principle_red:flag
    """,
    "bi_bridge_policy_indicator": """
        policy_version:big* indicator_id:text* floor:big target:big weight:big window_days:big? min_n:big
        enabled:flag principle_weight:big
    """,
    "bi_dim_date": """
        date:day* year:big quarter:big month:big day_of_month:big iso_year:big iso_week:big weekday:big
        year_month:text is_month_end:flag
    """,
    "bi_fact_relationship_score": """
        relationship_id:id* relationship_key:text period:text* snapshot:text as_of:day policy_version:big
        stage:big score:big? band:text coverage:big confidence:text rated_principles:big trend:text
        trend_delta:big? gates:text? sensitivity_low:big? sensitivity_high:big? digest:text?
        published_known_at:big? published_score:big? published_band:text? is_restated:flag
    """,
    "bi_fact_principle_score": """
        relationship_id:id* relationship_key:text principle_id:text* period:text* snapshot:text as_of:day
        policy_version:big stage:big score:big? band:text coverage:big weight:big contribution:big? trend:text
        trend_delta:big? published_known_at:big? published_score:big? published_band:text? is_restated:flag
    """,
    "bi_fact_indicator_score": """
        relationship_id:id* relationship_key:text indicator_id:text* principle_id:text period:text*
        snapshot:text as_of:day policy_version:big stage:big status:text value:big? numerator:big?
        denominator:big? score:big? weight:big contribution:big? published_known_at:big? published_status:text?
        published_value:big? published_score:big? is_restated:flag
    """,
    "bi_fact_contribution": """
        relationship_id:id* indicator_id:text* position:big* reason:text* entries:big
    """,
    "bi_item_commitment": """
        item_id:id* relationship_id:id* own_of:id? position:big by_party:id title:text weight:big origin:text?
        due_on:day scored_due_on:day done_on:day? in_dispute:flag days_late:big? reschedulings:big state:text
        valid_from:day valid_to:day?
    """,
    "bi_item_risk": """
        item_id:id* relationship_id:id* own_of:id? position:big owner_party:id? title:text category:text
        joint:flag probability:big? impact:big? rating:big? exposure:big? assessed_on:day? due_on:day?
        treatments:big losses:big materialised_on:day? state:text valid_from:day valid_to:day?
    """,
    "bi_item_share": """
        item_id:id* relationship_id:id* own_of:id? position:big from_party:id title:text classification:text?
        ip_status:text? contains_personal_data:flag expires_on:day? recipients:big acknowledged:big state:text
        valid_from:day valid_to:day?
    """,
    "bi_item_initiative": """
        item_id:id* relationship_id:id* own_of:id? position:big by_party:id title:text value_type:text
        expected:big due_on:day decided_on:day? target:big? claimed:big verified:big state:text valid_from:day
        valid_to:day?
    """,
    "bi_item_objective": """
        item_id:id* relationship_id:id* own_of:id? position:big owner_party:id title:text measure:text unit:text
        baseline:big target:big value:big? measured_on:day? due_on:day scored_due_on:day state:text
        valid_from:day valid_to:day?
    """,
    "bi_item_issue": """
        item_id:id* relationship_id:id* own_of:id? position:big by_party:id title:text severity:big due_on:day
        resolved_on:day? days_late:big? reopened:big escalated_to:text? state:text valid_from:day valid_to:day?
    """,
    "bi_item_action": """
        item_id:id* relationship_id:id* own_of:id? position:big kind:text owner_party:id? title:text
        origin:text? indicator_id:text? joint:flag? due_on:day done_on:day? days_late:big? effective:flag?
        state:text valid_from:day valid_to:day?
    """,
}
"""Name and type of every column; * part of the key, ? may be null."""


def upgrade() -> None:
    for name, columns in TABLES.items():
        op.create_table(
            name,
            *(_column(*column.split(":")) for column in columns.split()),
            sa.Column("changed_at", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("is_deleted", sa.Boolean(), nullable=False),
            sa.Column("changed_turn", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint(*_key(columns), name=f"pk_{name}"),
        )
        op.create_index(f"ix_{name}_changed_at", name, ["changed_at"])
    op.create_table(
        "bi_standing",
        sa.Column("relationship_id", sa.String(36), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("relationship_id", name="pk_bi_standing"),
    )
    op.create_table(
        "bi_reached",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_turn", sa.BigInteger(), nullable=False),
        sa.Column("last_turn", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_bi_reached"),
    )
    op.create_table(
        "bi_reader",
        sa.Column("role", sa.String(63), nullable=False),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("role", name="pk_bi_reader"),
    )
    op.create_table(
        "token",
        sa.Column("token_id", sa.String(8), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("last_four", sa.String(4), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("revoked_at", sa.String(27)),
        sa.PrimaryKeyConstraint("token_id", name="pk_token"),
        sa.UniqueConstraint("sha256", name="uq_token_sha256"),
    )


def _column(name: str, kind: str) -> sa.Column[Any]:
    return sa.Column(name, TYPES[kind.rstrip("*?")], nullable=kind.endswith("?"), autoincrement=False)


def _key(columns: str) -> list[str]:
    return [column.split(":")[0] for column in columns.split() if column.endswith("*")]
