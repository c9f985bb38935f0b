"""P8 Value creation. Source: docs/principles.md P8, A55 to A60."""

from typing import Any

from sqlalchemy import CTE, BigInteger, Select, and_, case, cast, func, null, select, union_all
from sqlalchemy.sql.selectable import FromClause, SelectBase

from projections.indicators.definition import Indicator, evidence_of, flag, listed, measured, share_of, together
from projections.indicators.due_items import judged, text
from projections.indicators.initiatives import APPROVED, CLAIMS, INITIATIVES
from projections.kernel import SCALE, clamp, greatest, half_up, integer, ratio, total
from projections.relations import ACTIVE, minimum, parts, window

DECIDED_WITHIN = 60
"""Days from a proposal to its decision (VC4)."""

_VERIFIED = and_(CLAIMS.c.reason.is_(null()), CLAIMS.c.verified.is_not(null()))


# VC1


def _targets_to_date() -> FromClause:
    """(q, amount): what the plans of all initiatives come to by T."""
    a = APPROVED
    p, on = parts(a, "phasing")
    step = case((p.c.day <= a.c.until, p.c.amount), else_=integer(0))
    columns = (a.c.q, a.c.item, a.c.amount, a.c.from_day, a.c.due_day, a.c.until)
    phased = (
        select(*columns, func.count(p.c.n).label("steps"), total(step).label("reached"))
        .join_from(a, p, on, isouter=True)
        .group_by(*columns)
        .subquery()
    )
    c = phased.c
    gone = greatest(cast(c.until, BigInteger) - c.from_day, integer(0))
    part = case(
        (c.due_day > c.from_day, clamp(ratio(gone, cast(c.due_day, BigInteger) - c.from_day), 0, SCALE)),
        else_=flag(c.until >= c.from_day) * SCALE,
    )
    to_date = case((c.steps > 0, c.reached), else_=half_up(c.amount * part, SCALE))
    return select(c.q, total(to_date).label("amount")).group_by(c.q).subquery()


def _vc1() -> Select[Any]:
    planned = _targets_to_date()
    realised = (
        select(CLAIMS.c.q, total(CLAIMS.c.amount).label("amount")).where(_VERIFIED).group_by(CLAIMS.c.q).subquery()
    )
    n, d = func.coalesce(realised.c.amount, integer(0)), planned.c.amount
    return (
        measured(planned.c.q, ratio(n, d), n, d)
        .join_from(planned, realised, realised.c.q == planned.c.q, isouter=True)
        .where(d > 0)
    )


def _vc1_evidence() -> SelectBase:
    claims = select(CLAIMS, flag(_VERIFIED).label("counts")).subquery()
    return together(
        listed(APPROVED, APPROVED.c.position),
        listed(APPROVED, APPROVED.c.stopped),
        evidence_of(claims, "position", "verified"),
    )


# VC2


def _agreed_shares() -> CTE:
    a = APPROVED.c
    p, on = parts(APPROVED, "agreed_share")
    return select(a.q, a.item, p.c.party, p.c.amount.label("share")).join_from(APPROVED, p, on).cte("agreed_share")


AGREED_SHARES = _agreed_shares()
"""(q, item, party, share): what each party is to have of each initiative, in ten-thousandths."""


def _verified_claims() -> CTE:
    items = select(AGREED_SHARES.c.q, AGREED_SHARES.c.item).distinct().subquery()
    return (
        select(CLAIMS, flag(items.c.item.is_not(null())).label("shared"))
        .join_from(CLAIMS, items, and_(items.c.q == CLAIMS.c.q, items.c.item == CLAIMS.c.initiative), isouter=True)
        .where(_VERIFIED)
        .cte("verified_claim")
    )


VERIFIED_CLAIMS = _verified_claims()
"""The verified claims; `shared` is 1 where the initiative has an agreed share."""


def _used_initiatives() -> CTE:
    v, a = VERIFIED_CLAIMS.c, APPROVED.c
    used = select(v.q, v.initiative).where(v.shared == 1).distinct().subquery()
    return (
        select(a.q, a.item, a.position, a.amount)
        .join_from(APPROVED, used, and_(used.c.q == a.q, used.c.initiative == a.item))
        .cte("shared_initiative")
    )


USED_INITIATIVES = _used_initiatives()
"""(q, item, position, amount): the initiatives that VC2 is about, with their targets."""


def _vc2() -> Select[Any]:
    """Half the distance between realised and agreed shares, taken from 1."""
    claims, shares, initiatives = VERIFIED_CLAIMS, AGREED_SHARES, USED_INITIATIVES
    p, on = parts(claims, "shares")
    got = select(claims.c.q, p.c.party, p.c.amount.label("got"), integer(0).label("due")).join_from(claims, p, on)
    due = select(shares.c.q, shares.c.party, integer(0), initiatives.c.amount * shares.c.share).join_from(
        shares, initiatives, and_(initiatives.c.q == shares.c.q, initiatives.c.item == shares.c.item)
    )
    each = union_all(got.where(claims.c.shared == 1), due).subquery()
    party = (
        select(each.c.q, each.c.party, total(each.c.got).label("got"), total(each.c.due).label("due"))
        .group_by(each.c.q, each.c.party)
        .subquery()
    )
    realised = (
        select(claims.c.q, total(claims.c.amount).label("amount"))
        .where(claims.c.shared == 1)
        .group_by(claims.c.q)
        .subquery()
    )
    target = select(initiatives.c.q, total(initiatives.c.amount).label("amount")).group_by(initiatives.c.q).subquery()
    apart = func.abs(ratio(party.c.got, realised.c.amount) - half_up(party.c.due, target.c.amount))
    distances = (
        select(party.c.q, apart.label("apart"))
        .join_from(party, realised, realised.c.q == party.c.q)
        .join(target, target.c.q == party.c.q)
        .where(realised.c.amount > 0, target.c.amount > 0)
        .subquery()
    )
    return measured(distances.c.q, half_up(2 * SCALE - total(distances.c.apart), 2)).group_by(distances.c.q)


