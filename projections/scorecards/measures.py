"""What the journal says of each question: the value of every indicator, and the context in which they are judged."""

from typing import Any

from sqlalchemy import Select, func, null, select, union_all

from projections.indicators import INDICATORS
from projections.indicators.definition import flag
from projections.kernel import integer
from projections.relations import PARTY_COUNT, STAGE, scope, seen
from projections.scorecards.confidence import countersigned

SEVERE_BREACH_DAYS = 365


def measures() -> Select[Any]:
    """(q, seq, value, n, d, sample, stale) of every indicator that has something to measure."""
    return select(union_all(*(measure(seq) for seq in range(len(INDICATORS)))).cte("measured"))


def measure(seq: int) -> Select[Any]:
    """Those of the indicator at that place of the page."""
    indicator = INDICATORS[seq]
    m = indicator.measure().subquery(f"m_{indicator.id.lower()}")
    return select(m.c.q, integer(seq).label("seq"), m.c.value, m.c.n, m.c.d, m.c.sample, m.c.stale)


def contexts() -> Select[Any]:
    """(q, stage, parties, severe, events, countersigned), one row for each question."""
    b = seen("information.breach_reported")
    severe = select(b.c.q).where(b.c.number == 1, b.c.on_day > b.c.t - SEVERE_BREACH_DAYS).distinct().cte("severe")
    signed = countersigned()
    nothing = integer(0)
    return select(
        scope.c.q,
        func.coalesce(STAGE.c.stage, integer(1)).label("stage"),
        func.coalesce(PARTY_COUNT.c.n, nothing).label("parties"),
        flag(severe.c.q.is_not(null())).label("severe"),
        func.coalesce(signed.c.events, nothing).label("events"),
        func.coalesce(signed.c.countersigned, nothing).label("countersigned"),
    ).select_from(
        scope.outerjoin(STAGE, STAGE.c.q == scope.c.q)
        .outerjoin(PARTY_COUNT, PARTY_COUNT.c.q == scope.c.q)
        .outerjoin(severe, severe.c.q == scope.c.q)
        .outerjoin(signed, signed.c.q == scope.c.q)
    )
