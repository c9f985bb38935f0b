"""Knowledge shared, as at T. Source: docs/principles.md A61 to A63; indicators IK2, IK3."""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, func, null, or_, select

from domain.facts.fact import Fact
from domain.facts.shares import (
    Classification,
    IpStatus,
    KnowledgeAccessRevoked,
    KnowledgeAcknowledged,
    KnowledgeDestroyed,
    KnowledgeReturned,
    KnowledgeShared,
)
from projections import days
from projections.indicators.definition import flag
from projections.indicators.due_items import text
from projections.items.listing import Family, Told
from projections.relations import first, parts, seen

State = Literal["AWAITING", "ACKNOWLEDGED", "EXPIRED", "ENDED"]
GIVEN = "knowledge.shared"
ENDINGS = ("knowledge.access_revoked", "knowledge.returned", "knowledge.destroyed")


class Share(Struct, frozen=True, kw_only=True):
    """What a party gave others to know.

    state: ENDED when every recipient had its access revoked or gave it back or destroyed it, else EXPIRED after
    `expires_on`, else ACKNOWLEDGED when every recipient acknowledged it, else AWAITING that.
    """

    id: UUID
    relationship_id: UUID
    position: int
    shared_on: date
    from_party: UUID
    to_parties: tuple[UUID, ...]
    topic: str
    classification: Classification | None
    ip_status: IpStatus | None
    permitted_use: str | None
    expires_on: date | None
    contains_personal_data: bool
    answers_request: UUID | None
    state: State
    acknowledged_by: tuple[UUID, ...]
    revoked_for: tuple[UUID, ...]
    returned_by: tuple[UUID, ...]
    destroyed_by: tuple[UUID, ...]


_e = seen(GIVEN, "knowledge.acknowledged", *ENDINGS)


def _parties(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((which, _e.c.party)).distinct())


_folded = (
    select(
        _e.c.q,
        _e.c.t,
        _e.c.item,
        first(_e, GIVEN, _e.c.position).label("made"),
        first(_e, GIVEN, _e.c.known_from).label("known_from"),
        first(_e, GIVEN, _e.c.party).label("party"),
        first(_e, GIVEN, _e.c.due_day).label("due"),
        _parties(_e.c.type == text("knowledge.acknowledged")).label("acknowledged"),
        _parties(_e.c.type.in_([text(ending) for ending in ENDINGS])).label("ended"),
    )
    .group_by(_e.c.q, _e.c.t, _e.c.item)
    .having(first(_e, GIVEN).is_not(null()))
    .cte("share")
)
_given = select(_folded.c.q, _folded.c.item, _folded.c.made.label("position"), _folded.c.known_from).subquery()
_part, _on = parts(_given, "to_parties")
_to = (
    select(_given.c.q, _given.c.item, func.count().label("recipients"))
    .join_from(_given, _part, _on)
    .group_by(_given.c.q, _given.c.item)
    .subquery()
)
_s = _folded.c
_ended = _s.ended >= _to.c.recipients
_expired = and_(_s.due.is_not(null()), _s.due < _s.t)


def _told(told: Told) -> Share:
    row, made = told.row, told.made
    fact = made.fact
    assert isinstance(fact, KnowledgeShared)

    def by(kind: type[Fact]) -> tuple[UUID, ...]:
        return tuple(getattr(e.fact, "party") for e in told.entries if isinstance(e.fact, kind))  # noqa: B009

    return Share(
        id=UUID(row.item),
        relationship_id=UUID(row.relationship_id),
        position=row.made,
        shared_on=made.on,
        from_party=fact.from_party,
        to_parties=fact.to_parties,
        topic=fact.topic,
        classification=fact.classification,
        ip_status=fact.ip_status,
        permitted_use=fact.permitted_use,
        expires_on=days.optional(row.due),
        contains_personal_data=fact.contains_personal_data,
        answers_request=fact.answers_request,
        state=row.state,
        acknowledged_by=by(KnowledgeAcknowledged),
        revoked_for=by(KnowledgeAccessRevoked),
        returned_by=by(KnowledgeReturned),
        destroyed_by=by(KnowledgeDestroyed),
    )


SHARE = Family(
    relation=select(
        _s.q,
        _s.item,
        _s.made,
        _s.due,
        _s.party,
        case(
            (_ended, text("ENDED")),
            (_expired, text("EXPIRED")),
            (_s.acknowledged >= _to.c.recipients, text("ACKNOWLEDGED")),
            else_=text("AWAITING"),
        ).label("state"),
        flag(~or_(_ended, _expired)).label("is_open"),
    )
    .join_from(_folded, _to, and_(_to.c.q == _s.q, _to.c.item == _s.item))
    .subquery(),
    types=(GIVEN, "knowledge.acknowledged", *ENDINGS),
    states=("AWAITING", "ACKNOWLEDGED", "EXPIRED", "ENDED"),
    tell=_told,
)
"""By the day on which it expires; `party` is who gave it; open: neither expired nor ended."""
