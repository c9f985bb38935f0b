"""Documents issued in versions and agreed by every party: the joint plan, the charter, the exit strategy.

Source: docs/principles.md A35, A36.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, literal, null, select
from sqlalchemy.sql.selectable import FromClause, SelectBase

from projections.indicators.definition import flag, listed, measured, together
from projections.kernel import SCALE, greatest, integer, ratio
from projections.relations import ACTIVE, PARTY_COUNT, day_of, last, of, position_of, seen


class Document:
    """The current version of one document and its first agreement by each party that agreed to it.

    current: (q, t, version, issued, known_from), no row where none is issued, `issued` being a position;
    agreements: (q, party, day, position, active), `active` being 1 for the parties of P.
    """

    def __init__(
        self, name: str, issued: str, agreed: str, reviewed: str | None = None, *, takes_effect: bool = False
    ) -> None:
        """takes_effect: a version is current only from its `effective_on` on."""
        e = seen(issued, agreed, *([] if reviewed is None else [reviewed]))
        version = of(e, issued, e.c.number)
        if takes_effect:
            version = case((e.c.due_day <= e.c.t, version))
        marked = select(e, func.max(version).over(partition_by=e.c.q).label("newest")).subquery()
        entry = select(marked).where(marked.c.number == marked.c.newest).cte(f"{name}_entry")
        # A version may stand twice in an own view, issued by that party alone and by all: the first one counts.
        turn = func.row_number().over(partition_by=entry.c.q, order_by=entry.c.ord)
        issues = select(entry, turn.label("turn")).where(entry.c.type == _text(issued))
        if takes_effect:
            issues = issues.where(entry.c.due_day <= entry.c.t)
        i = issues.subquery().c
        self.current = (
            select(i.q, i.t, i.number.label("version"), i.position.label("issued"), i.known_from)
            .where(i.turn == 1)
            .subquery()
        )
        self.agreements = _first_agreements(entry, agreed)
        self._reviews = (
            select(
                entry.c.q,
                last(entry, reviewed, entry.c.on_day).label("day"),
                position_of(last(entry, reviewed)).label("position"),
            )
            .group_by(entry.c.q)
            .subquery()
            if reviewed is not None
            else None
        )

    def agreed_share(self) -> Select[Any]:
        """The share of the parties of P that agreed to the current version; 0 over #P when none is issued."""
        c, agreed = self.current, self._agreed()
        p = PARTY_COUNT.c
        n = func.coalesce(agreed.c.n, integer(0))
        return measured(p.q, ratio(n, p.n), n * SCALE, p.n * SCALE, case((c.c.issued.is_not(null()), p.n))).select_from(
            PARTY_COUNT.outerjoin(c, c.c.q == p.q).outerjoin(agreed, agreed.c.q == p.q),
        )

    def age(self) -> Select[Any]:
        """The days since the later of full agreement and last review; no row without either."""
        found = self._currency()
        days = cast(found.c.t - found.c.since, BigInteger) * SCALE
        return measured(found.c.q, days, days, integer(SCALE)).where(found.c.since.is_not(null()))

    def agreed_evidence(self) -> SelectBase:
        a = self.agreements.alias()
        return together(
            listed(self.current, self.current.c.issued),
            listed(a, a.c.position, where=a.c.active == 1),
            listed(a, a.c.position, "left_party", a.c.active == 0),
        )

    def age_evidence(self) -> SelectBase:
        a, found = self.agreements.alias(), self._currency()
        complete = (
            select(a.c.q, a.c.position)
            .join_from(a, found, and_(found.c.q == a.c.q, found.c.complete == 1))
            .where(a.c.active == 1)
            .subquery()
        )
        return together(
            listed(found, found.c.issued, where=found.c.since.is_not(null())),
            listed(complete, complete.c.position),
            listed(found, found.c.reviewed),
            listed(a, a.c.position, "left_party", a.c.active == 0),
        )

    def _agreed(self) -> FromClause:
        """(q, n, day): how many parties of P agreed, and the day on which the last of them first did."""
        a = self.agreements
        return (
            select(a.c.q, func.count().label("n"), func.max(a.c.day).label("day"))
            .where(a.c.active == 1)
            .group_by(a.c.q)
            .subquery()
        )

    def _currency(self) -> FromClause:
        """(q, t, issued, complete, reviewed, since) of the current version; `since` is NULL without either date."""
        assert self._reviews is not None
        c, agreed, reviews = self.current, self._agreed(), self._reviews
        complete = and_(agreed.c.n.is_not(null()), agreed.c.n == PARTY_COUNT.c.n)
        since = case(
            (and_(complete, reviews.c.day.is_not(null())), greatest(agreed.c.day, reviews.c.day)),
            (complete, agreed.c.day),
            else_=reviews.c.day,
        )
        return (
            select(
                c.c.q,
                c.c.t,
                c.c.issued,
                flag(complete).label("complete"),
                reviews.c.position.label("reviewed"),
                since.label("since"),
            )
            .select_from(
                c.join(PARTY_COUNT, PARTY_COUNT.c.q == c.c.q)
                .join(reviews, reviews.c.q == c.c.q)
                .outerjoin(agreed, agreed.c.q == c.c.q)
            )
            .subquery()
        )


def _first_agreements(entry: FromClause, agreed: str) -> FromClause:
    first = (
        select(entry.c.q, entry.c.party, func.min(entry.c.ord).label("ord"))
        .where(entry.c.type == _text(agreed))
        .group_by(entry.c.q, entry.c.party)
        .subquery()
    )
    f = first.c
    return (
        select(
            f.q,
            f.party,
            day_of(f.ord).label("day"),
            position_of(f.ord).label("position"),
            flag(ACTIVE.c.party.is_not(null())).label("active"),
        )
        .join_from(first, ACTIVE, and_(ACTIVE.c.q == f.q, ACTIVE.c.party == f.party), isouter=True)
        .subquery()
    )


def _text(value: str) -> ColumnElement[str]:
    return literal(value, literal_execute=True)


JOINT_PLAN = Document("joint_plan", "joint_plan.issued", "joint_plan.agreed", "joint_plan.reviewed", takes_effect=True)
CHARTER = Document("charter", "charter.issued", "charter.signed")
EXIT_STRATEGY = Document("exit_strategy", "exit_strategy.issued", "exit_strategy.agreed", "exit_strategy.reviewed")
