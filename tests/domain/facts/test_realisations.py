import pytest
from msgspec.structs import replace

from domain.errors import IsNotAllowedNow, IsOutOfRange
from domain.facts.fact import Entry
from domain.facts.initiatives import InitiativeApproved, InitiativeProposed, InitiativeStopped
from domain.facts.realisations import ValueRealised, ValueReversed, ValueVerified, realisations
from domain.values import Money
from given import A, B, C, at, day, given, uid

IDEA, GAIN = uid(1), uid(2)
EUR_100 = Money(amount="100.00", currency="EUR")
PROPOSED = at(
    "2025-01-10",
    InitiativeProposed(initiative_id=IDEA, by_party=A, title="One depot", value_type="cost", expected=EUR_100),
)
APPROVED = at(
    "2025-01-20",
    InitiativeApproved(initiative_id=IDEA, target=EUR_100, start_on=day("2025-02-01"), target_by=day("2025-12-31")),
)
REALISED = ValueRealised(
    realisation_id=GAIN, initiative_id=IDEA, money=EUR_100, shares={A: "60.00", B: "40.00"}, claimed_by=A
)
VERIFIED = ValueVerified(realisation_id=GAIN, by_party=B)
REVERSED = ValueReversed(realisation_id=GAIN)


def test_value_may_be_realised_before_the_proposal_is_approved() -> None:
    """VC1 counts verified value over all initiatives (docs/principles.md A56)."""
    assert given(realisations, PROPOSED).when(at("2025-01-19", REALISED)) == REALISED


def test_a_stopped_initiative_may_still_yield_value() -> None:
    stopped = at("2025-02-20", InitiativeStopped(initiative_id=IDEA))
    assert given(realisations, PROPOSED, APPROVED, stopped).when(at("2025-03-01", REALISED)) == REALISED


@pytest.mark.parametrize("shares", [{A: "100.00"}, {A: "100", B: "0"}, {A: "33.33", B: "66.67"}])
def test_shares_that_sum_to_the_amount_are_taken(shares: dict[object, str]) -> None:
    fact = replace(REALISED, shares=shares)
    assert given(realisations, PROPOSED, APPROVED).when(at("2025-03-01", fact)) == fact


@pytest.mark.parametrize("shares", [{A: "60.00", B: "39.99"}, {A: "60.00", B: "40.01"}, {}])
def test_shares_that_do_not_sum_to_the_amount_are_refused(shares: dict[object, str]) -> None:
    refused = given(realisations, PROPOSED, APPROVED).when(at("2025-03-01", replace(REALISED, shares=shares)))
    assert isinstance(refused, IsOutOfRange)
    assert refused.field == "shares"


def test_a_share_has_no_more_decimals_than_its_currency() -> None:
    fact = replace(REALISED, shares={A: "60.005", B: "39.995"})
    refused = given(realisations, PROPOSED, APPROVED).when(at("2025-03-01", fact))
    assert isinstance(refused, IsOutOfRange)
    assert refused.field == f"shares.{A}"
    dinars = Money(amount="100.000", currency="KWD", rate="3")
    fact = replace(REALISED, money=dinars, shares={A: "60.005", B: "39.995"})
    assert given(realisations, PROPOSED, APPROVED).when(at("2025-03-01", fact)) == fact


def test_a_claim_is_verified_by_another_party() -> None:
    book = given(realisations, PROPOSED, APPROVED, at("2025-03-01", REALISED))
    assert book.when(at("2025-03-01", VERIFIED)) == VERIFIED
    refused = book.when(at("2025-03-01", ValueVerified(realisation_id=GAIN, by_party=A)))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == f"{A} made the claim; another party verifies it."
    assert refused.field == "by_party"


def test_the_same_party_verifying_again_changes_nothing() -> None:
    book = given(realisations, PROPOSED, APPROVED, at("2025-03-01", REALISED), at("2025-03-02", VERIFIED))
    assert book.when(at("2025-03-03", VERIFIED)) is None
    by_c = ValueVerified(realisation_id=GAIN, by_party=C)
    assert book.when(at("2025-03-03", by_c)) == by_c


@pytest.mark.parametrize("verified", [True, False])
def test_a_realisation_is_reversed_once_verified_or_not(verified: bool) -> None:
    before = [at("2025-03-02", VERIFIED)] if verified else []
    book = given(realisations, PROPOSED, APPROVED, at("2025-03-01", REALISED), *before)
    assert book.when(at("2025-03-03", REVERSED)) == REVERSED
    book = given(realisations, PROPOSED, APPROVED, at("2025-03-01", REALISED), *before, at("2025-03-03", REVERSED))
    refused = book.when(at("2025-03-03", REVERSED))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The realisation was already reversed before this entry of 2025-03-03."


def test_a_reversed_realisation_is_not_verified() -> None:
    book = given(realisations, PROPOSED, APPROVED, at("2025-03-01", REALISED), at("2025-03-03", REVERSED))
    assert isinstance(book.when(at("2025-03-03", VERIFIED)), IsNotAllowedNow)
    assert book.when(at("2025-03-02", VERIFIED)) == VERIFIED


# The sum of realised value: at most 4·10^14 cents, with single claims of at most 10^12 cents


def largest(number: int, amount: str = "10000000000.00") -> Entry:
    money = Money(amount=amount, currency="EUR")
    return at("2025-03-01", replace(REALISED, realisation_id=uid(1000 + number), money=money, shares={A: amount}))


FULL = [largest(number) for number in range(399)]  # 399 · 10^12 cents
ONE_MORE = replace(REALISED, money=Money(amount="10000000000.00", currency="EUR"), shares={A: "10000000000.00"})


def test_the_sum_of_realised_value_may_reach_its_bound_and_not_pass_it() -> None:
    assert given(realisations, PROPOSED, APPROVED, *FULL).when(at("2025-03-02", ONE_MORE)) == ONE_MORE
    refused = given(realisations, PROPOSED, APPROVED, *FULL, largest(399, "0.01")).when(at("2025-03-02", ONE_MORE))
    assert isinstance(refused, IsOutOfRange)
    assert refused.field == "money.amount"


def test_the_sum_of_realised_value_is_taken_in_the_currency_of_the_relationship() -> None:
    book = given(realisations, PROPOSED, APPROVED, *FULL)
    dollars = replace(ONE_MORE, money=Money(amount="10000000000.00", currency="USD", rate="1.1"))
    assert isinstance(book.when(at("2025-03-02", dollars)), IsOutOfRange)
    fewer = replace(ONE_MORE, money=Money(amount="10000000000.00", currency="USD", rate="0.9"))
    assert book.when(at("2025-03-02", fewer)) == fewer


def test_a_claim_decided_anew_does_not_count_twice() -> None:
    book = given(realisations, PROPOSED, APPROVED, *FULL, largest(399))
    stored = next(entry for entry in book.world.entries if entry.fact == largest(399).fact)
    assert realisations.decide(None, stored, book.world) == stored.fact
