"""P9 Information and knowledge sharing. Source: docs/principles.md P9, A61 to A64."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select
from sqlalchemy.sql.selectable import FromClause

from projections.indicators.definition import Indicator, evidence_of, flag, measured, share_of
from projections.indicators.due_items import answered, judged, on_day, text
from projections.kernel import SCALE, greatest, half_up, integer, ratio, total
from projections.relations import ACTIVE, first, minimum, of, position_of, seen, window

APPLIED_WITHIN = 180
"""Days from a lesson to its first use (IK5)."""
CONFIDENTIAL = ("confidential", "restricted")
"""The classifications from which on a permitted use is to be named (A63)."""
SHARED, BREACH = "knowledge.shared", "information.breach_reported"


def _requests() -> FromClause:
    """IK1's requests; one that was withdrawn or rightly declined in time, and not after its answer, does not count."""
    items = answered(
        "information.requested",
        SHARED,
        answer_key="ref",
        also={
            "withdrawn_day": ("information.request_withdrawn", on_day),
            "declined_day": (
                "information.request_declined",
                lambda entry: case((entry.c.flag.is_(True), entry.c.on_day)),
            ),
        },
    )
    c = items.c

    def excuses(day: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(day <= c.due, or_(c.answer_day.is_(null()), day <= c.answer_day))

    left_out = case(
        (excuses(c.withdrawn_day), text("request_withdrawn")), (excuses(c.declined_day), text("declined_permitted"))
    )
    return judged(items, "IK1", left_out=left_out)


# IK2


def _acknowledged() -> FromClause:
    """The shares in IK2's window that a recipient has acknowledged, counted where they came from a party of P."""
    e, a = seen(SHARED, "knowledge.acknowledged"), ACTIVE
    folded = (
        select(
            e.c.q,
            first(e, SHARED, e.c.position).label("position"),
            first(e, SHARED, e.c.party).label("from_party"),
            first(e, "knowledge.acknowledged").label("acknowledged"),
        )
        .where(e.c.on_day > e.c.t - window("IK2"))
        .group_by(e.c.q, e.c.item)
        .having(first(e, SHARED).is_not(null()), first(e, "knowledge.acknowledged").is_not(null()))
        .subquery()
    )
    f = folded.c
    return (
        select(
            f.q,
            f.position,
            f.from_party,
            position_of(f.acknowledged).label("acknowledged"),
            flag(a.c.party.is_not(null())).label("counts"),
            case((a.c.party.is_(null()), text("left_party"))).label("reason"),
        )
        .join_from(folded, a, and_(a.c.q == f.q, a.c.party == f.from_party), isouter=True)
        .subquery()
    )


def _ik2() -> Select[Any]:
    """The fewest acknowledged shares given by a party over the most."""
    given, a = _acknowledged(), ACTIVE
    party = (
        select(a.c.q, a.c.party, func.count(given.c.position).label("n"))
        .join_from(a, given, and_(given.c.q == a.c.q, given.c.from_party == a.c.party), isouter=True)
        .group_by(a.c.q, a.c.party)
        .subquery()
    )
    n, d = func.min(party.c.n), func.max(party.c.n)
    return (
        measured(party.c.q, ratio(n, d), n * SCALE, d * SCALE)
        .group_by(party.c.q)
        .having(total(party.c.n) >= minimum("IK2"))
    )


# IK3 to IK5


def _handled() -> FromClause:
    """The shares in IK3's window; a hit has all the handling rules that it needs."""
    e = seen(SHARED)
    may_be_used = and_(e.c.text.is_not(null()), e.c.text != text(""))
    needs_no_use = e.c.code.not_in([text(c) for c in CONFIDENTIAL])
    complete = and_(e.c.code.is_not(null()), e.c.label.is_not(null()), or_(needs_no_use, may_be_used))
    return (
        select(e.c.q, e.c.position, integer(1).label("counts"), flag(complete).label("hit"), null().label("reason"))
        .where(e.c.on_day > e.c.t - window("IK3"))
        .subquery()
    )


def _shares_and_breaches() -> FromClause:
    e = seen(SHARED, BREACH)
    return (
        select(
            e.c.q,
            e.c.position,
            flag(of(e, BREACH).is_not(null())).label("breach"),
            integer(1).label("counts"),
            null().label("reason"),
        )
        .where(e.c.on_day > e.c.t - window("IK4"))
        .subquery()
    )


def _ik4() -> Select[Any]:
    e = _shares_and_breaches()
    n = total(e.c.breach)
    d = greatest(total(1 - e.c.breach), integer(1))
    return measured(e.c.q, half_up(100 * n * SCALE, d), n * SCALE, d * SCALE, d).group_by(e.c.q)


def _lessons() -> FromClause:
    return judged(answered("lesson.recorded", "lesson.applied", days=APPLIED_WITHIN), "IK5")


P9 = (
    Indicator(
        id="IK1",
        title="Requests answered on time",
        unit="ratio",
        kind="R",
        formula=(
            "requests answered by the day needed / requests needed by a day in the window, less those withdrawn, or "
            "declined on a permitted ground, by that day and not after the answer"
        ),
        no_data="none due",
        source="X1 (exact check)",
        floor=5_000,
        target=9_500,
        window=180,
        min_n=3,
        measure=lambda: share_of(_requests()),
        evidence=lambda: evidence_of(_requests(), "made", "answer"),
    ),
    Indicator(
        id="IK2",
        title="Reciprocity index",
        unit="ratio",
        kind="R",
        formula="fewest shares of a party that a recipient acknowledged / most, of the shares given in the window",
        no_data="fewer than min_n acknowledged shares",
        source="J (low weight 0.5: symmetry is not always right)",
        floor=1_000,
        target=5_000,
        window=180,
        min_n=5,
        weight=50,
        measure=_ik2,
        evidence=lambda: evidence_of(_acknowledged(), "position", "acknowledged"),
    ),
    Indicator(
        id="IK3",
        title="Handling rules complete",
        unit="ratio",
        kind="R",
        formula=(
            "shares with classification and status of rights, and a permitted use where they are confidential or "
            "restricted / shares in the window"
        ),
        no_data="nothing shared",
        source="S9",
        floor=8_000,
        target=10_000,
        window=365,
        min_n=3,
        measure=lambda: share_of(_handled()),
        evidence=lambda: evidence_of(_handled(), "position"),
    ),
    Indicator(
        id="IK4",
        title="Breaches per 100 shares",
        unit="per 100 shares",
        kind="R",
        formula="100 x breaches reported in the window / shares in the window, or 1 where there were none",
        no_data="no shares and no breach",
        source="J",
        floor=20_000,
        target=0,
        window=365,
        measure=_ik4,
        evidence=lambda: evidence_of(_shares_and_breaches(), "position"),
    ),
    Indicator(
        id="IK5",
        title="Lessons applied",
        unit="ratio",
        kind="R",
        formula="lessons applied within 180 days / lessons whose 180 days ended in the window",
        no_data="no lesson to apply",
        source="J",
        floor=2_000,
        target=7_000,
        window=365,
        min_n=3,
        measure=lambda: share_of(_lessons()),
        evidence=lambda: evidence_of(_lessons(), "made", "answer"),
    ),
)
