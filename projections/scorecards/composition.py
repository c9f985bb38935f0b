"""From indicator values to principles and the relationship, as one expression (docs/principles.md 3, A82 to A86).

It stands on three small relations: the policy, the values measured and the context of each question (measures.py).
A question with an even q is asked; q + 1 is the same relationship 90 days before, for the trend (A31).
"""

from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    column,
    func,
    literal,
    null,
    or_,
    select,
    table,
    union_all,
)

from projections.indicators import INDICATORS
from projections.indicators.definition import flag
from projections.kernel import SCALE, clamp, half_up, integer, ratio, total

RATED_PRINCIPLES = 8
FLAT_BELOW = 300

policy = table(
    "policy",
    column("seq", Integer),
    column("principle", Integer),
    column("kind", String),
    column("from_stage", Integer),
    column("floor", BigInteger),
    column("target", BigInteger),
    column("weight", BigInteger),
    column("min_n", Integer),
    column("enabled", Integer),
    column("principle_weight", BigInteger),
)
"""One row for each indicator, in the order of the page; floor and target x 10^4, weights x 10^2."""


measured = table(
    "measured",
    column("q", Integer),
    column("seq", Integer),
    column("value", BigInteger),
    column("n", BigInteger),
    column("d", BigInteger),
    column("sample", BigInteger),
    column("stale", Integer),
)
"""What `measures` found: no row where there is nothing."""

context = table(
    "context",
    column("q", Integer),
    column("stage", Integer),
    column("parties", Integer),
    column("severe", Integer),  # 1 when a severe breach was reported within the last year
    column("events", Integer),
    column("countersigned", Integer),
)
"""What `contexts` found, one row for each question."""


def _setting(name: str) -> ColumnElement[int]:
    return bindparam(name, None, type_=Integer)


def _text(value: str) -> ColumnElement[str]:
    return literal(value, String, literal_execute=True)


def _scored() -> CTE:
    """One row for each question and indicator."""
    p, c, m = policy.c, context.c, measured.c
    joined = (
        select(
            c.q,
            policy,
            m.value,
            m.n,
            m.d,
            m.sample,
            m.stale,
            m.q.label("found"),
            flag(or_(p.enabled == 0, c.stage < p.from_stage, c.parties < 2)).label("na"),
        )
        .select_from(context.join(policy, p.seq >= 0).outerjoin(measured, and_(m.q == c.q, m.seq == p.seq)))
        .subquery()
    )
    j = joined.c
    missing = and_(j.kind == _text("A"), j.found.is_(null()))
    value = case((j.na == 1, null()), (missing, integer(0)), else_=j.value)
    valued = select(joined, value.label("shown"), flag(missing).label("missing")).subquery()
    v = valued.c
    status = case(
        (v.na == 1, _text("NOT_APPLICABLE")),
        (v.shown.is_(null()), _text("NO_DATA")),
        (v.stale == 1, _text("STALE")),
        (and_(v.kind.in_([_text(k) for k in "ARG"]), v.missing == 0, v.sample < v.min_n), _text("LOW_SAMPLE")),
        else_=_text("SCORED"),
    )
    known = v.shown.is_not(null())
    judged = select(
        v.q,
        v.seq,
        v.principle,
        v.weight,
        v.principle_weight,
        v.floor,
        v.target,
        status.label("status"),
        v.shown.label("value"),
        case((known, case((v.missing == 1, integer(0)), else_=v.n))).label("n"),
        case((known, case((v.missing == 1, integer(0)), else_=v.d))).label("d"),
    ).subquery()
    s = judged.c
    way = case(
        (s.target > s.floor, half_up((s.value - s.floor) * SCALE, s.target - s.floor)),
        else_=half_up((s.floor - s.value) * SCALE, s.floor - s.target),
    )
    return select(judged, case((s.status == _text("SCORED"), clamp(way, 0, SCALE))).label("score")).cte("scored")


def _band(score: ColumnElement[int]) -> ColumnElement[str]:
    return case(
        (score.is_(null()), _text("NOT_RATED")),
        (score < _setting("amber_from"), _text("RED")),
        (score < _setting("green_from"), _text("AMBER")),
        else_=_text("GREEN"),
    )


def _principles(scored: CTE) -> CTE:
    """One row for each question and principle; `sw`, `aw`: weights scored and applicable."""
    s = scored.c
    sums = (
        select(
            s.q,
            s.principle,
            s.principle_weight.label("weight"),
            total(case((s.score.is_not(null()), s.weight), else_=integer(0))).label("sw"),
            total(case((s.status != _text("NOT_APPLICABLE"), s.weight), else_=integer(0))).label("aw"),
            total(case((s.score.is_not(null()), s.weight * s.score), else_=integer(0))).label("ws"),
        )
        .group_by(s.q, s.principle, s.principle_weight)
        .subquery()
    )
    x = sums.c
    score = case((and_(x.sw > 0, 2 * x.sw >= x.aw), half_up(x.ws, x.sw)))
    rated = select(sums, score.label("score")).subquery()
    return select(
        rated,
        _before(rated, rated.c.principle).label("before"),
        case((rated.c.aw > 0, ratio(rated.c.sw, rated.c.aw)), else_=integer(0)).label("coverage"),
        _band(rated.c.score).label("band"),
    ).cte("principle_score")


