"""The relations on which every indicator stands: what is asked, what is seen of the journal, the parties, the stage.

Each row carries `q`, the number of the question: one relationship as at one date. Source: docs/principles.md 1.
"""

from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Subquery,
    and_,
    bindparam,
    case,
    column,
    func,
    literal,
    null,
    or_,
    select,
    table,
)

from projections.kernel import high_bits, integer, low_bits
from projections.schema import OPEN, event_fact, event_part

POSITION_BITS = 31
MAX_POSITION = 2**POSITION_BITS
"""ord = day x 2^31 + position."""

scope = table(
    "scope",
    column("q", Integer),
    column("relationship_id"),
    column("t", Integer),  # the as-of date
    column("k", BigInteger),  # the known-at position
    column("party"),  # whose own entries are seen as well; NULL in the shared view
)


def window(indicator: str) -> ColumnElement[int]:
    """The indicator's window (or age limit) in days, under the policy of the statement."""
    return bindparam(f"w_{indicator}", None, type_=Integer)


def minimum(indicator: str) -> ColumnElement[int]:
    """The indicator's min_n under the policy of the statement, where its formula needs it (A25)."""
    return bindparam(f"n_{indicator}", None, type_=Integer)


def seen(*types: str, name: str | None = None) -> Subquery:
    """The entries of these types in E(T,K) and in the view, one row each with every journal column, q and t."""
    f = event_fact.alias()
    kinds = [literal(t, literal_execute=True) for t in types]
    return (
        select(scope.c.q, scope.c.t, *(c for c in f.c if c.name not in ("known_to", "relationship_id")))
        .join_from(
            scope,
            f,
            and_(
                f.c.relationship_id == scope.c.relationship_id,
                f.c.type == kinds[0] if len(kinds) == 1 else f.c.type.in_(kinds),
                f.c.on_day <= scope.c.t,
                f.c.known_from <= scope.c.k,
                f.c.known_to > scope.c.k,
                or_(f.c.own_of.is_(null()), f.c.own_of == scope.c.party),
            ),
        )
        .subquery(name)
    )


def parts(entry: Any, field: str) -> tuple[Any, ColumnElement[bool]]:
    """The elements of a list field of `entry` (a `seen`), and the condition that joins them to it."""
    p = event_part.alias()
    return p, and_(
        p.c.position == entry.c.position,
        p.c.known_from == entry.c.known_from,
        p.c.field == literal(field, literal_execute=True),
    )


def is_a(entry: Any, kind: str) -> ColumnElement[bool]:
    """Whether the entry is of that type."""
    same: ColumnElement[bool] = entry.c.type == literal(kind, literal_execute=True)
    return same


def of(entry: Any, kind: str, value: ColumnElement[Any] | None = None) -> ColumnElement[Any]:
    """`value` where the entry is of that type, else NULL; to be folded by MAX or MIN in a GROUP BY item."""
    return case((is_a(entry, kind), entry.c.ord if value is None else value))


def last(entry: Any, kind: str, value: ColumnElement[Any] | None = None) -> ColumnElement[Any]:
    """MAX of `value` (default: its place `ord`) over the group's entries of that type."""
    return func.max(entry.c.ord if value is None else value).filter(is_a(entry, kind))


def first(entry: Any, kind: str, value: ColumnElement[Any] | None = None) -> ColumnElement[Any]:
    return func.min(entry.c.ord if value is None else value).filter(is_a(entry, kind))


def position_of(ord_: ColumnElement[Any]) -> ColumnElement[Any]:
    """The position in `ord`."""
    return low_bits(ord_, POSITION_BITS)


def day_of(ord_: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day in `ord`, also of one before 1970."""
    return high_bits(ord_, POSITION_BITS)


def membership() -> CTE:
    """(q, party, from_day, to_day): the unbroken times for which a party was active, to_day excluded (A6)."""
    r = seen("relationship.registered")
    p, on = parts(r, "parties")
    j = seen("relationship.party_joined", "relationship.party_left")
    moves = (
        select(r.c.q, p.c.party, r.c.on_day, r.c.ord, literal(1, literal_execute=True).label("joined"))
        .join_from(r, p, on)
        .union_all(
            select(
                j.c.q,
                j.c.party,
                j.c.on_day,
                j.c.ord,
                case((of(j, "relationship.party_joined").is_not(null()), 1), else_=0),
            )
        )
        .subquery()
    )
    ordered = select(
        moves,
        func.lead(moves.c.on_day).over(partition_by=(moves.c.q, moves.c.party), order_by=moves.c.ord).label("to_day"),
    ).subquery()
    return (
        select(
            ordered.c.q,
            ordered.c.party,
            ordered.c.on_day.label("from_day"),
            func.coalesce(ordered.c.to_day, integer(OPEN)).label("to_day"),
        )
        .where(ordered.c.joined == 1)
        .cte("membership")
    )


MEMBERSHIP = membership()


def active_on(member: Any, day: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(member.c.from_day <= day, member.c.to_day > day)


ACTIVE = (
    select(scope.c.q, MEMBERSHIP.c.party)
    .join_from(scope, MEMBERSHIP, MEMBERSHIP.c.q == scope.c.q)
    .where(active_on(MEMBERSHIP, scope.c.t))
    .cte("active_party")
)
"""(q, party): the set P of docs/principles.md 1."""

PARTY_COUNT = select(ACTIVE.c.q, func.count().label("n")).group_by(ACTIVE.c.q).cte("party_count")
"""(q, n): #P; no row where nobody is active."""


def _stage() -> CTE:
    s = seen("lifecycle.stage_entered")
    newest = (
        select(s.c.q, func.max(s.c.ord).label("ord"))
        .where(s.c.code.in_([literal(g, literal_execute=True) for g in ("proceed", "return")]))
        .group_by(s.c.q)
        .subquery()
    )
    return (
        select(s.c.q, s.c.number.label("stage"))
        .join_from(s, newest, and_(s.c.q == newest.c.q, s.c.ord == newest.c.ord))
        .cte("stage")
    )


STAGE = _stage()
"""(q, stage): no row means stage 1 (docs/principles.md A17)."""