def _vc2_evidence() -> SelectBase:
    claims, initiatives = VERIFIED_CLAIMS, USED_INITIATIVES
    return together(
        listed(initiatives, initiatives.c.position),
        listed(claims, claims.c.position, where=claims.c.shared == 1),
        listed(claims, claims.c.verified, where=claims.c.shared == 1),
        listed(claims, claims.c.position, "not_agreed", claims.c.shared == 0),
        listed(CLAIMS, CLAIMS.c.position, CLAIMS.c.reason, CLAIMS.c.reason.is_not(null())),
    )


# VC3 to VC5


def _proposals() -> FromClause:
    """The proposals in VC3's window, counted where their party is in P."""
    i, a = INITIATIVES, ACTIVE
    active = a.c.party.is_not(null())
    return (
        select(
            i.c.q,
            i.c.made,
            i.c.by_party,
            flag(active).label("counts"),
            case((a.c.party.is_(null()), text("left_party"))).label("reason"),
        )
        .join_from(i, a, and_(a.c.q == i.c.q, a.c.party == i.c.by_party), isouter=True)
        .where(i.c.made_day > i.c.t - window("VC3"))
        .subquery()
    )


def _vc3() -> Select[Any]:
    made, a = _proposals(), ACTIVE
    party = (
        select(a.c.q, a.c.party, func.count(made.c.made).label("n"))
        .join_from(a, made, and_(made.c.q == a.c.q, made.c.by_party == a.c.party), isouter=True)
        .group_by(a.c.q, a.c.party)
        .subquery()
    )
    n, d = func.count() * func.min(party.c.n), total(party.c.n)
    return measured(party.c.q, ratio(n, d), n * SCALE, d * SCALE).group_by(party.c.q).having(d >= minimum("VC3"))


def _decisions() -> FromClause:
    made = select(INITIATIVES, (INITIATIVES.c.made_day + integer(DECIDED_WITHIN)).label("due")).subquery()
    return judged(made, "VC4")


def _claimed() -> FromClause:
    """The claims in VC5's window, counted unless they were reversed."""
    c = CLAIMS.c
    return select(CLAIMS, flag(c.reason.is_(null())).label("counts")).where(c.on_day > c.t - window("VC5")).subquery()


def _vc5() -> Select[Any]:
    claims = _claimed()
    c = claims.c
    n, d = total(case((c.verified.is_not(null()), c.amount), else_=integer(0))), total(c.amount)
    return measured(c.q, ratio(n, d), n, d).where(c.counts == 1).group_by(c.q).having(d > 0)


P8 = (
    Indicator(
        id="VC1",
        title="Value realised against plan to date",
        unit="ratio",
        kind="M",
        formula=(
            "value realised, verified and not reversed / targets to date: the agreed steps that have fallen due, else "
            "the target in a straight line from its start to its end; a stopped initiative grows no further"
        ),
        no_data="nothing planned to date",
        source="X2",
        floor=3_000,
        target=10_000,
        window=None,
        in_money=True,
        measure=_vc1,
        evidence=_vc1_evidence,
    ),
    Indicator(
        id="VC2",
        title="Benefit-share balance",
        unit="ratio",
        kind="M",
        formula=(
            "1 less half the sum over parties of the difference between realised and agreed share, over the "
            "initiatives with an agreed share and verified value; agreed shares weigh as the targets do"
        ),
        no_data="nothing realised, or no share agreed",
        source="S28",
        floor=6_000,
        target=9_500,
        window=None,
        measure=_vc2,
        evidence=_vc2_evidence,
    ),
    Indicator(
        id="VC3",
        title="Both sides bring ideas",
        unit="ratio",
        kind="R",
        formula="number of parties x fewest proposals of a party / proposals of all of them in the window",
        no_data="fewer than min_n proposals",
        source="TR cl. 11",
        floor=2_000,
        target=8_000,
        window=365,
        min_n=3,
        measure=_vc3,
        evidence=lambda: evidence_of(_proposals(), "made"),
    ),
    Indicator(
        id="VC4",
        title="Ideas decided in 60 days",
        unit="ratio",
        kind="R",
        formula="proposals approved or rejected within 60 days / proposals whose 60 days ended in the window",
        no_data="no proposal to decide",
        source="J",
        floor=4_000,
        target=9_000,
        window=365,
        min_n=3,
        measure=lambda: share_of(_decisions()),
        evidence=lambda: evidence_of(_decisions(), "made", "answer"),
    ),
    Indicator(
        id="VC5",
        title="Claims verified by the other side",
        unit="ratio",
        kind="M",
        formula="value verified by a party that did not claim it / value claimed in the window and not reversed",
        no_data="nothing claimed",
        source="S28",
        floor=5_000,
        target=10_000,
        window=365,
        in_money=True,
        measure=_vc5,
        evidence=lambda: evidence_of(_claimed(), "position", "verified"),
    ),
)
