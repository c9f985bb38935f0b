"""Items as rows of their tables: what the parties share, and what one of them keeps to itself."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, null, or_, select

from projections import days
from projections.bi.asked import Asked
from projections.bi.items import ITEMS, ItemTable
from projections.bi.keeping import Row
from projections.bi.tables import Kept
from projections.items.listing import pages
from projections.pages import LARGEST
from projections.schema import event_fact

_ENDINGS = tuple(kind for family in ITEMS for kind in family.endings)
_WITHDRAWALS = tuple(kind for kind in _ENDINGS if kind.endswith(".withdrawn"))
Ended = dict[tuple[str, str], list[tuple[str | None, str | None, date]]]
"""What ended items, by relationship and item: whose entry it is, which party it names, its day; in order of days."""


def rows(connection: Connection, asked: Sequence[Asked]) -> dict[Kept, list[Row]]:
    """What is shared, and of every party what is in its own view alone."""
    ended = _endings(connection, asked)
    private = _private(connection, asked)
    found: dict[Kept, list[Row]] = {}
    for family in ITEMS:
        some = found[family.table] = []
        shared: set[tuple[str, UUID]] = set()
        for one, item in _items(connection, family, [(one, None) for one in asked]):
            shared.add((one.id, item.id))
            some.append(_row(family, one, item, None, ended))
        owners = {(one.id, party): UUID(party) for one, party in private}
        for one, party in private:
            for _, item in _items(connection, family, [(one, owners[one.id, party])]):
                if (one.id, item.id) not in shared:
                    some.append(_row(family, one, item, party, ended))
    return found


def _items(
    connection: Connection, family: ItemTable, views: Sequence[tuple[Asked, UUID | None]]
) -> Iterator[tuple[Asked, Any]]:
    """Every item of every view, page by page."""
    after: str | None = None
    waiting = [(one, one.question(party=party)) for one, party in views]
    found = pages(connection, family.family, [question for _, question in waiting], first=LARGEST)
    for (one, question), page in zip(waiting, found, strict=True):
        yield from ((one, item) for item in page.rows)
        while page.has_more:
            after = page.cursors[-1]
            page = pages(connection, family.family, [question], first=LARGEST, after=after)[0]
            yield from ((one, item) for item in page.rows)


def _row(family: ItemTable, one: Asked, item: Any, own_of: str | None, ended: Ended) -> Row:
    first: dict[str | None, date] = {}
    for who, party, day in ended.get((one.id, str(item.id)), ()):
        if who in (None, own_of):
            first.setdefault(party, day)
    cells = {
        "item_id": item.id,
        "relationship_id": one.id,
        "own_of": own_of,
        "position": item.position,
        "valid_to": family.ended(item, tuple(first.values())),
        **family.cells(item),
    }
    return tuple(field.stored(cells[field.name]) for field in family.table.fields)


def _endings(connection: Connection, asked: Sequence[Asked]) -> Ended:
    f = event_fact.c
    found: Ended = {}
    for some in _by_day(asked):
        rows = connection.execute(
            select(f.relationship_id, f.item, f.own_of, f.party, f.on_day)
            .where(
                f.relationship_id.in_([one.id for one in some]),
                f.type.in_(_ENDINGS),
                f.on_day <= days.number(some[0].today),
                f.known_from <= some[0].known_at,
                f.known_to > some[0].known_at,
                or_(f.type.not_in(_WITHDRAWALS), f.code == "effective"),
            )
            .order_by(f.on_day)
        )
        for row in rows:
            said = (row.own_of, row.party, days.day(row.on_day))
            found.setdefault((row.relationship_id, row.item), []).append(said)
    return found


def _private(connection: Connection, asked: Sequence[Asked]) -> list[tuple[Asked, str]]:
    """The relationships in which somebody keeps something to itself, and who."""
    f = event_fact.c
    k = asked[0].known_at
    rows = connection.execute(
        select(f.relationship_id, f.own_of)
        .where(
            and_(
                f.relationship_id.in_([one.id for one in asked]),
                f.own_of.is_not(null()),
                f.known_from <= k,
                f.known_to > k,
            )
        )
        .distinct()
        .order_by(f.relationship_id, f.own_of)
    )
    by_id = {one.id: one for one in asked}
    return [(by_id[row.relationship_id], row.own_of) for row in rows]


def _by_day(asked: Sequence[Asked]) -> Iterable[list[Asked]]:
    """Those of the same present day together: time zones make it two days at most."""
    found: dict[date, list[Asked]] = {}
    for one in asked:
        found.setdefault(one.today, []).append(one)
    return found.values()
