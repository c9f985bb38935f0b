"""Pages of items of many relationships at once: two statements, however many relationships are asked for.

A family's `relation` has one row per item with the columns (q, item, made, due, party, state, is_open): `made` is the
position of the entry that brought it, `due` a day or NULL, `party` who owes it or NULL; and what else its rows show.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    String,
    and_,
    bindparam,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.sql.selectable import FromClause

from projections import days
from projections.items.said import Said, facts_at
from projections.kernel import integer
from projections.looking import parameters
from projections.pages import DEFAULT, Page, paged, place, size
from projections.relations import scope, seen
from projections.schema import relationship
from projections.scorecards.question import Question
from projections.scorecards.statements import Prepared

NEVER = 2**30
"""The day on which what has no due date is due: after everything that has."""
Item = TypeVar("Item")


class Told(Struct, frozen=True):
    """What a row of a family is made from: the columns of its relation, `currency`, `relationship_id` and `today` (the
    day asked for), and what was said of the item, in order."""

    row: Any
    entries: Sequence[Said]

    @property
    def made(self) -> Said:
        """The entry that brought the item."""
        return next(said for said in self.entries if said.position == self.row.made)


class Family(Struct, Generic[Item], frozen=True, kw_only=True):
    """One kind of item. `types`: the event types of which an item is told; `states`: those that a filter may name."""

    relation: FromClause
    types: tuple[str, ...]
    states: tuple[str, ...]
    tell: Callable[[Told], Item]


class Wanted(Struct, frozen=True, kw_only=True):
    """Which items are wanted; nothing given lets everything through. Both due dates are included."""

    states: tuple[str, ...] = ()
    open_only: bool = False
    party: UUID | None = None
    due_from: date | None = None
    due_until: date | None = None
    item: UUID | None = None


class _Shape(Struct, frozen=True):
    """What a statement depends on; everything else is a parameter."""

    states: tuple[str, ...]
    given: frozenset[str]


def pages(
    connection: Connection,
    family: Family[Item],
    questions: Sequence[Question],
    wanted: Wanted = Wanted(),  # noqa: B008  (frozen)
    *,
    first: int = DEFAULT,
    after: str | None = None,
) -> list[Page[Item]]:
    """One page for each question, by due date and then in the order of recording; without a due date comes last.

    Raises IsOutOfRange for the size and IsMalformed for a cursor of another list.
    """
    assert set(wanted.states) <= set(family.states), wanted.states
    values: dict[str, Any] = {"most": size(first) + 1}
    if after is not None:
        values["after_due"], values["after_made"] = place(after, int, int)
    if wanted.party is not None:
        values["of_party"] = str(wanted.party)
    if wanted.item is not None:
        values["of_item"] = str(wanted.item)
    for name, day in (("due_from", wanted.due_from), ("due_until", wanted.due_until)):
        if day is not None:
            values[name] = days.number(day)
    given = frozenset({*values, *(["open_only"] if wanted.open_only else [])})
    statement = _statement(family, connection.dialect.name, _Shape(tuple(sorted(set(wanted.states))), given))
    rows = statement.run(connection, {**parameters(questions), **values})
    return _pages(connection, family, rows, len(questions), first)


def _pages(
    connection: Connection, family: Family[Item], rows: Sequence[Any], count: int, first: int
) -> list[Page[Item]]:
    facts = facts_at(connection, [(row.e_position, row.e_known_from) for row in rows])
    heads: dict[tuple[int, int], Any] = {}
    entries: dict[tuple[int, int], list[Said]] = defaultdict(list)
    for row in rows:
        key = (row.q, row.made)
        heads.setdefault(key, row)
        fact = facts[row.e_position, row.e_known_from]
        entries[key].append(Said(fact=fact, on=days.day(row.e_on), position=row.e_position))
    of_question: dict[int, list[Any]] = defaultdict(list)
    for row in heads.values():
        of_question[row.q].append(row)
    return [
        paged(
            [family.tell(Told(row, entries[row.q, row.made])) for row in some[:first]],
            [(row.order_day, row.made) for row in some],
            first,
        )
        for some in (of_question[q] for q in range(count))
    ]


@lru_cache(maxsize=512)
def _statement(family: Family[Any], engine: str, shape: _Shape) -> Prepared:
    """The items that are wanted, and with each of them what was said of it."""
    i = family.relation.c
    order_day = func.coalesce(i.due, integer(NEVER))
    turn = func.row_number().over(partition_by=i.q, order_by=(order_day, i.made))
    listed = (
        select(family.relation, order_day.label("order_day"), turn.label("turn"))
        .where(*_conditions(family, shape, order_day))
        .cte("listed")
    )
    e = seen(*family.types)
    x = listed.c
    statement = (
        select(
            listed,
            scope.c.relationship_id,
            scope.c.t.label("today"),
            relationship.c.currency,
            e.c.position.label("e_position"),
            e.c.known_from.label("e_known_from"),
            e.c.on_day.label("e_on"),
        )
        .join_from(listed, scope, scope.c.q == x.q)
        .join(relationship, relationship.c.relationship_id == scope.c.relationship_id)
        .join(e, and_(e.c.q == x.q, e.c.item == x.item))
        .where(x.turn <= bindparam("most", None, type_=Integer))
        .order_by(x.q, x.turn, e.c.ord)
    )
    return Prepared(statement, engine, scope)


def _conditions(family: Family[Any], shape: _Shape, order_day: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    i = family.relation.c
    after = (bindparam("after_due", None, type_=BigInteger), bindparam("after_made", None, type_=BigInteger))
    possible: dict[str, ColumnElement[bool]] = {
        "open_only": i.is_open == 1,
        "of_party": i.party == bindparam("of_party", None, type_=String),
        "of_item": i.item == bindparam("of_item", None, type_=String),
        "due_from": i.due >= bindparam("due_from", None, type_=Integer),
        "due_until": i.due <= bindparam("due_until", None, type_=Integer),
        "after_due": tuple_(order_day, i.made) > tuple_(*after),
    }
    found = [condition for name, condition in possible.items() if name in shape.given]
    if shape.states:
        found.append(i.state.in_([literal(state, literal_execute=True) for state in shape.states]))
    return found
