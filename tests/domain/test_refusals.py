"""Every refusal of docs/events.md 1, at its boundary, through the one gate. Nothing is stored when one is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain import session
from domain.errors import (
    CommandIdIsUsed,
    EntriesStandOnIt,
    IdIsTaken,
    IsInTheFuture,
    IsMalformed,
    IsNotAllowedNow,
    IsNotAParty,
    IsOutOfOrder,
    IsOutOfRange,
    RelationshipIsClosed,
    UnknownCode,
    UnknownId,
    VersionIsStale,
)
from domain.parsing import parse_fact
from domain.register import FactIsRefused
from local_ids import PEOPLE, REL, A, B, C, uid
from registering import Desk

How = dict[str, Any]
PROMISE, OTHER = uid(1), uid(2)


def promise(desk: Desk, on: str = "2026-01-10", due: str = "2026-02-01", **how: Any) -> None:
    desk.record(
        "commitment.made",
        on,
        commitment_id=PROMISE,
        by_party=A,
        to_parties=[B],
        title="Deliver the wings",
        due_on=due,
        **how,
    )


def test_an_unknown_item_is_refused(opened: Desk) -> None:
    refusal = opened.refused("commitment.fulfilled", commitment_id=OTHER)
    assert isinstance(refusal, UnknownId)
    assert refusal.message == f"No commitment {OTHER} is known here."
    assert refusal.field == "commitment_id"


def test_an_unknown_relationship_is_refused(opened: Desk) -> None:
    assert isinstance(opened.refused("relationship.tiered", rel=uid(5), tier="key"), UnknownId)


def test_an_unknown_person_is_refused(opened: Desk) -> None:
    how: How = {"role": "executive_sponsor", "party": A}
    assert isinstance(opened.refused("role.assigned", person=uid(77), **how), UnknownId)
    opened.record("role.assigned", person=PEOPLE[0], **how)


def test_an_item_of_another_relationship_is_unknown(opened: Desk) -> None:
    promise(opened)
    opened.record(
        "relationship.registered",
        "2025-01-01",
        rel=uid(0xFE),
        name="Other",
        form="bilateral",
        currency="EUR",
        time_zone="UTC",
        parties=[A, B],
    )
    refusal = opened.refused("commitment.fulfilled", rel=uid(0xFE), commitment_id=PROMISE)
    assert isinstance(refusal, UnknownId)


def test_an_id_that_is_taken_is_refused(opened: Desk) -> None:
    promise(opened)
    refusal = opened.refused(
        "commitment.made", commitment_id=PROMISE, by_party=A, to_parties=[B], title="Again", due_on="2026-02-01"
    )
    assert isinstance(refusal, IdIsTaken)


def test_a_party_is_active_on_the_day_it_joins_and_not_on_the_day_it_leaves(opened: Desk) -> None:
    """docs/principles.md A6, A100."""
    about: How = {"about_party": A, "rating": 3, "respondent": "n-1"}
    opened.record("relationship.party_joined", "2025-03-01", party=C)
    opened.record("relationship.party_left", "2025-06-01", party=C)
    assert isinstance(opened.refused("behaviour.rated", "2025-02-28", by=C, by_party=C, **about), IsNotAParty)
    opened.record("behaviour.rated", "2025-03-01", by=C, by_party=C, **about)
    opened.record("behaviour.rated", "2025-05-31", by=C, by_party=C, **about)
    assert isinstance(opened.refused("behaviour.rated", "2025-06-01", by=C, by_party=C, **about), IsNotAParty)


def test_a_party_named_in_a_list_must_be_active(opened: Desk) -> None:
    refusal = opened.refused("commitment.made", by_party=A, to_parties=[B, C], title="Deliver", due_on="2026-02-01")
    assert isinstance(refusal, IsNotAParty)
    assert refusal.field == "to_parties[1]"


def test_a_leaving_is_recorded_for_a_party_of_the_day_before(opened: Desk) -> None:
    opened.record("relationship.party_joined", "2025-03-01", by=C, party=C)
    assert isinstance(opened.refused("relationship.party_left", "2025-03-01", by=C, party=C), IsNotAParty)
    opened.record("relationship.party_left", "2025-03-02", by=C, party=C)


def test_a_fact_without_a_party_to_speak_for_is_refused(opened: Desk) -> None:
    assert isinstance(opened.refused("relationship.tiered", by=None, tier="key"), IsNotAParty)


def test_after_closing_only_facts_about_entries_are_accepted(opened: Desk) -> None:
    """docs/principles.md A33: whatever their own date."""
    made = opened.record("relationship.tiered", "2026-01-10", tier="key")
    closing = opened.record("relationship.closed", "2026-02-01")
    assert isinstance(opened.refused("relationship.tiered", "2026-01-31", tier="strategic"), RelationshipIsClosed)
    opened.record(
        "entry.countersigned", "2026-02-02", by=B, target_event_id=str(made.event_id), party=B, decision="accepted"
    )
    opened.record("entry.voided", "2026-02-02", target_event_id=str(closing.event_id), reason="Too early")
    opened.record("relationship.tiered", "2026-01-31", tier="strategic")


def test_a_fulfilment_before_the_promise_is_refused(opened: Desk) -> None:
    promise(opened, "2026-01-10")
    assert isinstance(opened.refused("commitment.fulfilled", "2026-01-09", commitment_id=PROMISE), IsOutOfOrder)
    opened.record("commitment.fulfilled", "2026-01-10", commitment_id=PROMISE)


def test_a_second_fulfilment_is_refused_whichever_is_recorded_first(opened: Desk) -> None:
    promise(opened)
    opened.record("commitment.fulfilled", "2026-01-20", commitment_id=PROMISE)
    for day in ("2026-01-19", "2026-01-20", "2026-01-21"):
        opened.refused("commitment.fulfilled", day, commitment_id=PROMISE)


def test_an_agreement_before_the_issue_is_refused(opened: Desk) -> None:
    opened.record("joint_plan.issued", "2026-01-10", version=1, effective_on="2026-01-10")
    agreement: How = {"version": 1, "party": A, "signatory": PEOPLE[0]}
    opened.refused("joint_plan.agreed", "2026-01-09", **agreement)
    opened.record("joint_plan.agreed", "2026-01-10", **agreement)


def test_facts_before_the_registration_are_refused(opened: Desk) -> None:
    """docs/principles.md A91."""
    assert isinstance(opened.refused("relationship.tiered", "2024-12-31", tier="key"), IsOutOfOrder)
    opened.record("relationship.tiered", "2025-01-01", tier="key")


@pytest.mark.parametrize(
    ("amount", "currency", "rate", "taken"),
    [
        ("0.01", "EUR", None, True),
        ("0.00", "EUR", None, False),
        ("0.001", "EUR", None, False),
        ("10000000000.00", "EUR", None, True),
        ("10000000000.01", "EUR", None, False),
        ("1.00", "EUR", "1", True),
        ("1.00", "EUR", "1.1", False),
        ("1.00", "USD", None, False),
        ("1.00", "USD", "0.9", True),
        ("1.00", "USD", "0", False),
        ("1", "JPY", "0.006", True),
        ("1.5", "JPY", "0.006", False),
        ("6000000000.00", "USD", "2", False),
        ("1.00", "XXQ", "1.2", False),
    ],
)
def test_amounts_out_of_range_are_refused(
    opened: Desk, amount: str, currency: str, rate: str | None, taken: bool
) -> None:
    """docs/principles.md A55, A92: above 0, at most 10^12 minor units as given and converted."""
    expected: How = {"amount": amount, "currency": currency, **({"rate": rate} if rate else {})}
    how: How = {"by_party": A, "title": "Reuse boxes", "value_type": "cost", "expected": expected}
    if taken:
        opened.record("initiative.proposed", **how)
    else:
        assert isinstance(opened.refused("initiative.proposed", **how), IsOutOfRange | UnknownCode)


@pytest.mark.parametrize(("rating", "taken"), [(0, False), (1, True), (5, True), (6, False)])
def test_a_rating_goes_from_1_to_5(opened: Desk, rating: int, taken: bool) -> None:
    how: How = {"by": B, "by_party": B, "about_party": A, "respondent": "n-1", "rating": rating}
    if taken:
        opened.record("behaviour.rated", **how)
    else:
        refusal = opened.refused("behaviour.rated", **how)
        assert isinstance(refusal, IsOutOfRange)
        assert refusal.field == "rating"
        assert str(rating) in refusal.message


@pytest.mark.parametrize(
    ("field", "value"), [("currency", "EUX"), ("time_zone", "Europe/Atlantis"), ("currency", "eur")]
)
def test_unknown_codes_of_a_relationship_are_refused(opened: Desk, field: str, value: str) -> None:
    how: How = {
        "name": "R",
        "form": "bilateral",
        "currency": "EUR",
        "time_zone": "UTC",
        "parties": [A, B],
        field: value,
    }
    assert isinstance(opened.refused("relationship.registered", rel=uid(6), **how), UnknownCode | IsOutOfRange)


@pytest.mark.parametrize(("country", "taken"), [("DE", True), ("XX", False), ("de", False), ("DEU", False)])
def test_a_country_is_one_of_iso_3166(desk: Desk, country: str, taken: bool) -> None:
    how: How = {"by": None, "rel": None, "legal_name": "Org", "country": country}
    if taken:
        desk.record("organisation.registered", **how)
    else:
        assert isinstance(desk.refused("organisation.registered", **how), UnknownCode | IsOutOfRange)


def test_a_business_date_is_at_most_one_day_ahead_in_the_relationships_time_zone(desk: Desk) -> None:
    """At 23:30 UTC it is already the next day in Berlin."""
    desk.open(zone="Europe/Berlin")
    desk.clock.now = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert isinstance(desk.refused("relationship.tiered", "2026-07-03", tier="key"), IsInTheFuture)
    desk.record("relationship.tiered", "2026-07-02", tier="key")
    assert desk.record("relationship.scope_changed", None, scope="Wings").on.isoformat() == "2026-07-01"


def test_a_due_date_may_lie_in_the_future(opened: Desk) -> None:
    promise(opened, due="2036-01-01")


def test_a_stale_expected_version_is_refused(opened: Desk) -> None:
    promise(opened)
    assert isinstance(
        opened.refused("commitment.accepted", by=B, expecting=2, commitment_id=PROMISE, party=B), VersionIsStale
    )
    opened.record("commitment.accepted", by=B, expecting=1, commitment_id=PROMISE, party=B)
    assert isinstance(
        opened.refused("commitment.fulfilled", "2026-01-20", expecting=1, commitment_id=PROMISE), VersionIsStale
    )


def test_what_already_holds_appends_nothing_and_says_so(opened: Desk) -> None:
    opened.record("charter.issued", version=1)
    signature: How = {"version": 1, "party": A, "signatory": PEOPLE[0]}
    opened.record("charter.signed", **signature)
    size = opened.register.store.size()
    assert opened.holds("charter.signed", "2026-01-11", **signature)
    assert opened.register.store.size() == size


def test_a_repeated_command_gives_the_first_answer_and_appends_nothing(opened: Desk) -> None:
    draft = opened.draft("relationship.tiered", tier="key")
    first = opened.answer(draft, command_id="tier-1")
    again = opened.answer(draft, command_id="tier-1")
    assert (first.replayed, again.replayed) == (False, True)
    assert [e.event_id for e in again.events] == [e.event_id for e in first.events]
    assert again.position == first.position == opened.register.store.size()


def test_a_repeated_command_that_changed_nothing_changes_nothing_again(opened: Desk) -> None:
    opened.record("relationship.tiered", tier="key")
    draft = opened.draft("relationship.tiered", "2026-01-11", tier="key")
    assert opened.answer(draft, command_id="same").events == ()
    again = opened.answer(draft, command_id="same")
    assert (again.events, again.replayed) == ((), True)


def test_a_command_id_with_other_content_is_refused(opened: Desk) -> None:
    opened.answer(opened.draft("relationship.tiered", tier="key"), command_id="tier-1")
    with pytest.raises(CommandIdIsUsed):
        opened.answer(opened.draft("relationship.tiered", tier="strategic"), command_id="tier-1")


@pytest.mark.parametrize(("length", "taken"), [(0, False), (1, True), (200, True), (201, False)])
def test_a_command_id_has_1_to_200_characters(opened: Desk, length: int, taken: bool) -> None:
    draft = opened.draft("relationship.tiered", tier="key")
    if taken:
        opened.answer(draft, command_id="x" * length)
    else:
        with pytest.raises(IsMalformed):
            opened.answer(draft, command_id="x" * length)


def test_one_refused_fact_keeps_the_whole_command_out(opened: Desk) -> None:
    size = opened.register.store.size()
    with pytest.raises(FactIsRefused) as refused:
        opened.answer(
            opened.draft("relationship.tiered", tier="key"),
            opened.draft("commitment.fulfilled", commitment_id=OTHER),
        )
    assert refused.value.index == 1
    assert opened.register.store.size() == size
    assert not opened.holds("relationship.tiered", tier="key")


def test_a_later_fact_of_a_command_stands_on_an_earlier_one(opened: Desk) -> None:
    answer = opened.answer(
        opened.draft(
            "commitment.made", commitment_id=PROMISE, by_party=A, to_parties=[B], title="Deliver", due_on="2026-02-01"
        ),
        opened.draft("commitment.fulfilled", "2026-01-20", commitment_id=PROMISE),
    )
    assert [e.type for e in answer.events] == ["commitment.made", "commitment.fulfilled"]


def test_a_dry_run_answers_and_stores_nothing(opened: Desk) -> None:
    size = opened.register.store.size()
    answer = opened.answer(opened.draft("relationship.tiered", tier="key"), dry_run=True)
    assert len(answer.events) == 1
    assert opened.register.store.size() == size
    assert not opened.holds("relationship.tiered", tier="key")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("commitment.rescheduled", {"effect": "moves_due_date"}),
        ("commitment.rescheduled", {"from_due_on": "2026-02-01"}),
        ("commitment.withdrawn", {"effect": "effective"}),
    ],
)
def test_fields_that_the_register_sets_are_refused(opened: Desk, kind: str, data: How) -> None:
    """docs/principles.md A34."""
    promise(opened)
    rest: How = {"commitment_id": PROMISE, "agreed_by": [A, B]}
    if kind == "commitment.rescheduled":
        rest |= {"new_due_on": "2026-03-01", "requested_on": "2026-01-10"}
    assert isinstance(opened.refused(kind, **rest, **data), IsMalformed)


def test_integers_as_strings_and_decimals_as_numbers_are_refused(opened: Desk) -> None:
    """docs/principles.md A92."""
    with pytest.raises(IsMalformed):
        opened.draft("behaviour.rated", by_party=B, about_party=A, respondent="n", rating="3")
    with pytest.raises(IsMalformed):
        opened.draft("objective.measured", objective_id=PROMISE, value=1.5)


def test_unknown_and_missing_fields_are_refused_with_their_place(opened: Desk) -> None:
    with pytest.raises(IsMalformed, match="unknown field `colour`"):
        opened.draft("relationship.tiered", tier="key", colour="red")
    with pytest.raises(IsMalformed, match="missing required field `tier`"):
        opened.draft("relationship.tiered")


def test_an_alias_is_unique_among_its_kind(opened: Desk) -> None:
    how: How = {"by": None, "rel": None, "country": "DE", "alias": "acme"}
    opened.record("organisation.registered", legal_name="Acme", **how)
    assert isinstance(opened.refused("organisation.registered", legal_name="Acme 2", **how), IdIsTaken)
    rel: How = {"form": "bilateral", "currency": "EUR", "time_zone": "UTC", "parties": [A, B], "alias": "acme"}
    opened.record("relationship.registered", rel=None, name="R", **rel)
    assert isinstance(opened.refused("relationship.registered", rel=None, name="R 2", **rel), IdIsTaken)


def test_both_relationship_ids_of_a_registration_must_be_equal(opened: Desk) -> None:
    """docs/principles.md A91."""
    rel: How = {"name": "R", "form": "bilateral", "currency": "EUR", "time_zone": "UTC", "parties": [A, B]}
    assert isinstance(opened.refused("relationship.registered", rel=uid(7), relationship_id=uid(8), **rel), IsMalformed)
    event = opened.record("relationship.registered", rel=None, relationship_id=uid(8), **rel)
    assert str(event.relationship_id) == uid(8)
    event = opened.record("relationship.registered", rel=uid(9), **rel)
    assert str(event.relationship_id) == uid(9)


def test_a_shared_fact_about_a_private_item_is_refused(opened: Desk) -> None:
    """docs/principles.md A34, A78: in the shared view entries of one's own do not exist."""
    promise(opened, own=True)
    assert isinstance(opened.refused("commitment.fulfilled", "2026-01-20", commitment_id=PROMISE), UnknownId)
    assert isinstance(
        opened.refused("commitment.fulfilled", "2026-01-20", by=B, own=True, commitment_id=PROMISE), UnknownId
    )
    opened.record("commitment.fulfilled", "2026-01-20", own=True, commitment_id=PROMISE)


