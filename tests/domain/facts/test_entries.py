from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from domain.errors import IsNotAllowedNow, Refusal
from domain.facts.entries import (
    Decision,
    EntryCorrected,
    EntryCountersigned,
    EntryDisputeSettled,
    EntryVoided,
    decide,
    fold,
)
from domain.facts.fact import Entry, Fact
from given import A, B, at, day, uid

TARGET = uid(1)  # recorded on behalf of A
SETTLED = EntryDisputeSettled(target_event_id=TARGET, outcome="upheld")
CORRECTED = EntryCorrected(target_event_id=TARGET, data={"title": "x"}, reason="A slip")


def says(party: UUID, decision: Decision) -> EntryCountersigned:
    return EntryCountersigned(target_event_id=TARGET, party=party, decision=decision)


def placed(*entries: Entry) -> list[Entry]:
    return [replace(entry, position=position) for position, entry in enumerate(entries, start=2)]


def when(entry: Entry, *history: Entry) -> Fact | Refusal | None:
    try:
        return decide(placed(*history), replace(entry, position=len(history) + 2))
    except Refusal as refusal:
        return refusal


@pytest.mark.parametrize("fact", [says(B, "accepted"), says(B, "disputed"), says(A, "accepted"), says(A, "disputed")])
def test_any_party_says_whether_an_entry_is_true(fact: EntryCountersigned) -> None:
    assert when(at("2025-02-01", fact)) == fact


@pytest.mark.parametrize(("first", "second"), [("accepted", "disputed"), ("disputed", "accepted")])
def test_saying_the_same_again_changes_nothing_and_something_else_is_recorded(
    first: Decision, second: Decision
) -> None:
    said = at("2025-02-01", says(B, first))
    assert when(at("2025-02-02", replace(says(B, first), comment="again")), said) is None
    assert when(at("2025-02-02", says(B, second)), said) == says(B, second)
    assert when(at("2025-02-02", says(A, first)), said) == says(A, first)


def test_going_back_to_what_was_said_first_is_recorded() -> None:
    history = at("2025-02-01", says(B, "accepted")), at("2025-02-02", says(B, "disputed"))
    assert when(at("2025-02-03", says(B, "accepted")), *history) == says(B, "accepted")


def test_what_is_said_later_does_not_hold_before() -> None:
    assert when(at("2025-01-31", says(B, "accepted")), at("2025-02-01", says(B, "accepted"))) == says(B, "accepted")


def test_a_corrected_entry_is_countersigned_anew() -> None:
    said = at("2025-02-01", says(B, "accepted"))
    corrected = at("2025-02-05", CORRECTED)
    assert when(at("2025-02-06", says(B, "accepted")), said, corrected) == says(B, "accepted")
    anew = at("2025-02-06", says(B, "accepted"))
    assert when(at("2025-02-07", says(B, "accepted")), said, corrected, anew) is None


def test_a_correction_acts_from_its_recording_on_whatever_its_day() -> None:
    said = at("2025-02-01", says(B, "accepted"))
    corrected = at("2025-03-01", CORRECTED)
    assert when(at("2025-02-06", says(B, "accepted")), said, corrected) == says(B, "accepted")


def test_a_dispute_is_settled_once() -> None:
    disputed = at("2025-02-01", says(B, "disputed"))
    assert when(at("2025-02-01", SETTLED), disputed) == SETTLED
    refused = when(at("2025-02-03", SETTLED), disputed, at("2025-02-02", SETTLED))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == f"No dispute of the entry {TARGET} is open."
    assert refused.field == "target_event_id"


@pytest.mark.parametrize(
    "history",
    [
        (),
        (at("2025-02-01", says(B, "accepted")),),
        (at("2025-02-03", says(B, "disputed")),),
        (at("2025-02-01", says(B, "disputed")), at("2025-02-01", says(B, "accepted"))),
    ],
)
def test_where_no_dispute_is_open_none_is_settled(history: tuple[Entry, ...]) -> None:
    assert isinstance(when(at("2025-02-02", SETTLED), *history), IsNotAllowedNow)


def test_a_settlement_ends_the_disputes_of_all_parties() -> None:
    history = (
        at("2025-02-01", says(A, "disputed")),
        at("2025-02-01", says(B, "disputed")),
        at("2025-02-02", SETTLED),
    )
    assert isinstance(when(at("2025-02-03", SETTLED), *history), IsNotAllowedNow)
    assert when(at("2025-02-03", says(B, "disputed")), *history) == says(B, "disputed")


def test_a_settlement_leaves_what_was_accepted() -> None:
    history = (
        at("2025-02-01", says(A, "accepted")),
        at("2025-02-01", says(B, "disputed")),
        at("2025-02-02", SETTLED),
    )
    assert when(at("2025-02-03", says(A, "accepted")), *history) is None


def test_a_dispute_that_a_correction_answered_can_still_be_settled() -> None:
    history = at("2025-02-01", says(B, "disputed")), at("2025-02-02", CORRECTED)
    assert when(at("2025-02-03", SETTLED), *history) == SETTLED
    state = fold(placed(*history))
    assert state.said == {}
    assert state.disputed_by == {B}


def test_an_entry_decided_anew_does_not_meet_itself() -> None:
    (said,) = placed(at("2025-02-01", says(B, "accepted")))
    assert decide([said], said) == says(B, "accepted")


def test_a_correction_holds_plain_data_and_perhaps_a_day() -> None:
    data = {"target_event_id": str(TARGET), "data": {"title": "x", "weight": "1"}, "reason": "A slip"}
    assert msgspec.convert(data, EntryCorrected).on is None
    dated = msgspec.convert({**data, "on": "2025-02-01"}, EntryCorrected)
    assert dated.on == day("2025-02-01")
    assert dated.data == {"title": "x", "weight": "1"}


def test_a_void_and_a_correction_need_a_reason() -> None:
    for data, kind in (({}, EntryVoided), ({"data": {}}, EntryCorrected)):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"target_event_id": str(TARGET), **data}, kind)
