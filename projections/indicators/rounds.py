"""Health-check rounds as the survey indicators use them. Source: docs/principles.md A18 to A23, A53, A98.

A round can be used when at least one relevant question has a result of at least two parties of P, a result being
at least three respondents. The newest such round within the age limit counts; without one the newest older is STALE.
"""

from typing import Any, Literal

from sqlalchemy import CTE, Select, String, and_, case, cast, func, literal, null, or_, select
from sqlalchemy.sql.selectable import FromClause, SelectBase

from projections.indicators.definition import flag, listed, measured, together
from projections.kernel import SCALE, half_up, total
from projections.relations import ACTIVE, parts, seen, window

RESPONDENTS = 3
"""Fewer would not be anonymous; no policy can lower this."""
PARTIES = 2


def _closed() -> CTE:
    """(q, t, item, closed, closed_day, closed_at, opened, opened_day): every closed round."""
    c, o = seen("health_check.closed"), seen("health_check.opened")
    return (
        select(
            c.c.q,
            c.c.t,
            c.c.item,
            c.c.ord.label("closed"),
            c.c.on_day.label("closed_day"),
            c.c.position.label("closed_at"),
            o.c.position.label("opened"),
            o.c.on_day.label("opened_day"),
            o.c.known_from.label("opened_known_from"),
        )
        .join_from(c, o, and_(o.c.q == c.c.q, o.c.item == c.c.item))
        .cte("closed_round")
    )


CLOSED = _closed()


def _answers() -> CTE:
    """Every answer to a closed round; `turn` is 1 for a respondent's last one, which replaces the others."""
    a = seen("health_check.answered")
    turn = func.row_number().over(partition_by=(a.c.q, a.c.item, a.c.party, a.c.person), order_by=a.c.ord.desc())
    return (
        select(
            a.c.q,
            a.c.item,
            a.c.party,
            a.c.person,
            a.c.number.label("recommend"),
            a.c.position,
            a.c.known_from,
            turn.label("turn"),
        )
        .join_from(a, CLOSED, and_(CLOSED.c.q == a.c.q, CLOSED.c.item == a.c.item))
        .cte("round_answer")
    )


ANSWERS = _answers()


class Survey:
    """One set of relevant questions, asked of every closed round.

    questions: (q, item, key), the relevant questions of each round; given: (q, item, key, party, number, position),
    the last answers to them.
    """

    def __init__(self, name: str, questions: FromClause, given: FromClause) -> None:
        self.questions = questions
        self.given = given
        g = given.c
        enough = (
            select(g.q, g.item, g.key, g.party)
            .join_from(given, ACTIVE, and_(ACTIVE.c.q == g.q, ACTIVE.c.party == g.party))
            .group_by(g.q, g.item, g.key, g.party)
            .having(func.count() >= RESPONDENTS)
            .cte(f"{name}_enough")
        )
        e = enough.alias()
        two_sided = (
            select(e.c.q, e.c.item, e.c.key).group_by(e.c.q, e.c.item, e.c.key).having(func.count() >= PARTIES)
        ).subquery()
        self.results = (
            select(enough)
            .join_from(
                enough,
                two_sided,
                and_(two_sided.c.q == enough.c.q, two_sided.c.item == enough.c.item, two_sided.c.key == enough.c.key),
            )
            .cte(f"{name}_result")
        )

    def used(self, indicator: str) -> FromClause:
        """(q, closed, stale): the round that the indicator uses, where there is one."""
        r = select(self.results.c.q, self.results.c.item).distinct().subquery()
        usable = select(CLOSED).join_from(CLOSED, r, and_(r.c.q == CLOSED.c.q, r.c.item == CLOSED.c.item)).subquery()
        u = usable.c
        fresh = func.max(case((u.t - u.closed_day <= window(indicator), u.closed)))
        chosen = select(
            u.q, func.coalesce(fresh, func.max(u.closed)).label("closed"), flag(fresh.is_(null())).label("stale")
        ).group_by(u.q)
        newest = chosen.subquery()
        return (
            select(newest, CLOSED.c.item, CLOSED.c.opened, CLOSED.c.closed_at)
            .join_from(newest, CLOSED, and_(CLOSED.c.q == newest.c.q, CLOSED.c.closed == newest.c.closed))
            .subquery()
        )

    def usable(self, indicator: str) -> FromClause:
        """(q, key, party, number, position, stale): the answers that enter the indicator's value."""
        used, g, r = self.used(indicator), self.given.alias(), self.results.alias()
        return (
            select(g.c.q, g.c.key, g.c.party, g.c.number, g.c.position, used.c.stale)
            .join_from(g, used, and_(used.c.q == g.c.q, used.c.item == g.c.item))
            .join(
                r,
                and_(r.c.q == g.c.q, r.c.item == g.c.item, r.c.key == g.c.key, r.c.party == g.c.party),
            )
            .subquery()
        )

    def by_question(self, indicator: str) -> FromClause:
        """(q, key, stale, level, gap) x 10^4: the mean of the parties' means on each question, and their distance."""
        u = self.usable(indicator)
        mean = half_up(total(u.c.number) * SCALE, func.count())
        party = select(u.c.q, u.c.key, u.c.stale, mean.label("mean")).group_by(u.c.q, u.c.key, u.c.stale, u.c.party)
        p = party.subquery().c
        return (
            select(
                p.q,
                p.key,
                p.stale,
                half_up(total(p.mean), func.count()).label("level"),
                (func.max(p.mean) - func.min(p.mean)).label("gap"),
            )
            .group_by(p.q, p.key, p.stale)
            .subquery()
        )

    def mean_over_questions(self, indicator: str, of: Literal["level", "gap"]) -> Select[Any]:
        """The measure of VV2, VV3 and MO3."""
        asked = self.by_question(indicator)
        value = half_up(total(asked.c[of]), func.count())
        return measured(asked.c.q, value, stale=asked.c.stale).group_by(asked.c.q, asked.c.stale)