def test_an_event_type_that_does_not_exist_is_refused(opened: Desk) -> None:
    with pytest.raises(IsMalformed, match="There is no event type"):
        opened.draft("commitment.forgotten")


def test_register_wide_facts_have_no_relationship(opened: Desk) -> None:
    assert isinstance(opened.refused("organisation.registered", legal_name="Org", country="DE"), IsMalformed)


def test_a_party_of_a_relationship_is_a_known_organisation(opened: Desk) -> None:
    rel: How = {"name": "R", "form": "bilateral", "currency": "EUR", "time_zone": "UTC"}
    assert isinstance(opened.refused("relationship.registered", rel=uid(7), parties=[A, uid(70)], **rel), UnknownId)
    assert isinstance(opened.refused("relationship.registered", rel=uid(7), parties=[A], **rel), IsOutOfRange)
    assert isinstance(opened.refused("relationship.registered", rel=uid(7), parties=[A, A], **rel), IsOutOfRange)


def test_a_policy_version_follows_the_one_before(opened: Desk) -> None:
    def policy(version: int, **changes: object) -> How:
        return {"policy_version": version, "effective_from": "2026-01-01", "changes": changes, "reason": "r"}

    wide: How = {"by": None, "rel": None}
    assert isinstance(opened.refused("scoring_policy.published", **wide, **policy(2)), IsOutOfOrder)
    opened.record("scoring_policy.published", **wide, **policy(1, indicators={"TC1": {"floor": "0.6"}}))
    equal = policy(2, indicators={"TC1": {"target": "0.6000"}})
    assert isinstance(opened.refused("scoring_policy.published", **wide, **equal), IsOutOfRange)
    unknown = policy(2, indicators={"ZZ9": {"weight": "2"}})
    assert isinstance(opened.refused("scoring_policy.published", **wide, **unknown), UnknownId)
    bands = policy(2, bands={"amber_from": "75", "green_from": "75"})
    assert isinstance(opened.refused("scoring_policy.published", **wide, **bands), IsOutOfRange)
    far = policy(2, indicators={"TC1": {"floor": "1000000000.0001"}})
    assert isinstance(opened.refused("scoring_policy.published", **wide, **far), IsOutOfRange)
    opened.record("scoring_policy.published", **wide, **policy(2, bands={"amber_from": "40", "green_from": "100"}))


