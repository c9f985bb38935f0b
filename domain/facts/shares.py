"""Shares (P9): what one party let others know, and under which rules. Rules: docs/principles.md A61 to A64."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import DueOn, FreeText, ItemId, Parties, PartyId, Title, field

Classification = Literal["public", "internal", "confidential", "restricted"]
IpStatus = Literal["background", "foreground", "third_party", "none"]

# Facts


class KnowledgeShared(Fact, frozen=True, kw_only=True, tag="knowledge.shared"):
    """A party gave knowledge to others, perhaps in answer to a request."""

    creates: ClassVar[bool] = True

    share_id: ItemId | None = None
    from_party: PartyId
    to_parties: Parties
    topic: Title
    classification: Annotated[Classification, field(column="code")] | None = None
    ip_status: Annotated[IpStatus, field(column="label")] | None = None
    permitted_use: Annotated[FreeText, field(column="text")] | None = None
    expires_on: DueOn | None = None
    contains_personal_data: Annotated[bool, field(column="flag")]
    answers_request: Annotated[UUID, field(column="ref", known="information_request")] | None = None


class KnowledgeAcknowledged(Fact, frozen=True, kw_only=True, tag="knowledge.acknowledged"):
    """A recipient confirmed that it has the knowledge."""

    share_id: ItemId
    party: PartyId


class KnowledgeAccessRevoked(Fact, frozen=True, kw_only=True, tag="knowledge.access_revoked"):
    """A recipient may not use the knowledge any more."""

    share_id: ItemId
    party: PartyId


class KnowledgeReturned(Fact, frozen=True, kw_only=True, tag="knowledge.returned"):
    """A recipient gave back what it had received."""

    share_id: ItemId
    party: PartyId


class KnowledgeDestroyed(Fact, frozen=True, kw_only=True, tag="knowledge.destroyed"):
    """A recipient destroyed what it had received."""

    share_id: ItemId
    party: PartyId


OfARecipient = KnowledgeAcknowledged | KnowledgeAccessRevoked | KnowledgeReturned | KnowledgeDestroyed

# State


class Share(Struct, frozen=True, kw_only=True):
    """A share as its facts leave it. `done`: what is recorded of which recipient."""

    shared_on: date
    to_parties: frozenset[UUID]
    done: frozenset[tuple[type[Fact], UUID]] = frozenset()


# Decisions


def decide(state: Share | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, KnowledgeShared):
        return fact
    assert state is not None, "the register has checked that the item is known"
    assert isinstance(fact, OfARecipient)
    if fact.party not in state.to_parties:
        raise IsNotAllowedNow(f"The knowledge was not shared with {fact.party} on {state.shared_on}.", "party")
    return None if (type(fact), fact.party) in state.done else fact


# State from facts


def evolve(state: Share | None, entry: Entry) -> Share:
    fact = entry.fact
    if isinstance(fact, KnowledgeShared):
        return Share(shared_on=entry.on, to_parties=frozenset(fact.to_parties))
    assert state is not None
    assert isinstance(fact, OfARecipient)
    return replace(state, done=state.done | {(type(fact), fact.party)})


shares = Aggregate(
    name="share",
    key="share_id",
    facts=(KnowledgeShared, KnowledgeAcknowledged, KnowledgeAccessRevoked, KnowledgeReturned, KnowledgeDestroyed),
    decide=decide,
    evolve=evolve,
)