def _asked(only_values: bool) -> tuple[CTE, CTE]:
    name = "values" if only_values else "all"
    o = seen("health_check.opened")
    p, on = parts(o, "questions")
    asked = select(o.c.q, o.c.item, p.c.code.label("key")).join_from(o, p, on)
    if only_values:
        asked = asked.where(p.c.label == literal("P2", literal_execute=True))
    questions = asked.cte(f"{name}_question")
    a = ANSWERS.alias()
    n, on = parts(a, "answers")
    given = (
        select(a.c.q, a.c.item, n.c.code.label("key"), a.c.party, n.c.number, a.c.position)
        .join_from(a, n, on)
        .join(
            questions,
            and_(questions.c.q == a.c.q, questions.c.item == a.c.item, questions.c.key == n.c.code),
        )
        .where(a.c.turn == 1)
        .cte(f"{name}_given")
    )
    return questions, given


def _recommended() -> tuple[FromClause, FromClause]:
    key = cast(literal("recommend", literal_execute=True), String).label("key")
    questions = select(CLOSED.c.q, CLOSED.c.item, key).cte("recommend_question")
    a = ANSWERS.alias()
    given = (
        select(a.c.q, a.c.item, key, a.c.party, a.c.recommend.label("number"), a.c.position)
        .where(a.c.turn == 1, a.c.recommend.is_not(null()))
        .cte("recommend_given")
    )
    return questions, given


VALUES = Survey("values", *_asked(only_values=True))
ALL = Survey("all", *_asked(only_values=False))
RECOMMEND = Survey("recommend", *_recommended())


def round_evidence(indicator: str, survey: Survey) -> SelectBase:
    """The round used, its opening, closing and the answers that entered; what was passed over, with the reason."""
    used, entered = survey.used(indicator), survey.usable(indicator)
    return together(
        listed(used, used.c.opened),
        listed(used, used.c.closed_at),
        listed(entered, entered.c.position),
        listed(used, used.c.opened, "stale_round", used.c.stale == 1),
        *_passed_over(indicator, survey),
        *_answers_left_out(indicator, survey),
    )


def _passed_over(indicator: str, survey: Survey) -> tuple[Select[Any], ...]:
    used, asked = survey.used(indicator), survey.questions.alias()
    relevant = select(asked.c.q, asked.c.item).distinct().subquery()
    newer = (
        select(CLOSED.c.q, CLOSED.c.opened)
        .join_from(CLOSED, relevant, and_(relevant.c.q == CLOSED.c.q, relevant.c.item == CLOSED.c.item))
        .join(used, used.c.q == CLOSED.c.q, isouter=True)
        .where(or_(used.c.closed.is_(null()), CLOSED.c.closed > used.c.closed))
        .subquery()
    )
    return (listed(newer, newer.c.opened, "too_few_respondents"),)


def _answers_left_out(indicator: str, survey: Survey) -> tuple[Select[Any], ...]:
    used, a, g, r = survey.used(indicator), ANSWERS.alias(), survey.given.alias(), survey.results.alias()
    replaced = (
        select(a.c.q, a.c.position)
        .join_from(a, used, and_(used.c.q == a.c.q, used.c.item == a.c.item))
        .where(a.c.turn > 1)
        .subquery()
    )
    active = ACTIVE.alias()
    unused = (
        select(g.c.q, g.c.position, active.c.party.label("active"))
        .join_from(g, used, and_(used.c.q == g.c.q, used.c.item == g.c.item))
        .join(
            r,
            and_(r.c.q == g.c.q, r.c.item == g.c.item, r.c.key == g.c.key, r.c.party == g.c.party),
            isouter=True,
        )
        .join(active, and_(active.c.q == g.c.q, active.c.party == g.c.party), isouter=True)
        .group_by(g.c.q, g.c.position, active.c.party)
        .having(func.count(r.c.key) == 0)
        .subquery()
    )
    return (
        listed(replaced, replaced.c.position, "duplicate_answer"),
        listed(unused, unused.c.position, "left_party", unused.c.active.is_(null())),
        listed(unused, unused.c.position, "too_few_respondents", unused.c.active.is_not(null())),
    )
