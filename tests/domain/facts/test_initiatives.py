import msgspec
import pytest
from msgspec.structs import replace

from domain.errors import IsNotAllowedNow, IsOutOfOrder, IsOutOfRange
from domain.facts.fact import Entry, Fact
from domain.facts.initiatives import (
    Initiative,
    InitiativeApproved,
    InitiativeProposed,
    InitiativeRejected,
    InitiativeStopped,
    Phase,
    initiatives,
)
from domain.values import Money
from given import A, B, at, day, given, uid

IDEA, OTHER = uid(1), uid(2)
EUR_100 = Money(amount="100.00", currency="EUR")
PROPOSED = InitiativeProposed(initiative_id=IDEA, by_party=A, title="One depot", value_type="cost", expected=EUR_100)
APPROVED = InitiativeApproved(
    initiative_id=IDEA, target=EUR_100, start_on=day("2025-02-01"), target_by=day("2025-12-31")
)
REJECTED = InitiativeRejected(initiative_id=IDEA)
STOPPED = InitiativeStopped(initiative_id=IDEA)


def phases(*amounts: str) -> tuple[Phase, ...]:
    return tuple(Phase(by=day("2025-06-30"), amount=amount) for amount in amounts)


def test_an_idea_is_proposed() -> None:
    assert given(initiatives).when(at("2025-01-10", PROPOSED)) == PROPOSED


@pytest.mark.parametrize("fact", [APPROVED, REJECTED, STOPPED])
def test_a_proposal_is_approved_rejected_or_stopped(fact: Fact) -> None:
    assert given(initiatives, at("2025-01-10", PROPOSED)).when(at("2025-01-10", fact)) == fact


def test_an_approved_initiative_is_stopped_not_rejected() -> None:
    book = given(initiatives, at("2025-01-10", PROPOSED), at("2025-01-20", APPROVED))
    refused = book.when(at("2025-01-21", REJECTED))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "An approved initiative is stopped, not rejected."
    assert book.when(at("2025-01-21", STOPPED)) == STOPPED
    assert book.when(at("2025-01-19", REJECTED)) == REJECTED


@pytest.mark.parametrize("fact", [APPROVED, REJECTED, STOPPED])
@pytest.mark.parametrize("approved", [True, False])
def test_a_stopped_initiative_takes_no_further_decision(fact: Fact, approved: bool) -> None:
    before = [at("2025-01-20", APPROVED)] if approved else []
    book = given(initiatives, at("2025-01-10", PROPOSED), *before, at("2025-02-01", STOPPED))
    refused = book.when(at("2025-02-01", fact))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The initiative was already stopped before this entry of 2025-02-01."


@pytest.mark.parametrize("fact", [REJECTED, STOPPED])
def test_a_rejected_initiative_is_not_rejected_again_nor_stopped(fact: Fact) -> None:
    book = given(initiatives, at("2025-01-10", PROPOSED), at("2025-01-20", REJECTED))
    refused = book.when(at("2025-01-20", fact))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The initiative was already rejected before this entry of 2025-01-20."


def test_a_rejected_initiative_may_be_approved_after_all() -> None:
    book = given(initiatives, at("2025-01-10", PROPOSED), at("2025-01-20", REJECTED))
    assert book.when(at("2025-02-20", APPROVED)) == APPROVED
    book = given(initiatives, at("2025-01-10", PROPOSED), at("2025-01-20", REJECTED), at("2025-02-20", APPROVED))
    assert book.when(at("2025-02-21", STOPPED)) == STOPPED
    assert isinstance(book.when(at("2025-02-21", REJECTED)), IsNotAllowedNow)


def test_a_second_approval_replaces_the_first() -> None:
    book = given(initiatives, at("2025-01-10", PROPOSED), at("2025-01-20", APPROVED))
    higher = replace(APPROVED, target=Money(amount="150.00", currency="EUR"))
    assert book.when(at("2025-02-20", higher)) == higher
    book = given(initiatives, at("2025-01-10", PROPOSED), at("2025-01-20", APPROVED), at("2025-02-20", higher))
    assert book.state(IDEA).approved == higher
    assert book.when(at("2025-02-21", APPROVED)) == APPROVED


def test_the_same_approval_again_changes_nothing() -> None:
    book = given(initiatives, at("2025-01-10", PROPOSED), at("2025-01-20", APPROVED))
    assert book.when(at("2025-02-20", APPROVED)) is None


def test_a_start_after_the_target_day_is_refused() -> None:
    book = given(initiatives, at("2025-01-10", PROPOSED))
    on_it = replace(APPROVED, start_on=day("2025-12-31"))
    assert book.when(at("2025-01-20", on_it)) == on_it
    refused = book.when(at("2025-01-20", replace(APPROVED, start_on=day("2026-01-01"))))
    assert isinstance(refused, IsOutOfOrder)
    assert refused.message == "It starts on 2026-01-01, after 2025-12-31."


@pytest.mark.parametrize(("of_a", "of_b"), [("50", "50"), ("100", "0"), ("33.33", "66.67")])
def test_agreed_shares_that_sum_to_100_are_taken(of_a: str, of_b: str) -> None:
    fact = replace(APPROVED, agreed_share={A: of_a, B: of_b})
    assert given(initiatives, at("2025-01-10", PROPOSED)).when(at("2025-01-20", fact)) == fact


@pytest.mark.parametrize("shares", [{A: "50", B: "49.99"}, {A: "50", B: "50.01"}, {A: "99"}, {}])
def test_agreed_shares_that_do_not_sum_to_100_are_refused(shares: dict[object, str]) -> None:
    fact = replace(APPROVED, agreed_share=shares)
    refused = given(initiatives, at("2025-01-10", PROPOSED)).when(at("2025-01-20", fact))
    assert isinstance(refused, IsOutOfRange)
    assert refused.field == "agreed_share"


