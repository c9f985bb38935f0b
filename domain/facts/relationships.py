"""A relationship: its parties, life-cycle stage and standing. Rules: docs/principles.md A6, A17, A33, A91, A100."""

import zoneinfo
from datetime import date
from functools import cache
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from domain.codes import minor_units
from domain.errors import IsNotAllowedNow, IsNotAParty, IsOutOfRange, UnknownCode
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import (
    Alias,
    CurrencyCode,
    FreeText,
    Hundredths,
    ItemId,
    Level5,
    PartyId,
    PersonId,
    SealedText,
    ShortText,
    Title,
    field,
)

Form = Literal["bilateral", "alliance", "consortium", "joint_venture", "network"]
Tier = Literal["strategic", "key", "operational", "transactional"]
Gate = Literal["proceed", "return", "stop"]
Joining = Annotated[UUID, field(column="party", known="organisation")]


class Criterion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a partner's evaluation."""

    criterion: ShortText
    weight: Hundredths
    rating: Level5


# Facts


class RelationshipRegistered(Fact, frozen=True, kw_only=True, tag="relationship.registered"):
    """Two or more organisations keep a register of their relationship; it is at life-cycle stage 1."""

    creates: ClassVar[bool] = True

    relationship_id: ItemId | None = None
    name: Title
    form: Annotated[Form, field(column="code")]
    currency: Annotated[CurrencyCode, field(column="label")]
    time_zone: Annotated[str, Meta(min_length=1, max_length=100), field(column="text")]
    parties: tuple[Annotated[UUID, field(part="party", known="organisation")], ...]
    scope: FreeText | None = None
    alias: Alias | None = None


class RelationshipPartyJoined(Fact, frozen=True, kw_only=True, tag="relationship.party_joined"):
    """The organisation is a party from that day on."""

    party: Joining


class RelationshipPartyLeft(Fact, frozen=True, kw_only=True, tag="relationship.party_left"):
    """The organisation is no party any more from that day on."""

    party: Joining


class RelationshipScopeChanged(Fact, frozen=True, kw_only=True, tag="relationship.scope_changed"):
    """The relationship covers something else."""

    scope: FreeText


class RelationshipTiered(Fact, frozen=True, kw_only=True, tag="relationship.tiered"):
    """The relationship counts as strategic, key, operational or transactional."""

    tier: Annotated[Tier, field(column="code")]


class RelationshipSuspended(Fact, frozen=True, kw_only=True, tag="relationship.suspended"):
    """Work is paused; no score changes."""

    reason: SealedText | None = None


class RelationshipResumed(Fact, frozen=True, kw_only=True, tag="relationship.resumed"):
    """Work goes on."""

    reason: SealedText | None = None


class RelationshipClosed(Fact, frozen=True, kw_only=True, tag="relationship.closed"):
    """The relationship is over: only `entry.*` facts are accepted for it."""

    reason: SealedText | None = None


class LifecycleStageEntered(Fact, frozen=True, kw_only=True, tag="lifecycle.stage_entered"):
    """A gate was passed, or not: with `stop` the stage stays as it is."""

    stage: Annotated[int, Meta(ge=1, le=8), field(column="number")]
    gate: Annotated[Gate, field(column="code")]
    approved_by: PersonId | None = None


class BusinessCaseApproved(Fact, frozen=True, kw_only=True, tag="business_case.approved"):
    """The case for the relationship was approved."""

    summary: SealedText
    approved_by: PersonId


class PartnerEvaluated(Fact, frozen=True, kw_only=True, tag="partner.evaluated"):
    """A partner was rated against weighted criteria."""

    party: PartyId
    criteria: Annotated[tuple[Criterion, ...], Meta(min_length=1)]


class PartnerSelected(Fact, frozen=True, kw_only=True, tag="partner.selected"):
    """A partner was chosen."""

    party: PartyId


# State


class Move(Struct, frozen=True):
    """A party's joining or leaving."""

    on: date
    party: UUID
    joined: bool


class Relationship(Struct, frozen=True, kw_only=True):
    """A relationship as its facts leave it; `moves` in the order (`on`, `position`)."""

    registered_on: date
    currency: str
    time_zone: str
    moves: tuple[Move, ...]
    scope: str | None = None
    tier: Tier | None = None
    suspended: bool = False
    closed: bool = False

    def active(self, on: date) -> frozenset[UUID]:
        """The parties whose last move on or before that day is a joining."""
        last = {move.party: move.joined for move in self.moves if move.on <= on}
        return frozenset(party for party, joined in last.items() if joined)


@cache
def time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


# Decisions


def decide(state: Relationship | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, RelationshipRegistered):
        return _register(fact, world)
    assert state is not None
    match fact:
        case RelationshipPartyJoined(party=party):
            return None if party in state.active(entry.on) else fact
        case RelationshipPartyLeft(party=party):
            if party not in state.active(entry.on):
                raise IsNotAParty(f"{party} is not an active party on {entry.on}.", "party")
            return fact
        case RelationshipScopeChanged(scope=scope):
            return None if scope == state.scope else fact
        case RelationshipTiered(tier=tier):
            return None if tier == state.tier else fact
        case RelationshipSuspended():
            return None if state.suspended else fact
        case RelationshipResumed():
            return fact if state.suspended else None
        case RelationshipClosed():
            if state.closed:
                raise IsNotAllowedNow("The relationship is already closed.")
            return fact
    return fact


def _register(fact: RelationshipRegistered, world: World) -> Fact:
    if len(set(fact.parties)) < 2:
        raise IsOutOfRange(f"A relationship has two parties or more, not {len(set(fact.parties))}.", "parties")
    if len(set(fact.parties)) != len(fact.parties):
        raise IsOutOfRange("A party is named twice.", "parties")
    minor_units(fact.currency)
    if fact.time_zone not in time_zones():
        raise UnknownCode(f"{fact.time_zone} is not an IANA time zone.", "time_zone")
    world.claim_alias("relationship", fact.alias, fact.relationship_id)
    return fact


# State from facts


def evolve(state: Relationship | None, entry: Entry) -> Relationship:
    fact = entry.fact
    if isinstance(fact, RelationshipRegistered):
        return Relationship(
            registered_on=entry.on,
            currency=fact.currency,
            time_zone=fact.time_zone,
            moves=tuple(Move(entry.on, party, joined=True) for party in fact.parties),
            scope=fact.scope,
        )
    assert state is not None
    match fact:
        case RelationshipPartyJoined(party=party):
            return replace(state, moves=(*state.moves, Move(entry.on, party, joined=True)))
        case RelationshipPartyLeft(party=party):
            return replace(state, moves=(*state.moves, Move(entry.on, party, joined=False)))
        case RelationshipScopeChanged(scope=scope):
            return replace(state, scope=scope)
        case RelationshipTiered(tier=tier):
            return replace(state, tier=tier)
        case RelationshipSuspended():
            return replace(state, suspended=True)
        case RelationshipResumed():
            return replace(state, suspended=False)
        case RelationshipClosed():
            return replace(state, closed=True)
    return state


relationships = Aggregate(
    name="relationship",
    key=None,
    facts=(
        RelationshipRegistered,
        RelationshipPartyJoined,
        RelationshipPartyLeft,
        RelationshipScopeChanged,
        RelationshipTiered,
        RelationshipSuspended,
        RelationshipResumed,
        RelationshipClosed,
        LifecycleStageEntered,
        BusinessCaseApproved,
        PartnerEvaluated,
        PartnerSelected,
    ),
    decide=decide,
    evolve=evolve,
)