def test_an_organisation_merges_once_and_not_into_itself(opened: Desk) -> None:
    wide: How = {"by": None, "rel": None, "organisation_id": B}
    assert isinstance(opened.refused("organisation.merged", into=B, **wide), IsNotAllowedNow)
    opened.record("organisation.merged", into=C, **wide)
    assert isinstance(opened.refused("organisation.merged", into=A, **wide), IsNotAllowedNow)


def test_a_new_name_that_is_the_old_one_already_holds(opened: Desk) -> None:
    wide: How = {"by": None, "rel": None, "organisation_id": B}
    opened.record("organisation.renamed", legal_name="Birch", **wide)
    assert opened.holds("organisation.renamed", legal_name="Birch", **wide)


def test_a_relationships_standing_changes_once(opened: Desk) -> None:
    opened.record("relationship.scope_changed", scope="Wings")
    assert opened.holds("relationship.scope_changed", scope="Wings")
    assert opened.holds("relationship.resumed")
    opened.record("relationship.suspended", reason="Strike")
    assert opened.holds("relationship.suspended")
    opened.record("relationship.resumed", reason="Settled")
    assert opened.holds("relationship.party_joined", party=B)
    assert isinstance(opened.refused("relationship.party_left", party=C), IsNotAParty)
    opened.record("relationship.closed")
    assert isinstance(opened.refused("relationship.closed"), RelationshipIsClosed)


