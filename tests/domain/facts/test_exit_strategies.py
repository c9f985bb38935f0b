import msgspec
import pytest

from domain.errors import IsOutOfOrder
from domain.facts.exit_strategies import (
    ExitStrategyAgreed,
    ExitStrategyIssued,
    ExitStrategyReviewed,
    exit_strategies,
)
from given import ANNE, BEN, A, B, at, given


def issued(version: int) -> ExitStrategyIssued:
    return ExitStrategyIssued(version=version, parts=("triggers", "people"))


def agreed(version: int) -> ExitStrategyAgreed:
    return ExitStrategyAgreed(version=version, party=A, signatory=ANNE)


def reviewed(version: int) -> ExitStrategyReviewed:
    return ExitStrategyReviewed(version=version)


def test_versions_are_issued_one_after_the_other_from_1() -> None:
    assert given(exit_strategies).when(at("2025-01-10", issued(1))) == issued(1)
    assert isinstance(given(exit_strategies).when(at("2025-01-10", issued(2))), IsOutOfOrder)
    book = given(exit_strategies, at("2025-01-10", issued(1)))
    assert book.when(at("2025-01-10", issued(2))) == issued(2)
    assert isinstance(book.when(at("2025-01-11", issued(1))), IsOutOfOrder)
    refused = book.when(at("2025-01-11", issued(3)))
    assert isinstance(refused, IsOutOfOrder)
    assert refused.message == "Version 3 does not follow version 1."
    assert refused.field == "version"


@pytest.mark.parametrize("fact", [agreed(1), reviewed(1)])
def test_a_version_is_agreed_and_reviewed_from_the_day_it_is_issued(
    fact: ExitStrategyAgreed | ExitStrategyReviewed,
) -> None:
    book = given(exit_strategies, at("2025-01-10", issued(1)))
    assert book.when(at("2025-01-10", fact)) == fact
    refused = book.when(at("2025-01-09", fact))
    assert isinstance(refused, IsOutOfOrder)
    assert refused.message == "Version 1 had not been issued on 2025-01-09."


@pytest.mark.parametrize("fact", [agreed(2), reviewed(2)])
def test_a_version_never_issued_is_not_agreed_nor_reviewed(fact: ExitStrategyAgreed | ExitStrategyReviewed) -> None:
    assert isinstance(given(exit_strategies, at("2025-01-10", issued(1))).when(at("2025-01-11", fact)), IsOutOfOrder)


def test_signing_again_the_version_already_signed_changes_nothing() -> None:
    book = given(exit_strategies, at("2025-01-10", issued(1)), at("2025-01-11", agreed(1)))
    assert book.when(at("2025-01-12", agreed(1))) is None
    assert book.when(at("2025-01-12", ExitStrategyAgreed(version=1, party=A, signatory=BEN))) is None
    of_b = ExitStrategyAgreed(version=1, party=B, signatory=BEN)
    assert book.when(at("2025-01-12", of_b, by=B)) == of_b


def test_a_newer_version_is_signed_anew_and_an_older_one_may_still_be() -> None:
    book = given(exit_strategies, at("2025-01-10", issued(1)), at("2025-01-11", agreed(1)), at("2025-02-10", issued(2)))
    assert book.when(at("2025-02-11", agreed(2))) == agreed(2)
    of_b = ExitStrategyAgreed(version=1, party=B, signatory=BEN)
    assert book.when(at("2025-02-11", of_b, by=B)) == of_b


def test_each_review_is_recorded() -> None:
    book = given(exit_strategies, at("2025-01-10", issued(1)), at("2025-02-10", reviewed(1)))
    assert book.when(at("2025-03-10", reviewed(1))) == reviewed(1)


def test_a_part_outside_the_seven_and_a_version_below_1_are_malformed() -> None:
    assert msgspec.convert({"version": 1, "parts": []}, ExitStrategyIssued).parts == ()
    for data in ({"version": 1, "parts": ["money"]}, {"version": 0, "parts": []}, {"version": "1", "parts": []}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(data, ExitStrategyIssued)