def test_a_phasing_that_sums_to_the_target_is_taken() -> None:
    fact = replace(APPROVED, phasing=phases("40.00", "59.99", "0.01"))
    assert given(initiatives, at("2025-01-10", PROPOSED)).when(at("2025-01-20", fact)) == fact


@pytest.mark.parametrize("amounts", [("40.00", "59.99"), ("40.00", "60.01"), ("100.01",)])
def test_a_phasing_that_does_not_sum_to_the_target_is_refused(amounts: tuple[str, ...]) -> None:
    fact = replace(APPROVED, phasing=phases(*amounts))
    refused = given(initiatives, at("2025-01-10", PROPOSED)).when(at("2025-01-20", fact))
    assert isinstance(refused, IsOutOfRange)
    assert refused.field == "phasing"


@pytest.mark.parametrize(("amounts", "place"), [(("100.00", "0.00"), 1), (("0.001", "99.999"), 0)])
def test_a_phasing_amount_is_above_0_and_has_the_decimals_of_the_currency(amounts: tuple[str, ...], place: int) -> None:
    fact = replace(APPROVED, phasing=phases(*amounts))
    refused = given(initiatives, at("2025-01-10", PROPOSED)).when(at("2025-01-20", fact))
    assert isinstance(refused, IsOutOfRange)
    assert refused.field == f"phasing[{place}].amount"


# The sum of targets: at most 4·10^14 cents, with single targets of at most 10^12 cents


def largest(number: int, amount: str = "10000000000.00") -> Entry:
    fact = replace(APPROVED, initiative_id=uid(1000 + number), target=Money(amount=amount, currency="EUR"))
    return at("2025-01-20", fact)


FULL = [largest(number) for number in range(399)]  # 399 · 10^12 cents


def test_the_sum_of_targets_may_reach_its_bound_and_not_pass_it() -> None:
    book = given(initiatives, at("2025-01-10", PROPOSED), *FULL)
    reaches = replace(APPROVED, target=Money(amount="10000000000.00", currency="EUR"))
    assert book.when(at("2025-01-21", reaches)) == reaches
    book = given(initiatives, at("2025-01-10", PROPOSED), *FULL, largest(399, "0.01"))
    refused = book.when(at("2025-01-21", reaches))
    assert isinstance(refused, IsOutOfRange)
    assert refused.field == "target.amount"


def test_the_sum_of_targets_is_taken_in_the_currency_of_the_relationship() -> None:
    book = given(initiatives, at("2025-01-10", PROPOSED), *FULL)
    fits = replace(APPROVED, target=Money(amount="10000000000.00", currency="USD", rate="1"))
    assert book.when(at("2025-01-21", fits)) == fits
    passes = replace(APPROVED, target=Money(amount="10000000000.00", currency="USD", rate="1.1"))
    assert isinstance(book.when(at("2025-01-21", passes)), IsOutOfRange)


def test_a_replaced_target_does_not_count_any_more() -> None:
    lowered = largest(0, "0.01")
    book = given(initiatives, at("2025-01-10", PROPOSED), *FULL, largest(399, "9999999999.99"), lowered)
    fact = replace(APPROVED, target=Money(amount="10000000000.00", currency="EUR"))
    assert book.when(at("2025-01-21", fact)) == fact
    more = replace(APPROVED, target=Money(amount="10000000000.01", currency="EUR"))
    assert isinstance(book.when(at("2025-01-21", more)), IsOutOfRange)


def test_an_approval_decided_anew_does_not_count_twice() -> None:
    own = largest(398)
    book = given(initiatives, at("2025-01-10", PROPOSED), *FULL, largest(399))
    stored = next(entry for entry in book.world.entries if entry.fact == own.fact)
    assert initiatives.decide(Initiative(), stored, book.world) == stored.fact


def test_an_approval_recorded_late_is_held_against_those_of_later_days() -> None:
    world = given(initiatives, *FULL, largest(399)).world  # 4·10^14 cents on 2025-01-20
    cent = replace(APPROVED, target=Money(amount="0.01", currency="EUR"))
    late = replace(at("2025-01-19", cent), position=999)
    with pytest.raises(IsOutOfRange):
        initiatives.decide(Initiative(), late, world)


def test_an_approval_recorded_late_and_replaced_in_time_is_taken() -> None:
    lower = replace(APPROVED, target=Money(amount="10000000000.00", currency="EUR"))
    higher = replace(APPROVED, target=Money(amount="10000000000.00", currency="USD", rate="1.0"))
    world = given(initiatives, at("2025-01-15", lower), *FULL).world  # 4·10^14 cents on 2025-01-20
    late = replace(at("2025-01-14", higher), position=999)
    assert initiatives.decide(Initiative(), late, world) == higher


@pytest.mark.parametrize(
    ("name", "value"),
    [("agreed_share", {str(A): "100.001"}), ("agreed_share", {str(A): 100}), ("phasing", [{"by": "2025-01-01"}])],
)
def test_a_percent_has_two_decimals_and_a_phase_an_amount(name: str, value: object) -> None:
    data = {
        "initiative_id": str(IDEA),
        "target": {"amount": "100.00", "currency": "EUR"},
        "start_on": "2025-02-01",
        "target_by": "2025-12-31",
    }
    assert msgspec.convert(data, InitiativeApproved) == APPROVED
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**data, name: value}, InitiativeApproved)
