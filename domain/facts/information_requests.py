"""Information requests (P9): what one party asked another to tell it by a day. Rules: docs/principles.md A61."""

from typing import Annotated, ClassVar, Literal

from msgspec import Struct

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import AboutPartyId, DueOn, ItemId, PartyId, ShortText, Title, field

# Facts


class InformationRequested(Fact, frozen=True, kw_only=True, tag="information.requested"):
    """A party asked another for something it needs by a day."""

    creates: ClassVar[bool] = True

    request_id: ItemId | None = None
    by_party: AboutPartyId
    from_party: PartyId
    topic: Title
    needed_by: DueOn


class InformationRequestWithdrawn(Fact, frozen=True, kw_only=True, tag="information.request_withdrawn"):
    """The request is not upheld any more."""

    request_id: ItemId


class InformationRequestDeclined(Fact, frozen=True, kw_only=True, tag="information.request_declined"):
    """The request was refused; `permitted`: on a ground that the parties admit."""

    request_id: ItemId
    ground: Annotated[ShortText, field(column="code")]
    permitted: Annotated[bool, field(column="flag")]


# State


class InformationRequest(Struct, frozen=True, kw_only=True):
    """A request as its facts leave it. Its answers are shares that name it."""

    end: Literal["open", "withdrawn", "declined"] = "open"


# Decisions


def decide(state: InformationRequest | None, entry: Entry, world: World) -> Fact | None:
    """What ended once does not end again; a withdrawal after the answer is recorded and counts nowhere (A61)."""
    if isinstance(entry.fact, InformationRequested):
        return entry.fact
    assert state is not None, "the register has checked that the item is known"
    if state.end != "open":
        raise IsNotAllowedNow(f"The request was already {state.end} before this entry of {entry.on}.")
    return entry.fact


# State from facts


def evolve(state: InformationRequest | None, entry: Entry) -> InformationRequest:
    match entry.fact:
        case InformationRequestWithdrawn():
            return InformationRequest(end="withdrawn")
        case InformationRequestDeclined():
            return InformationRequest(end="declined")
    return InformationRequest()


information_requests = Aggregate(
    name="information_request",
    key="request_id",
    facts=(InformationRequested, InformationRequestWithdrawn, InformationRequestDeclined),
    decide=decide,
    evolve=evolve,
)
