"""Scorecards as rows of the fact tables: as at the present day, and as at the end of every month, then and now."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection, select

from domain.store.reads import position_at
from projections import days
from projections.bi.asked import Asked
from projections.bi.columns import Stored
from projections.bi.histories import Stood, key_on
from projections.bi.keeping import Row
from projections.bi.scores import (
    FACT_CONTRIBUTION,
    FACT_INDICATOR_SCORE,
    FACT_PRINCIPLE_SCORE,
    FACT_RELATIONSHIP_SCORE,
    LATEST,
    MONTH_END,
)
from projections.bi.tables import Kept, standing
from projections.schema import relationship
from projections.scorecards.question import Question
from projections.scorecards.scorecard import Scorecard

Scoring = Callable[[Connection, Sequence[Question], bool], Iterable[Scorecard]]
"""Scorecards in the order of the questions, explained or not."""
Cells = tuple[Stored, ...]


class Published(Struct, frozen=True):
    """What a month's rows said when it ended, by table and by principle or indicator ("" for the relationship)."""

    known_at: int | None
    cells: dict[tuple[str, str], Cells]


class Snapshot(Struct, frozen=True):
    """A day of a relationship: its scorecard now, and for the end of a month what was published then."""

    asked: Asked
    card: Scorecard
    name: str
    published: Published | None = None


def snapshots(connection: Connection, asked: Sequence[Asked], score: Scoring) -> Iterator[Snapshot]:
    """The latest day of each relationship, explained, and every month end."""
    latest = score(connection, [one.question() for one in asked], True)
    yield from (Snapshot(one, card, LATEST) for one, card in zip(asked, latest, strict=True))
    months = [(one, day) for one in asked for day in one.month_ends()]
    published = _published(connection, months, score)
    now = score(connection, [one.question(day) for one, day in months], False)
    for (one, day), card in zip(months, now, strict=True):
        yield Snapshot(one, card, MONTH_END, published[one.id, day])


def _published(
    connection: Connection, months: Sequence[tuple[Asked, date]], score: Scoring
) -> dict[tuple[str, date], Published]:
    """What was said at the end of each month: it never changes, so what stands is taken, until a rebuild forgets it."""
    ids = {one.id for one, _ in months}
    stands = connection.execute(select(standing.c.relationship_id).where(standing.c.relationship_id.in_(ids)))
    found = _stored(connection, stands.scalars())
    missing = [(one, day) for one, day in months if (one.id, day) not in found]
    recorded = _recorded(connection, {one.id for one, _ in missing})
    ends = [one.end_of(day) for one, day in missing]
    positions = {end: position_at(connection, end) for end in set(ends)}
    known = [positions[end] for end in ends]
    scored = [n for n, (one, _) in enumerate(missing) if known[n] >= recorded[one.id]]
    for n, (one, day) in enumerate(missing):
        if known[n] < recorded[one.id]:
            found[one.id, day] = Published(None, {})
    questions = [missing[n][0].question(missing[n][1], known[n]) for n in scored]
    for n, card in zip(scored, score(connection, questions, False), strict=True):
        one, day = missing[n]
        found[one.id, day] = Published(known[n], {(name, of): shown for name, of, shown in _shown(card)})
    return found


