"""Which entries an indicator counted and which it left out, with the reason. Source: docs/evidence.md."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, FromClause, Select, and_, func, literal, select, union_all

from projections.indicators import INDICATORS
from projections.kernel import integer
from projections.relations import scope
from projections.schema import event_fact

Lists = dict[tuple[int, int], tuple[tuple[int, ...], tuple[tuple[int, str], ...]]]


def _corrections() -> CTE:
    """(q, position, correction): the correction in force of each corrected entry (docs/principles.md A75)."""
    c, f = event_fact.alias(), event_fact.alias()
    known = [table.c.known_from <= scope.c.k for table in (c, f)] + [table.c.known_to > scope.c.k for table in (c, f)]
    return (
        select(scope.c.q, f.c.position, func.max(c.c.position).label("correction"))
        .join_from(
            scope,
            c,
            and_(
                c.c.relationship_id == scope.c.relationship_id,
                c.c.type == literal("entry.corrected", literal_execute=True),
            ),
        )
        .join(f, f.c.event_id == c.c.ref)
        .where(*known)
        .group_by(scope.c.q, f.c.position)
        .cte("correction")
    )


def evidence() -> Select[Any]:
    """(q, seq, position, reason) of every indicator, for even q; a counted entry brings its correction with it."""
    return with_corrections(union_all(*(listed(seq) for seq in range(len(INDICATORS)))).cte("listed"))


def listed(seq: int) -> Select[Any]:
    """(seq, q, position, reason) of the indicator at that place of the page, before corrections."""
    indicator = INDICATORS[seq]
    e = indicator.evidence().subquery(f"e_{indicator.id.lower()}")
    return select(integer(seq).label("seq"), e.c.q, e.c.position, e.c.reason).where(e.c.q % 2 == 0)


def with_corrections(listed: FromClause) -> Select[Any]:
    """The evidence of what is listed."""
    corrections = _corrections()
    both = union_all(
        select(listed.c.q, listed.c.seq, listed.c.position, listed.c.reason),
        select(listed.c.q, listed.c.seq, corrections.c.correction, listed.c.reason)
        .join_from(
            listed, corrections, and_(corrections.c.q == listed.c.q, corrections.c.position == listed.c.position)
        )
        .where(listed.c.reason.is_(None)),
    ).subquery()
    w = both.c
    return select(w.q, w.seq, w.position, w.reason).distinct().order_by(w.q, w.seq, w.position, w.reason)


def lists(rows: Sequence[Any]) -> Lists:
    """Counted and excluded entries by (q, seq), from the rows of `evidence`."""
    counted: dict[tuple[int, int], list[int]] = defaultdict(list)
    excluded: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
    for q, seq, position, reason in rows:
        if reason is None:
            counted[q, seq].append(position)
        else:
            excluded[q, seq].append((position, reason))
    return {key: (tuple(counted[key]), tuple(excluded[key])) for key in counted.keys() | excluded.keys()}
