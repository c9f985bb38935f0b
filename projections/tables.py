"""The tables that the journal is written into: the live ones, or copies beside them that a rebuild fills."""

from msgspec import Struct
from sqlalchemy import Constraint, MetaData, Table
from sqlalchemy.schema import ColumnCollectionConstraint
from sqlalchemy.sql.elements import quoted_name

from projections.schema import event_fact, event_part, organisation, relationship


class Tables(Struct, frozen=True, kw_only=True):
    """One set of read models."""

    event_fact: Table
    event_part: Table
    relationship: Table
    organisation: Table

    def every(self) -> tuple[Table, ...]:
        return (self.event_fact, self.event_part, self.relationship, self.organisation)


LIVE = Tables(event_fact=event_fact, event_part=event_part, relationship=relationship, organisation=organisation)


def beside(suffix: str, *, constraints: bool) -> Tables:
    """Copies of the live tables, their names and those of their indexes followed by the suffix.

    constraints: those of the constraints too, which PostgreSQL wants to differ and SQLite does not.
    """
    metadata = MetaData()
    return Tables(
        event_fact=_copy(event_fact, metadata, suffix, constraints),
        event_part=_copy(event_part, metadata, suffix, constraints),
        relationship=_copy(relationship, metadata, suffix, constraints),
        organisation=_copy(organisation, metadata, suffix, constraints),
    )


def _copy(table: Table, metadata: MetaData, suffix: str, constraints: bool) -> Table:
    copied = table.to_metadata(metadata, name=f"{table.name}{suffix}")
    for index in copied.indexes:
        index.name = quoted_name(f"{index.name}{suffix}", quote=None)
    names = {_key(constraint): constraint.name for constraint in table.constraints}
    for constraint in copied.constraints:
        constraint.name = f"{names[_key(constraint)]}{suffix if constraints else ''}"
    return copied


def _key(constraint: Constraint) -> tuple[object, ...]:
    assert isinstance(constraint, ColumnCollectionConstraint), constraint
    return (type(constraint), *(column.name for column in constraint.columns))
