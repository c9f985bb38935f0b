"""Who works with whom: relationships and organisations, one by one and in pages, and how they stand at a date."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
)

from domain.facts.relationships import Form, Tier
from projections import days
from projections.looking import parameters
from projections.pages import DEFAULT, Page, paged, place, size
from projections.relations import ACTIVE, STAGE, last, scope, seen
from projections.schema import OPEN, organisation, relationship
from projections.scorecards.asking import Relationship, relationship_of
from projections.scorecards.question import Question
from projections.scorecards.statements import Prepared

Order = Literal["name", "registered", "alias"]
Status = Literal["open", "suspended", "closed"]
IDS_AT_ONCE = 500
STAGES = (
    "Awareness",
    "Knowledge",
    "Internal assessment",
    "Partner selection",
    "Working together",
    "Value creation",
    "Staying together",
    "Exit activation",
)
"""The stages of the life cycle of a relationship, from 1 on."""


class Organisation(Struct, frozen=True, kw_only=True):
    """An organisation as it is known now. `merged_into`: the one it became part of."""

    id: UUID
    alias: str | None
    legal_name: str
    country: str
    merged_into: UUID | None


class Standing(Struct, frozen=True, kw_only=True):
    """A relationship at a date: its active parties, ascending, its life-cycle stage, tier and whether it is open."""

    parties: tuple[UUID, ...]
    stage: int
    tier: Tier | None
    status: Status


class Filter(Struct, frozen=True, kw_only=True):
    """What a relationship must be to be listed; nothing given lets everything through.

    name: a part of the name in any case; among: these relationships alone; party, stages, tiers: as at `on`, in the
    shared view, as known now.
    """

    name: str | None = None
    alias: str | None = None
    forms: tuple[Form, ...] = ()
    currency: str | None = None
    among: tuple[UUID, ...] | None = None
    party: UUID | None = None
    stages: tuple[int, ...] = ()
    tiers: tuple[Tier, ...] = ()


# One by one


def relationships_by_id(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Relationship]:
    """Those of them that are known."""
    found = _by_id(connection, select(relationship), relationship.c.relationship_id, ids)
    return {r.id: r for r in map(relationship_of, found)}


def organisations_by_id(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Organisation]:
    """Those of them that are known."""
    found = _by_id(connection, select(organisation), organisation.c.organisation_id, ids)
    return {o.id: o for o in map(_organisation, found)}


def relationship_by_alias(connection: Connection, alias: str) -> Relationship | None:
    row = connection.execute(select(relationship).where(relationship.c.alias == alias)).first()
    return None if row is None else relationship_of(row)


def organisation_by_alias(connection: Connection, alias: str) -> Organisation | None:
    row = connection.execute(select(organisation).where(organisation.c.alias == alias)).first()
    return None if row is None else _organisation(row)


def _by_id(connection: Connection, statement: Select[Any], key: ColumnElement[Any], ids: Iterable[UUID]) -> list[Any]:
    """The rows with these ids. A database takes only so many parameters at once."""
    wanted = [str(one) for one in dict.fromkeys(ids)]
    found: list[Any] = []
    for start in range(0, len(wanted), IDS_AT_ONCE):
        found.extend(connection.execute(statement.where(key.in_(wanted[start : start + IDS_AT_ONCE]))))
    return found


# In pages


def relationships(
    connection: Connection,
    on: date,
    filter: Filter = Filter(),  # noqa: B008  (frozen)
    order: Order = "name",
    *,
    descending: bool = False,
    first: int = DEFAULT,
    after: str | None = None,
) -> Page[Relationship]:
    """One page of the list; those without an alias come first in the order of aliases.

    Raises IsOutOfRange for the size and IsMalformed for a cursor of another list.
    """
    value = _ORDERS[order]
    key = relationship.c.relationship_id
    statement = select(relationship, value.label("value")).where(*_conditions(filter))
    if filter.party or filter.stages or filter.tiers:
        statement = statement.where(key.in_(_as_at(filter))).add_cte(_everything(on))
    rows = _some(connection, statement, value, key, size(first), after, descending=descending)
    return paged([relationship_of(row) for row in rows], [(row.value, row.relationship_id) for row in rows], first)


def organisations(
    connection: Connection, name: str | None = None, *, first: int = DEFAULT, after: str | None = None
) -> Page[Organisation]:
    """One page of the organisations by legal name; `name`: a part of it in any case. Raises as `relationships`."""
    value, key = organisation.c.legal_name, organisation.c.organisation_id
    statement = select(organisation, value.label("value"))
    if name is not None:
        statement = statement.where(value.icontains(name, autoescape=True))
    rows = _some(connection, statement, value, key, size(first), after)
    return paged([_organisation(row) for row in rows], [(row.value, row.organisation_id) for row in rows], first)


_ORDERS: dict[Order, ColumnElement[Any]] = {
    "name": relationship.c.name,
    "registered": relationship.c.registered_day,
    "alias": func.coalesce(relationship.c.alias, literal("", literal_execute=True)),
}


def _some(
    connection: Connection,
    statement: Select[Any],
    value: ColumnElement[Any],
    key: ColumnElement[Any],
    first: int,
    after: str | None,
    *,
    descending: bool = False,
) -> Sequence[Any]:
    """The first rows behind the cursor, and one more."""
    if after is not None:
        kind = int if isinstance(value.type, Integer) else str
        here, there = tuple_(value, key), tuple_(*place(after, kind, str))
        statement = statement.where(here < there if descending else here > there)
    by = (value.desc(), key.desc()) if descending else (value, key)
    return connection.execute(statement.order_by(*by).limit(first + 1)).all()


def _conditions(filter: Filter) -> list[ColumnElement[bool]]:
    r = relationship.c
    given: list[tuple[object, ColumnElement[bool]]] = [
        (filter.name, r.name.icontains(filter.name or "", autoescape=True)),
        (filter.alias, r.alias == filter.alias),
        (filter.forms or None, r.form.in_(filter.forms)),
        (filter.currency, r.currency == filter.currency),
        (filter.among, r.relationship_id.in_([str(one) for one in filter.among or ()])),
    ]
    return [condition for value, condition in given if value is not None]


def _everything(on: date) -> Any:
    """Every relationship as a question of its own, in place of the `scope` that callers fill."""
    return select(
        func.row_number().over(order_by=relationship.c.relationship_id).label("q"),
        relationship.c.relationship_id,
        literal(days.number(on), Integer).label("t"),
        literal(OPEN - 1, BigInteger).label("k"),
        cast(null(), String).label("party"),
    ).cte("scope")


def _as_at(filter: Filter) -> Select[Any]:
    """The relationships that a filter on parties, stages or tiers lets through."""
    found = select(scope.c.relationship_id)
    if filter.party is not None:
        found = found.join(ACTIVE, and_(ACTIVE.c.q == scope.c.q, ACTIVE.c.party == str(filter.party)))
    if filter.stages:
        found = found.join(STAGE, STAGE.c.q == scope.c.q, isouter=True)
        found = found.where(func.coalesce(STAGE.c.stage, 1).in_(filter.stages))
    if filter.tiers:
        found = found.join(TIER, TIER.c.q == scope.c.q).where(TIER.c.tier.in_(filter.tiers))
    return found


# At a date


def _tier() -> Any:
    e = seen("relationship.tiered")
    newest = func.row_number().over(partition_by=e.c.q, order_by=e.c.ord.desc())
    ranked = select(e.c.q, e.c.code.label("tier"), newest.label("turn")).subquery()
    return select(ranked.c.q, ranked.c.tier).where(ranked.c.turn == 1).cte("tier")


TIER = _tier()
"""(q, tier): the last tier; no row where none was given."""


def _status() -> Any:
    e = seen("relationship.suspended", "relationship.resumed", "relationship.closed")
    suspended, resumed = last(e, "relationship.suspended"), last(e, "relationship.resumed")
    status = case(
        (last(e, "relationship.closed").is_not(null()), _text("closed")),
        (and_(suspended.is_not(null()), or_(resumed.is_(null()), suspended > resumed)), _text("suspended")),
        else_=_text("open"),
    )
    return select(e.c.q, status.label("status")).group_by(e.c.q).cte("status")


def _text(value: Status) -> ColumnElement[str]:
    return literal(value, literal_execute=True)


STATUS = _status()
"""(q, status); no row where nothing ever interrupted it: open."""


@cache
def _standings(engine: str) -> Prepared:
    q = scope.c.q
    statement = (
        select(
            q,
            func.coalesce(STAGE.c.stage, literal(1, literal_execute=True)).label("stage"),
            TIER.c.tier,
            func.coalesce(STATUS.c.status, _text("open")).label("status"),
            ACTIVE.c.party.label("active"),
        )
        .select_from(
            scope.outerjoin(STAGE, STAGE.c.q == q)
            .outerjoin(TIER, TIER.c.q == q)
            .outerjoin(STATUS, STATUS.c.q == q)
            .outerjoin(ACTIVE, ACTIVE.c.q == q)
        )
        .order_by(q, ACTIVE.c.party)
    )
    return Prepared(statement, engine, scope)


def standings(connection: Connection, questions: Sequence[Question]) -> list[Standing]:
    """How each relationship stands, in the order of the questions, from one statement."""
    found: list[Standing] = []
    parties: list[list[UUID]] = [[] for _ in questions]
    heads: dict[int, Any] = {}
    for row in _standings(connection.dialect.name).run(connection, parameters(questions)):
        heads[row.q] = row
        if row.active is not None:
            parties[row.q].append(UUID(row.active))
    for n, active in enumerate(parties):
        head = heads[n]
        found.append(Standing(parties=tuple(active), stage=head.stage, tier=head.tier, status=head.status))
    return found


def _organisation(row: Row[Any]) -> Organisation:
    return Organisation(
        id=UUID(row.organisation_id),
        alias=row.alias,
        legal_name=row.legal_name,
        country=row.country,
        merged_into=row.merged_into and UUID(row.merged_into),
    )