def test_the_same_id_in_another_spelling_is_the_same(opened: Desk) -> None:
    promise(opened)
    opened.record("commitment.fulfilled", "2026-01-20", commitment_id=PROMISE.upper())


def test_rel_is_the_relationship_of_the_story(opened: Desk) -> None:
    assert str(opened.register.store.by_position(6).relationship_id) == REL  # type: ignore[union-attr]


def test_a_text_that_claims_to_be_sealed_already_is_refused(opened: Desk) -> None:
    forged = {"$sealed": uid(1), "sha256": "0" * 64}
    refusal = opened.refused("relationship.suspended", reason=forged)
    assert isinstance(refusal, IsMalformed)
    assert refusal.field == "reason"


def test_a_relationship_is_registered_once(opened: Desk) -> None:
    how: How = {"name": "Wings", "form": "bilateral", "currency": "EUR", "time_zone": "UTC", "parties": [A, B]}
    refusal = opened.refused("relationship.registered", **how)
    assert isinstance(refusal, IdIsTaken)
    assert refusal.message == f"The relationship {REL} is already recorded."


@pytest.mark.parametrize("parties", [[A, B, A], [A, A]])
def test_a_party_is_named_once(opened: Desk, parties: list[str]) -> None:
    how: How = {"name": "Twice", "form": "bilateral", "currency": "EUR", "time_zone": "UTC", "parties": parties}
    assert isinstance(opened.refused("relationship.registered", rel=uid(0xFE), **how), IsMalformed | IsOutOfRange)


