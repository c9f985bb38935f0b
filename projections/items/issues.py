"""Issues as at T. Source: docs/principles.md A46, A50; indicators CL3, GP4."""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import and_, case, null, or_, select

from domain.facts.issues import IssueAcknowledged, IssueEscalated, IssueRaised, IssueReopened, Level
from projections import days
from projections.indicators.definition import flag
from projections.indicators.due_items import text
from projections.indicators.p05_governance import SETTLED_WITHIN
from projections.items.listing import Family, Told
from projections.kernel import integer
from projections.relations import first, last, seen

State = Literal["OPEN", "RESOLVED"]


class Issue(Struct, frozen=True, kw_only=True):
    """A problem that a party named. Severity 1 is the worst.

    limit_on: the day by which one of its severity is to be settled; days_late: of what was settled after it or is
    still open then; escalated_to: the last level; acknowledged: by whom, at which level, when.
    """

    id: UUID
    relationship_id: UUID
    position: int
    raised_on: date
    by_party: UUID
    severity: int
    title: str
    linked_risk: UUID | None
    limit_on: date
    state: State
    resolved_on: date | None
    days_late: int | None
    reopened: int
    escalated_to: Level | None
    escalated_on: date | None
    acknowledged: tuple["Acknowledgement", ...]


class Acknowledgement(Struct, frozen=True, kw_only=True):
    """Someone of a level answered for the issue."""

    on: date
    level: Level
    by: UUID


_e = seen("issue.raised", "issue.resolved", "issue.reopened")
_within = case(*((_e.c.number == severity, integer(n)) for severity, n in SETTLED_WITHIN.items()))
_folded = (
    select(
        _e.c.q,
        _e.c.t,
        _e.c.item,
        first(_e, "issue.raised", _e.c.position).label("made"),
        first(_e, "issue.raised", _e.c.party).label("party"),
        first(_e, "issue.raised", _e.c.on_day + _within).label("due"),
        last(_e, "issue.resolved").label("resolved"),
        last(_e, "issue.resolved", _e.c.on_day).label("resolved_day"),
        last(_e, "issue.reopened").label("reopened"),
    )
    .group_by(_e.c.q, _e.c.t, _e.c.item)
    .having(first(_e, "issue.raised").is_not(null()))
    .cte("issue")
)
_i = _folded.c
_resolved = and_(_i.resolved.is_not(null()), or_(_i.reopened.is_(null()), _i.resolved > _i.reopened))
_until = case((_resolved, _i.resolved_day), else_=_i.t)


def _told(told: Told) -> Issue:
    row, made = told.row, told.made
    fact = made.fact
    assert isinstance(fact, IssueRaised)
    escalated = [(e.on, e.fact.level) for e in told.entries if isinstance(e.fact, IssueEscalated)]
    on, level = escalated[-1] if escalated else (None, None)
    return Issue(
        id=UUID(row.item),
        relationship_id=UUID(row.relationship_id),
        position=row.made,
        raised_on=made.on,
        by_party=fact.by_party,
        severity=fact.severity,
        title=fact.title,
        linked_risk=fact.linked_risk,
        limit_on=days.day(row.due),
        state=row.state,
        resolved_on=days.optional(row.settled_day),
        days_late=row.days_late,
        reopened=sum(isinstance(e.fact, IssueReopened) for e in told.entries),
        escalated_to=level,
        escalated_on=on,
        acknowledged=tuple(
            Acknowledgement(on=e.on, level=e.fact.level, by=e.fact.by)
            for e in told.entries
            if isinstance(e.fact, IssueAcknowledged)
        ),
    )


ISSUE = Family(
    relation=select(
        _i.q,
        _i.item,
        _i.made,
        _i.due,
        _i.party,
        case((_resolved, text("RESOLVED")), else_=text("OPEN")).label("state"),
        flag(~_resolved).label("is_open"),
        case((_resolved, _i.resolved_day)).label("settled_day"),
        case((_until > _i.due, _until - _i.due)).label("days_late"),
    ).subquery(),
    types=("issue.raised", "issue.escalated", "issue.acknowledged", "issue.reopened"),
    states=("OPEN", "RESOLVED"),
    tell=_told,
)
"""By the limit of its severity; `party` is who raised it."""
