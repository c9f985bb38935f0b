"""Initiatives and the value claimed for them, as the indicators of P8 read them. Source: docs/principles.md A55 to A60.

Amounts are minor units of the relationship's currency.
"""

from typing import Any

from sqlalchemy import CTE, and_, func, null, select

from projections.relations import first, last, position_of, seen


def _initiatives() -> CTE:
    e = seen("initiative.proposed", "initiative.approved", "initiative.rejected", "initiative.stopped")
    decisions = [(kind, first(e, kind), first(e, kind, e.c.on_day)) for kind in DECISIONS]
    folded = (
        select(
            e.c.q,
            e.c.t,
            e.c.item,
            first(e, "initiative.proposed", e.c.position).label("proposed"),
            first(e, "initiative.proposed", e.c.on_day).label("proposed_day"),
            first(e, "initiative.proposed", e.c.party).label("by_party"),
            last(e, "initiative.approved").label("approved"),
            first(e, "initiative.stopped", e.c.position).label("stopped"),
            first(e, "initiative.stopped", e.c.on_day).label("stopped_day"),
            *(ord_.label(kind.removeprefix("initiative.") + "_ord") for kind, ord_, _ in decisions),
        )
    )
    return folded


DECISIONS = ("initiative.approved", "initiative.rejected")