def _recorded(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """The position at which each relationship was registered."""
    r = relationship.c
    rows = connection.execute(select(r.relationship_id, r.position).where(r.relationship_id.in_(list(ids))))
    return {row.relationship_id: row.position for row in rows}


_MAIN = FACT_RELATIONSHIP_SCORE, FACT_PRINCIPLE_SCORE, FACT_INDICATOR_SCORE
_OF = {FACT_PRINCIPLE_SCORE.name: "principle_id", FACT_INDICATOR_SCORE.name: "indicator_id"}


_PUBLISHED = {
    table: [f.name for f in table.fields if f.name.startswith("published_") and f.name != "published_known_at"]
    for table in _MAIN
}


def _stored(connection: Connection, ids: Iterable[str]) -> dict[tuple[str, date], Published]:
    found: dict[tuple[str, date], Published] = {}
    wanted = list(ids)
    for table in _MAIN:
        t, of = table.stored.c, _OF.get(table.name)
        columns = [t.relationship_id, t.as_of, t.published_known_at, *(t[name] for name in _PUBLISHED[table])]
        if of is not None:
            columns.append(t[of])
        statement = select(*columns).where(
            t.relationship_id.in_(wanted), t.snapshot == MONTH_END, t.is_deleted.is_(False)
        )
        for key, day, known_at, *rest in connection.execute(statement):
            cells, name = (rest, "") if of is None else (rest[:-1], rest[-1])
            published = found.setdefault((key, days.day(day)), Published(known_at, {}))
            if known_at is not None:
                published.cells[table.name, name] = tuple(cells)
    return {place: published for place, published in found.items() if _is_whole(published)}


def _is_whole(published: Published) -> bool:
    """Not what a server of an earlier release wrote, which knew fewer columns: coverage there always is."""
    return published.known_at is None or published.cells[FACT_RELATIONSHIP_SCORE.name, ""][-1] is not None


def _shown(card: Scorecard) -> Iterator[tuple[str, str, Cells]]:
    """What is compared between now and then, in the order of the `published_` fields."""
    yield FACT_RELATIONSHIP_SCORE.name, "", (_scaled(card.score), card.band, _scaled(card.coverage))
    for p in card.principles:
        yield FACT_PRINCIPLE_SCORE.name, p.principle, (_scaled(p.score), p.band, _scaled(p.coverage))
        for i in p.indicators:
            parts = (_scaled(i.numerator), _scaled(i.denominator))
            yield FACT_INDICATOR_SCORE.name, i.id, (i.status, _scaled(i.value), *parts, _scaled(i.score))


def rows(snapshot: Snapshot, stood: Stood) -> dict[Kept, list[Row]]:
    """The snapshot's rows of each table, the relationship having stood so from day to day."""
    card, published = snapshot.card, snapshot.published
    key = snapshot.asked.id
    day = days.number(card.as_of)
    stage = max(((since, s.stage) for since, s in stood if since <= day), default=(0, stood[0][1].stage))[1]
    where: Row = (key, key_on(key, stood, day))
    period = LATEST if snapshot.name == LATEST else f"{card.as_of:%Y-%m}"
    when: Row = (period, snapshot.name, day, card.policy_version, stage)
    shown = {(name, of): cells for name, of, cells in _shown(card)}

    def then(table: Kept, of: str = "") -> Row:
        nothing: Row = (None,) * len(_PUBLISHED[table])
        if published is None or published.known_at is None:
            return (None, *nothing, False)
        was = published.cells[table.name, of]
        return (published.known_at, *was, was != shown[table.name, of])

    found: dict[Kept, list[Row]] = {table: [] for table in (*_MAIN, FACT_CONTRIBUTION)}
    found[FACT_RELATIONSHIP_SCORE].append(
        (
            *where,
            *when,
            _scaled(card.score),
            card.band,
            _scaled(card.coverage),
            card.confidence,
            card.rated_principles,
            card.trend.direction,
            _scaled(card.trend.delta),
            " ".join(card.gates) or None,
            _scaled(card.sensitivity.low) if card.sensitivity else None,
            _scaled(card.sensitivity.high) if card.sensitivity else None,
            card.digest() if snapshot.name == LATEST else None,
            *then(FACT_RELATIONSHIP_SCORE),
        )
    )
    for p in card.principles:
        found[FACT_PRINCIPLE_SCORE].append(
            (
                *where,
                p.principle,
                *when,
                _scaled(p.score),
                p.band,
                _scaled(p.coverage),
                _scaled(p.weight),
                _scaled(p.contribution),
                p.trend.direction,
                _scaled(p.trend.delta),
                *then(FACT_PRINCIPLE_SCORE, p.principle),
            )
        )
        for i in p.indicators:
            found[FACT_INDICATOR_SCORE].append(
                (
                    *where,
                    i.id,
                    p.principle,
                    *when,
                    i.status,
                    _scaled(i.value),
                    _scaled(i.numerator),
                    _scaled(i.denominator),
                    _scaled(i.score),
                    _scaled(i.weight),
                    _scaled(i.contribution),
                    *then(FACT_INDICATOR_SCORE, i.id),
                )
            )
            if snapshot.name == LATEST:
                found[FACT_CONTRIBUTION].extend((key, i.id, position, "counted", 1) for position in i.counted)
                found[FACT_CONTRIBUTION].extend((key, i.id, position, reason, 1) for position, reason in i.excluded)
    return found


def _scaled(text: str | None) -> int | None:
    """A decimal of a scorecard as it is stored: it has as many places as its field."""
    return None if text is None else int(text.replace(".", ""))
