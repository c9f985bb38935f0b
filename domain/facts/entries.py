"""Facts about entries: countersigned, settled, corrected, voided. Rules: docs/principles.md A76 to A81, A94.

They lie in the stream of the entry that they are about, so they are no aggregate of their own: the register applies
corrections and voids, and asks `decide` here for the other two.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Struct

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Entry, Fact
from domain.values import Data, DisputeOutcome, PartyId, SealedText, field

TargetId = Annotated[UUID, field(column="ref")]
Decision = Literal["accepted", "disputed"]

# Facts


class EntryCountersigned(Fact, frozen=True, kw_only=True, tag="entry.countersigned"):
    """A party said whether it takes an entry for true. Feeds confidence alone (A80)."""

    target_event_id: TargetId
    party: PartyId
    decision: Annotated[Decision, field(column="code")]
    comment: SealedText | None = None


class EntryDisputeSettled(Fact, frozen=True, kw_only=True, tag="entry.dispute_settled"):
    """The disputes of an entry ended; an upheld one is followed by a correction or a void (A94)."""

    target_event_id: TargetId
    outcome: Annotated[DisputeOutcome, field(column="code")]


class EntryCorrected(Fact, frozen=True, kw_only=True, tag="entry.corrected"):
    """An entry was wrong: `data` replaces its data as a whole, and `on` its business date when given."""

    target_event_id: TargetId
    data: Data
    on: date | None = None
    reason: SealedText


class EntryVoided(Fact, frozen=True, kw_only=True, tag="entry.voided"):
    """An entry should not have been made; it has no effect any more."""

    target_event_id: TargetId
    reason: SealedText


ABOUT: tuple[type[Fact], ...] = (EntryCountersigned, EntryDisputeSettled, EntryCorrected, EntryVoided)

# State


class Countersignatures(Struct, frozen=True, kw_only=True):
    """What the parties last said of one entry. A correction leaves the disputes open to be settled (A94)."""

    said: dict[UUID, Decision]
    disputed_by: frozenset[UUID]


# Decisions


def decide(history: Iterable[Entry], entry: Entry) -> Fact | None:
    """A countersignature or settlement; `history`: the standing facts of this module about the same target.

    A party may countersign what was recorded on its own behalf: A81 counts the word of the others.
    """
    fact = entry.fact
    state = fold(each for each in history if each.position != entry.position and _precedes(each, entry))
    if isinstance(fact, EntryCountersigned):
        return None if state.said.get(fact.party) == fact.decision else fact
    assert isinstance(fact, EntryDisputeSettled)
    if not state.disputed_by:
        raise IsNotAllowedNow(f"No dispute of the entry {fact.target_event_id} is open.", "target_event_id")
    return fact


def _precedes(each: Entry, entry: Entry) -> bool:
    """A correction acts from its recording on (A3), everything else from its place."""
    return isinstance(each.fact, EntryCorrected) or each.place < entry.place


# State from facts


def fold(history: Iterable[Entry]) -> Countersignatures:
    """What the facts about one entry leave, in the order (`on`, `position`); only what was said after its last
    correction is still said (A81)."""
    facts = sorted(history, key=lambda each: each.place)
    corrected = max((each.position for each in facts if isinstance(each.fact, EntryCorrected)), default=0)
    said: dict[UUID, Decision] = {}
    disputed_by: set[UUID] = set()
    for each in facts:
        match each.fact:
            case EntryCountersigned(party=party, decision=decision):
                if each.position > corrected:
                    said[party] = decision
                (disputed_by.add if decision == "disputed" else disputed_by.discard)(party)
            case EntryDisputeSettled():
                said = {party: decision for party, decision in said.items() if decision != "disputed"}
                disputed_by.clear()
    return Countersignatures(said=said, disputed_by=frozenset(disputed_by))