def test_an_alias_is_taken_for_a_register_that_is_opened_later_too(database_url: str) -> None:
    how: How = {"by": None, "rel": None, "country": "DE", "alias": "acme"}
    first = Desk(database_url)
    first.record("organisation.registered", legal_name="Acme", **how)
    first.engine.dispose()
    later = Desk(database_url)
    later.count = 1
    assert isinstance(later.refused("organisation.registered", legal_name="Acme 2", **how), IdIsTaken)
    later.engine.dispose()


def test_many_facts_of_one_command_are_stored_in_pieces(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "FLUSH_AFTER", 2)
    drafts = [
        opened.draft(
            "commitment.made", commitment_id=uid(n), by_party=A, to_parties=[B], title="x", due_on="2026-02-01"
        )
        for n in range(1, 6)
    ]
    before = opened.register.store.size()
    events = opened.answer(*drafts).events
    assert [event.position for event in events] == list(range(before + 1, before + 6))
    assert opened.register.store.size() == before + 5


@pytest.mark.parametrize(
    ("kind", "data", "message", "field"),
    [
        ("person.erased", ["x"], "data of person.erased is an object, not ['x'].", "data"),
        (
            "scoring_policy.published",
            {
                "policy_version": 1,
                "effective_from": "2026-01-01",
                "reason": "x",
                "changes": {"indicators": {"TC1": {"min_n": "many"}}},
            },
            "changes.indicators[...].min_n: Expected `int | null`, got `str`.",
            "changes.indicators[...].min_n",
        ),
        (
            "organisation.registered",
            {"legal_name": "Acme", "country": "de"},
            "country is 'de': expected a country code of two capital letters.",
            "country",
        ),
    ],
)
def test_malformed_data_is_refused_with_its_value_and_its_place(kind: str, data: Any, message: str, field: str) -> None:
    with pytest.raises((IsMalformed, IsOutOfRange)) as refused:
        parse_fact(kind, data)
    assert (refused.value.message, refused.value.field) == (message, field)


def test_a_relationship_is_closed_once(opened: Desk) -> None:
    first = opened.record("relationship.closed", "2026-03-01", reason="completed")
    again = opened.refused("relationship.closed", "2026-02-01", reason="completed")
    assert isinstance(again, RelationshipIsClosed)
    void = opened.record("entry.voided", "2026-06-01", target_event_id=str(first.event_id), reason="x")
    second = opened.record("relationship.closed", "2026-04-01", reason="completed")
    refusal = opened.refused("entry.voided", "2026-06-01", target_event_id=str(void.event_id), reason="x")
    assert isinstance(refusal, EntriesStandOnIt)
    assert refusal.positions == (second.position,)
