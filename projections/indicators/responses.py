"""Who took part in the closed rounds, whatever they answered: MO1 and MO2. Source: docs/principles.md A70, A71, A98."""

from typing import Any

from sqlalchemy import CTE, BigInteger, Select, and_, cast, func, null, or_, select
from sqlalchemy.sql.selectable import FromClause, SelectBase

from projections.indicators.definition import flag, listed, measured, together
from projections.indicators.due_items import text
from projections.indicators.rounds import ANSWERS, CLOSED, PARTIES, RESPONDENTS
from projections.kernel import SCALE, greatest, integer, least, ratio
from projections.relations import ACTIVE, MEMBERSHIP, active_on, parts, position_of, seen, window

STAYING_TOGETHER = 7
"""The stage from which health checks are to be made."""


def _respondents() -> CTE:
    a = ANSWERS.c
    people = select(a.q, a.item, a.party, func.count().label("n")).where(a.turn == 1)
    return people.group_by(a.q, a.item, a.party).cte("respondents")


ANSWERED = _respondents()
"""(q, item, party, n): how many people of each party answered each closed round."""


# MO1


def _time_at_stage_7() -> FromClause:
    """(q, t, since, entered): the first day of the unbroken time at stage 7 or above, and the entry in force on it.

    A day's stage is that of its last entry. No row where the last stage entered is lower.
    """
    e = seen("lifecycle.stage_entered")
    entered = (
        select(
            e.c.q,
            e.c.t,
            e.c.ord,
            e.c.on_day,
            e.c.number.label("stage"),
            func.lead(e.c.on_day).over(partition_by=e.c.q, order_by=e.c.ord).label("next_day"),
        )
        .where(or_(e.c.code == text("proceed"), e.c.code == text("return")))
        .subquery()
    )
    days = select(entered).where(or_(entered.c.next_day.is_(null()), entered.c.next_day > entered.c.on_day)).subquery()
    lower = (
        select(days.c.q, func.max(days.c.on_day).label("last_day"))
        .where(days.c.stage < STAYING_TOGETHER)
        .group_by(days.c.q)
        .subquery()
    )
    first = (
        select(days.c.q, days.c.t, func.min(days.c.on_day).label("since"), func.min(days.c.ord).label("ord"))
        .join_from(days, lower, lower.c.q == days.c.q, isouter=True)
        .where(or_(lower.c.last_day.is_(null()), days.c.on_day > lower.c.last_day))
        .group_by(days.c.q, days.c.t)
        .subquery()
    )
    f = first.c
    return select(f.q, f.t, f.since, position_of(f.ord).label("entered")).subquery()


def _newest_two_sided() -> FromClause:
    """(q, closed, closed_day, opened, closed_at): the newest round with enough respondents of two parties of P."""
    r = ANSWERED.alias()
    rounds = (
        select(r.c.q, r.c.item)
        .join_from(r, ACTIVE, and_(ACTIVE.c.q == r.c.q, ACTIVE.c.party == r.c.party))
        .where(r.c.n >= RESPONDENTS)
        .group_by(r.c.q, r.c.item)
        .having(func.count() >= PARTIES)
        .subquery()
    )
    newest = (
        select(CLOSED.c.q, func.max(CLOSED.c.closed).label("closed"))
        .join_from(CLOSED, rounds, and_(rounds.c.q == CLOSED.c.q, rounds.c.item == CLOSED.c.item))
        .group_by(CLOSED.c.q)
        .subquery()
    )
    c = CLOSED.c
    return (
        select(c.q, c.closed, c.closed_day, c.opened, c.closed_at)
        .join_from(CLOSED, newest, and_(newest.c.q == c.q, newest.c.closed == c.closed))
        .subquery()
    )


def _currency() -> CTE:
    stage, newest = _time_at_stage_7(), _newest_two_sided()
    n = newest.c
    return (
        select(
            stage,
            n.closed,
            n.opened,
            n.closed_at,
            func.coalesce(n.closed_day, stage.c.since).label("closed_day"),
            flag(and_(n.closed_day.is_not(null()), n.closed_day >= stage.c.since)).label("checked"),
        )
        .join_from(stage, newest, n.q == stage.c.q, isouter=True)
        .cte("health_check_currency")
    )


CURRENCY = _currency()
"""(q, t, since, entered, closed, closed_day, opened, closed_at, checked): MO1's two dates.

`checked` is 1 when the newest two-sided round was closed at stage 7 or later.
"""


def health_check_age() -> Select[Any]:
    """MO1: the days since the later of the newest two-sided round and the beginning of stage 7."""
    c = CURRENCY.c
    days = cast(c.t - greatest(c.closed_day, c.since), BigInteger) * SCALE
    return measured(c.q, days, days, integer(SCALE))


