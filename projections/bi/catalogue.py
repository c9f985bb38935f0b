"""All tables of the feed, version 1, in the order in which they are listed."""

from projections.bi.dimensions import (
    DIM_DATE,
    DIM_INDICATOR,
    DIM_ORGANISATION,
    DIM_POLICY,
    DIM_PRINCIPLE,
    DIM_RELATIONSHIP,
    DIM_STAGE,
    DIMENSIONS,
)
from projections.bi.events import EVENT_FACT
from projections.bi.items import ITEMS
from projections.bi.scores import SCORES
from projections.bi.tables import FeedTable, Kept

VERSION = 1
TABLES: tuple[FeedTable, ...] = (*DIMENSIONS, *SCORES, EVENT_FACT, *(family.table for family in ITEMS))
KEPT: tuple[Kept, ...] = tuple(table for table in TABLES if isinstance(table, Kept))


def table_named(name: str) -> FeedTable | None:
    return next((table for table in TABLES if table.name == name), None)


_ORGANISATIONS = (
    "organisation_id",
    "merged_into",
    "own_of",
    "on_behalf_of",
    "party_id",
    "about_party_id",
    "by_party",
    "owner_party",
    "from_party",
)
_REFERENCES: dict[str, tuple[FeedTable, str]] = {
    **dict.fromkeys(_ORGANISATIONS, (DIM_ORGANISATION, "organisation_id")),
    "relationship_key": (DIM_RELATIONSHIP, "relationship_key"),
    "principle_id": (DIM_PRINCIPLE, "principle_id"),
    "indicator_id": (DIM_INDICATOR, "indicator_id"),
    "stage": (DIM_STAGE, "stage"),
    "policy_version": (DIM_POLICY, "policy_version"),
    "as_of": (DIM_DATE, "date"),
    "position": (EVENT_FACT, "position"),
}
_TYPED = {("item_action", "indicator_id")}
"""What people typed: it may name a row, and need not."""


def references(table: FeedTable) -> list[tuple[str, FeedTable, str]]:
    """Which field of the table names a row of which other one, and by which of its fields."""
    found = []
    for field in table.fields:
        other, key = _REFERENCES.get(field.name, (table, ""))
        if other is not table and (table.name, field.name) not in _TYPED:
            found.append((field.name, other, key))
    return found
