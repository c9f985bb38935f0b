"""How relationships stood from day to day, and who their parties were: rows of the two tables that say so."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from sqlalchemy import Connection, null, select

from projections import days
from projections.bi.asked import Asked
from projections.bi.keeping import Row
from projections.directory import Standing, standings
from projections.looking import parameters
from projections.relations import MEMBERSHIP, scope
from projections.schema import OPEN, event_fact
from projections.scorecards.statements import Prepared

_TYPES = (
    "lifecycle.stage_entered",
    "relationship.closed",
    "relationship.resumed",
    "relationship.suspended",
    "relationship.tiered",
)
Stood = Sequence[tuple[int, Standing]]
"""How a relationship stood from which day on, in order."""


def versions(connection: Connection, asked: Sequence[Asked]) -> dict[str, Stood]:
    """By relationship."""
    changed = _days(connection, asked)
    questions = [(one, day) for one in asked for day in changed[one.id]]
    found = standings(connection, [one.question(days.day(day)) for one, day in questions])
    stood: dict[str, list[tuple[int, Standing]]] = {one.id: [] for one in asked}
    for (one, day), standing in zip(questions, found, strict=True):
        before = stood[one.id]
        if not before or _shown(before[-1][1]) != _shown(standing):
            before.append((day, standing))
    return dict(stood)


def _shown(standing: Standing) -> tuple[object, ...]:
    return standing.stage, standing.tier, standing.status


def _days(connection: Connection, asked: Sequence[Asked]) -> dict[str, list[int]]:
    """The days on which something happened that may have changed how each stood, the first one included."""
    f = event_fact.c
    k = asked[0].known_at
    rows = connection.execute(
        select(f.relationship_id, f.on_day)
        .where(
            f.relationship_id.in_([one.id for one in asked]),
            f.type.in_(_TYPES),
            f.own_of.is_(null()),
            f.known_from <= k,
            f.known_to > k,
        )
        .distinct()
    )
    found = {one.id: {days.number(one.about.registered_on)} for one in asked}
    last = {one.id: days.number(one.today) for one in asked}
    for relationship, day in rows:
        if day <= last[relationship]:
            found[relationship].add(day)
    return {relationship: sorted(some) for relationship, some in found.items()}


def key_on(relationship: str, stood: Stood, day: int) -> str:
    """The version that held on a day."""
    since = max((since for since, _ in stood if since <= day), default=stood[0][0])
    return f"{relationship}:{days.day(since)}"


def relationship_rows(asked: Sequence[Asked], stood: Mapping[str, Stood]) -> Iterator[Row]:
    """Of dim_relationship."""
    for one in asked:
        about, its = one.about, stood[one.id]
        ends = [*(since for since, _ in its[1:]), None]
        for (since, standing), until in zip(its, ends, strict=True):
            yield (
                key_on(one.id, its, since),
                one.id,
                about.alias,
                about.name,
                about.form,
                about.currency,
                about.time_zone,
                standing.stage,
                standing.tier,
                standing.status,
                since,
                until,
                until is None,
            )


@cache
def _memberships(engine: str) -> Prepared:
    m = MEMBERSHIP.c
    return Prepared(select(m.q, m.party, m.from_day, m.to_day).where(m.from_day < m.to_day), engine, scope)


def parties(connection: Connection, asked: Sequence[Asked]) -> dict[str, list[tuple[str, int, int | None]]]:
    """By relationship: who was an active party from which day to before which; None where it still is."""
    rows = _memberships(connection.dialect.name).run(connection, parameters([one.question() for one in asked]))
    found: dict[str, list[tuple[str, int, int | None]]] = defaultdict(list)
    for q, party, since, until in rows:
        found[asked[q].id].append((party, since, None if until == OPEN else until))
    return found