def health_check_age_evidence() -> SelectBase:
    c = CURRENCY.c
    newer = _newer_than(CURRENCY)
    return together(
        listed(CURRENCY, c.opened, where=c.checked == 1),
        listed(CURRENCY, c.closed_at, where=c.checked == 1),
        listed(CURRENCY, c.entered, where=c.checked == 0),
        listed(newer, newer.c.opened, "too_few_respondents"),
    )


def _newer_than(used: FromClause) -> FromClause:
    """(q, opened): the closed rounds newer than the one in `used`, all of them where it has none."""
    return (
        select(CLOSED.c.q, CLOSED.c.opened)
        .join_from(CLOSED, used, used.c.q == CLOSED.c.q, isouter=True)
        .where(or_(used.c.closed.is_(null()), CLOSED.c.closed > used.c.closed))
        .subquery()
    )


# MO2


def _ranged() -> CTE:
    c, m = CLOSED.c, MEMBERSHIP.alias()
    return (
        select(c.q, c.item, c.closed, m.c.party)
        .join_from(CLOSED, m, and_(m.c.q == c.q, active_on(m, c.opened_day)))
        .join(ACTIVE, and_(ACTIVE.c.q == m.c.q, ACTIVE.c.party == m.c.party))
        .cte("party_asked")
    )


RANGED = _ranged()
"""(q, item, closed, party): the parties of P that were active when each closed round was opened."""


def _used() -> CTE:
    newest = select(RANGED.c.q, func.max(RANGED.c.closed).label("closed")).group_by(RANGED.c.q).subquery()
    c = CLOSED.c
    return (
        select(
            c.q,
            c.item,
            c.closed,
            c.closed_at,
            c.opened,
            c.opened.label("position"),
            c.opened_known_from.label("known_from"),
            flag(c.t - c.closed_day > window("MO2")).label("stale"),
        )
        .join_from(CLOSED, newest, and_(newest.c.q == c.q, newest.c.closed == c.closed))
        .cte("round_asked")
    )


USED = _used()
"""(q, item, closed, closed_at, opened, position, known_from, stale): the newest round that asked a party of P.

`position` and `known_from` are those of its opening.
"""


def response() -> Select[Any]:
    """MO2: the lowest of the parties' shares of those invited who answered."""
    ranged, used, r = RANGED.alias(), USED.alias(), ANSWERED.alias()
    p, on = parts(used, "invited")
    people = (
        select(
            ranged.c.q,
            used.c.stale,
            func.coalesce(p.c.number, integer(0)).label("invited"),
            least(func.coalesce(r.c.n, integer(0)), func.coalesce(p.c.number, integer(0))).label("responded"),
        )
        .join_from(ranged, used, and_(used.c.q == ranged.c.q, used.c.closed == ranged.c.closed))
        .join(p, and_(on, p.c.party == ranged.c.party), isouter=True)
        .join(r, and_(r.c.q == ranged.c.q, r.c.item == ranged.c.item, r.c.party == ranged.c.party), isouter=True)
        .subquery()
    )
    shares = select(
        people, func.coalesce(ratio(people.c.responded, people.c.invited), integer(0)).label("share")
    ).subquery()
    turn = func.row_number().over(
        partition_by=shares.c.q, order_by=(shares.c.share, shares.c.invited.desc(), shares.c.responded)
    )
    s = select(shares, turn.label("turn")).subquery().c
    return measured(s.q, s.share, s.responded * SCALE, s.invited * SCALE, stale=s.stale).where(s.turn == 1)


def response_evidence() -> SelectBase:
    ranged, used, a = RANGED.alias(), USED.alias(), ANSWERS.alias()
    newer = _newer_than(used)
    answers = (
        select(a.c.q, a.c.position, a.c.turn, ranged.c.party)
        .join_from(a, used, and_(used.c.q == a.c.q, used.c.item == a.c.item))
        .join(
            ranged,
            and_(ranged.c.q == a.c.q, ranged.c.item == a.c.item, ranged.c.party == a.c.party),
            isouter=True,
        )
        .subquery()
    )
    n = answers.c
    return together(
        listed(used, used.c.opened),
        listed(used, used.c.closed_at),
        listed(answers, n.position, where=and_(n.turn == 1, n.party.is_not(null()))),
        listed(answers, n.position, "left_party", and_(n.turn == 1, n.party.is_(null()))),
        listed(answers, n.position, "duplicate_answer", n.turn > 1),
        listed(newer, newer.c.opened, "left_party"),
        listed(used, used.c.opened, "stale_round", used.c.stale == 1),
    )
