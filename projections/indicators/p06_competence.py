"""P6 Collaborative competence and behaviour. Source: docs/principles.md P6, A51, A52."""

from typing import Any

from sqlalchemy import CTE, Select, and_, case, func, null, or_, select
from sqlalchemy.sql.selectable import FromClause

from projections.indicators.definition import Indicator, evidence_of, flag, measured, share_of
from projections.indicators.due_items import answered, judged, text
from projections.indicators.rounds import RESPONDENTS
from projections.indicators.tenures import IN_OFFICE
from projections.kernel import SCALE, half_up, integer, total
from projections.relations import ACTIVE, PARTY_COUNT, seen, window


def _pairs() -> CTE:
    """Roles in office x competences required of them, with the last assessment of each: `valid` and `fits` 1 or 0."""
    r, a = seen("competence.required"), seen("competence.assessed")
    newest = func.row_number().over(partition_by=(r.c.q, r.c.code, r.c.label), order_by=r.c.ord.desc())
    required = select(r.c.q, r.c.code, r.c.label, r.c.number, r.c.position, newest.label("turn")).subquery()
    newest = func.row_number().over(partition_by=(a.c.q, a.c.item, a.c.label), order_by=a.c.ord.desc())
    assessed = select(
        a.c.q, a.c.item, a.c.label, a.c.number, a.c.position, a.c.due_day, newest.label("turn")
    ).subquery()
    o, x = IN_OFFICE.c, assessed.c
    is_valid = x.position.is_not(null())
    return (
        select(
            o.q,
            o.assigned,
            required.c.position.label("required"),
            x.position.label("assessed"),
            flag(is_valid).label("valid"),
            flag(and_(is_valid, x.number >= required.c.number)).label("fits"),
        )
        .join_from(
            IN_OFFICE,
            required,
            and_(required.c.q == o.q, required.c.code == o.role, required.c.turn == 1),
        )
        .join(
            assessed,
            and_(x.q == o.q, x.item == o.item, x.label == required.c.label, x.turn == 1, x.due_day >= o.t),
            isouter=True,
        )
        .cte("competence_pair")
    )


PAIRS = _pairs()


def _covered() -> FromClause:
    return select(PAIRS, integer(1).label("counts"), PAIRS.c.valid.label("hit"), null().label("reason")).subquery()


def _fitting() -> FromClause:
    return select(PAIRS, PAIRS.c.valid.label("counts"), PAIRS.c.fits.label("hit"), null().label("reason")).subquery()


def _development() -> FromClause:
    return judged(answered("development_action.agreed", "development_action.completed"), "CB3")


def _ratings() -> FromClause:
    """The ratings not too old: counted where the last of one of at least three raters, both parties being in P."""
    r = seen("behaviour.rated")
    of_rater = (r.c.q, r.c.about, r.c.party, r.c.person)
    newest = func.row_number().over(partition_by=of_rater, order_by=r.c.ord.desc())
    ranked = (
        select(r.c.q, r.c.about, r.c.party, r.c.number, r.c.position, newest.label("turn"))
        .where(r.c.on_day >= r.c.t - window("CB4"))
        .subquery()
    )
    k = ranked.c
    by, about = ACTIVE.alias(), ACTIVE.alias()
    rated = (
        select(
            ranked,
            func.count().over(partition_by=(k.q, k.about, k.party, k.turn)).label("raters"),
            flag(or_(by.c.party.is_(null()), about.c.party.is_(null()))).label("gone"),
        )
        .join_from(ranked, by, and_(by.c.q == k.q, by.c.party == k.party), isouter=True)
        .join(about, and_(about.c.q == k.q, about.c.party == k.about), isouter=True)
        .subquery()
    )
    x = rated.c
    reason = case(
        (x.turn > 1, text("duplicate_answer")),
        (x.gone == 1, text("left_party")),
        (x.raters < RESPONDENTS, text("too_few_respondents")),
    )
    return select(rated, reason.label("reason"), flag(reason.is_(null())).label("counts")).subquery()


def _cb4() -> Select[Any]:
    """The lowest rating of a party by the others; each party of P must have one."""
    r = _ratings()
    by_rater = (
        select(r.c.q, r.c.about, half_up(total(r.c.number) * SCALE, func.count()).label("mean"))
        .where(r.c.counts == 1)
        .group_by(r.c.q, r.c.about, r.c.party)
        .subquery()
    )
    b = by_rater.c
    rating = (
        select(b.q, b.about, half_up(total(b.mean), func.count()).label("rating")).group_by(b.q, b.about).subquery()
    )
    return (
        measured(rating.c.q, func.min(rating.c.rating))
        .join_from(rating, PARTY_COUNT, PARTY_COUNT.c.q == rating.c.q)
        .group_by(rating.c.q, PARTY_COUNT.c.n)
        .having(func.count() == PARTY_COUNT.c.n)
    )


P6 = (
    Indicator(
        id="CB1",
        title="Assessment coverage",
        unit="ratio",
        kind="A",
        formula="pairs of a role in office and a competence required of it whose last assessment is valid / such pairs",
        no_data="nobody in office of whom anything is required: 0",
        source="S10",
        floor=3_000,
        target=9_000,
        window=None,
        from_stage=5,
        measure=lambda: share_of(_covered()),
        evidence=lambda: evidence_of(_covered(), "assigned", "required", "assessed"),
    ),
    Indicator(
        id="CB2",
        title="Competence fit",
        unit="ratio",
        kind="R",
        formula="validly assessed pairs of role and competence at or above the level required last / validly assessed "
        "pairs",
        no_data="none validly assessed",
        source="J",
        floor=5_000,
        target=9_000,
        window=None,
        min_n=3,
        measure=lambda: share_of(_fitting()),
        evidence=lambda: evidence_of(_fitting(), "assigned", "required", "assessed"),
    ),
    Indicator(
        id="CB3",
        title="Development on time",
        unit="ratio",
        kind="R",
        formula="development actions completed by their due date / development actions due in the window",
        no_data="none due",
        source="J",
        floor=5_000,
        target=9_000,
        window=365,
        min_n=3,
        measure=lambda: share_of(_development()),
        evidence=lambda: evidence_of(_development(), "made", "answer"),
    ),
    Indicator(
        id="CB4",
        title="Behaviour as the partner sees it",
        unit="rating",
        kind="S",
        formula="lowest, over the active parties, of the mean rating (1 to 5) by the other active parties with at "
        "least 3 raters, each party's mean weighing the same; a rater's last rating within the window counts",
        no_data="an active party without such a rating",
        source="S14, S15",
        floor=20_000,
        target=40_000,
        window=365,
        measure=_cb4,
        evidence=lambda: evidence_of(_ratings(), "position"),
    ),
)
