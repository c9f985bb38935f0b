"""Charters: docs/principles.md A35."""

from domain.errors import IsOutOfOrder
from domain.facts.charters import CharterIssued, CharterSigned, charters
from domain.facts.versions import Versions
from given import ANNE, BEN, A, B, at, given

FIRST, SECOND = CharterIssued(version=1), CharterIssued(version=2)
SIGNED = CharterSigned(version=1, party=A, signatory=ANNE)


def test_versions_follow_one_another() -> None:
    assert given(charters).when(at("2025-01-10", FIRST)) == FIRST
    assert isinstance(given(charters).when(at("2025-01-10", SECOND)), IsOutOfOrder)
    book = given(charters, at("2025-01-10", FIRST))
    assert isinstance(book.when(at("2025-01-10", FIRST)), IsOutOfOrder)
    assert book.when(at("2025-01-10", SECOND)) == SECOND


def test_signed_before_issued_is_refused() -> None:
    book = given(charters, at("2025-01-10", FIRST))
    assert isinstance(book.when(at("2025-01-09", SIGNED)), IsOutOfOrder)
    assert book.when(at("2025-01-10", SIGNED)) == SIGNED


def test_signing_a_version_not_issued_is_refused() -> None:
    book = given(charters, at("2025-01-10", FIRST))
    assert isinstance(book.when(at("2025-01-11", CharterSigned(version=2, party=A, signatory=ANNE))), IsOutOfOrder)


def test_signing_again_holds_already_for_that_party_and_version_alone() -> None:
    book = given(charters, at("2025-01-10", FIRST), at("2025-01-12", SIGNED), at("2025-02-10", SECOND))
    by_the_other = CharterSigned(version=1, party=B, signatory=BEN)
    of_the_next = CharterSigned(version=2, party=A, signatory=ANNE)
    assert book.when(at("2025-02-11", SIGNED)) is None
    assert book.when(at("2025-02-11", by_the_other)) == by_the_other
    assert book.when(at("2025-02-11", of_the_next)) == of_the_next
    assert book.state() == Versions(issued=2, signed=frozenset({(1, A)}))
