"""Who holds which role, from when to when. Source: docs/principles.md A37 to A39."""

from sqlalchemy import CTE, and_, func, null, select

from projections.indicators.definition import flag
from projections.kernel import integer
from projections.relations import ACTIVE, day_of, first, last, position_of, seen
from projections.schema import OPEN

KEY_ROLES = ("executive_sponsor", "relationship_manager")


def _tenures() -> CTE:
    e = seen("role.assigned", "role.deputy_named", "role.vacated", "role.handed_over")
    folded = (
        select(
            e.c.q,
            e.c.t,
            e.c.item,
            last(e, "role.assigned", e.c.code).label("role"),
            last(e, "role.assigned", e.c.party).label("party"),
            last(e, "role.assigned", e.c.position).label("assigned"),
            last(e, "role.assigned", e.c.on_day).label("from_day"),
            first(e, "role.vacated").label("vacated_ord"),
            flag(func.max(e.c.ref).is_not(null())).label("has_deputy"),
            last(e, "role.deputy_named").label("deputy_ord"),
            first(e, "role.handed_over").label("handover_ord"),
        )
        .group_by(e.c.q, e.c.t, e.c.item)
        .having(last(e, "role.assigned", e.c.position).is_not(null()))
        .subquery()
    )
    return select(
        folded,
        func.coalesce(day_of(folded.c.vacated_ord), integer(OPEN)).label("to_day"),
        position_of(folded.c.vacated_ord).label("vacated"),
        position_of(folded.c.deputy_ord).label("deputy_named"),
        position_of(folded.c.handover_ord).label("handover"),
        day_of(folded.c.handover_ord).label("handover_day"),
    ).cte("tenure")


TENURES = _tenures()
"""One row per assignment: (q, t, item, role, party, from_day, to_day, has_deputy, handover_day) and the positions
`assigned`, `vacated`, `deputy_named` (the last naming) and `handover` (the first). `to_day` is excluded."""

IN_OFFICE = (
    select(TENURES)
    .join_from(TENURES, ACTIVE, and_(ACTIVE.c.q == TENURES.c.q, ACTIVE.c.party == TENURES.c.party))
    .where(TENURES.c.vacated.is_(null()))
    .cte("in_office")
)
"""The assignments in office at T."""