def _overall(principles: CTE) -> CTE:
    """One row for each question: the relationship's score, before gates and trend."""
    p = principles.c
    rated = p.score.is_not(null())
    sums = (
        select(
            p.q,
            total(p.sw).label("sw"),
            total(p.aw).label("aw"),
            total(flag(rated)).label("rated"),
            total(case((rated, p.weight), else_=integer(0))).label("w"),
            total(case((rated, p.weight * p.score), else_=integer(0))).label("ws"),
            func.max(flag(p.band == _text("RED"))).label("red"),
        )
        .group_by(p.q)
        .subquery()
    )
    x = sums.c
    score = case((and_(x.rated >= RATED_PRINCIPLES, x.w > 0), half_up(x.ws, x.w)))
    scores = select(sums, score.label("score")).subquery()
    return select(
        scores,
        _before(scores).label("before"),
        case((scores.c.aw > 0, ratio(scores.c.sw, scores.c.aw)), else_=integer(0)).label("coverage"),
    ).cte("overall")


def _before(scores: FromClause, *within: ColumnElement[Any]) -> ColumnElement[Any]:
    """For an even q the score of q + 1, which is that of 90 days before."""
    asked = scores.c.q - scores.c.q % 2
    return func.lead(scores.c.score).over(partition_by=(asked, *within), order_by=scores.c.q)


def _gates(scored: CTE, overall: CTE) -> CTE:
    s = scored.c
    seq = {i.id: n for n, i in enumerate(INDICATORS)}

    def zero(indicator: str) -> ColumnElement[int]:
        is_zero = and_(s.seq == seq[indicator], s.status == _text("SCORED"), s.value == 0)
        return func.max(flag(is_zero))

    artefacts = select(s.q, zero("RM1").label("plan"), zero("EX1").label("exit")).group_by(s.q).subquery()
    a = artefacts.c
    return (
        select(
            overall.c.q,
            (a.plan * _setting("gate_plan_not_agreed")).label("plan_not_agreed"),
            (a.exit * _setting("gate_exit_strategy_not_agreed")).label("exit_strategy_not_agreed"),
            (context.c.severe * _setting("gate_severe_breach")).label("severe_breach"),
            (overall.c.red * _setting("gate_principle_red")).label("principle_red"),
        )
        .select_from(overall.join(artefacts, a.q == overall.c.q).join(context, context.c.q == overall.c.q))
        .cte("gate")
    )


def _sensitivity(principles: CTE, overall: CTE) -> CTE:
    """Lowest and highest score with one principle weight halved or doubled; the halves as doubled weights (A84)."""
    p, o = principles.c, overall.c
    halved = half_up(2 * o.ws - p.weight * p.score, 2 * o.w - p.weight)
    doubled = half_up(o.ws + p.weight * p.score, o.w + p.weight)
    rated = and_(p.q == o.q, p.score.is_not(null()))
    variants = union_all(
        select(o.q, o.score.label("score")).where(o.score.is_not(null())),
        select(o.q, halved).select_from(overall.join(principles, rated)).where(o.score.is_not(null())),
        select(o.q, doubled).select_from(overall.join(principles, rated)).where(o.score.is_not(null())),
    ).subquery()
    return (
        select(variants.c.q, func.min(variants.c.score).label("low"), func.max(variants.c.score).label("high"))
        .group_by(variants.c.q)
        .cte("sensitivity")
    )


def scorecards() -> Select[tuple[object, ...]]:
    """54 rows for each even q, in the order of the page: the indicator, its principle and the relationship."""
    scored = _scored()
    principles = _principles(scored)
    overall = _overall(principles)
    gates, sensitivity = _gates(scored, overall), _sensitivity(principles, overall)
    s, p, o, g = scored.c, principles.c, overall.c, gates.c
    closed_gate = g.plan_not_agreed + g.exit_strategy_not_agreed + g.severe_breach + g.principle_red > 0
    band = _band(o.score)
    lowered = case((and_(band == _text("GREEN"), closed_gate), _text("AMBER")), else_=band)
    return (
        select(
            s.q,
            s.seq,
            s.status,
            s.value,
            s.n,
            s.d,
            s.score,
            s.weight,
            case((and_(s.score.is_not(null()), p.score.is_not(null())), half_up(s.weight * s.score, p.sw))).label(
                "contribution"
            ),
            p.score.label("p_score"),
            p.band.label("p_band"),
            p.coverage.label("p_coverage"),
            p.weight.label("p_weight"),
            (p.score - p.before).label("p_delta"),
            case((and_(p.score.is_not(null()), o.score.is_not(null())), half_up(p.weight * p.score, o.w))).label(
                "p_contribution"
            ),
            o.score.label("o_score"),
            lowered.label("o_band"),
            o.coverage.label("o_coverage"),
            o.rated,
            (o.score - o.before).label("o_delta"),
            o.sw,
            o.aw,
            g.plan_not_agreed,
            g.exit_strategy_not_agreed,
            g.severe_breach,
            g.principle_red,
            sensitivity.c.low,
            sensitivity.c.high,
            context.c.events,
            context.c.countersigned,
        )
        .select_from(
            scored.join(principles, and_(p.q == s.q, p.principle == s.principle))
            .join(overall, o.q == s.q)
            .join(gates, g.q == s.q)
            .outerjoin(sensitivity, sensitivity.c.q == s.q)
            .join(context, context.c.q == s.q)
        )
        .where(s.q % 2 == 0)
        .order_by(s.q, s.seq)
    )
