"""Declared interests: docs/events.md 2, docs/principles.md A96."""

from domain.errors import IsNotAllowedNow
from domain.facts.interests import Interest, InterestDeclared, InterestSettled, interests
from given import ANNE, at, given, uid

ID = uid(1)
DECLARED = InterestDeclared(interest_id=ID, person=ANNE, description="Holds shares of a supplier.")
SETTLED = InterestSettled(interest_id=ID)


def test_an_interest_is_declared_and_settled() -> None:
    assert given(interests).when(at("2025-05-01", DECLARED)) == DECLARED
    book = given(interests, at("2025-05-01", DECLARED))
    assert book.state(ID) == Interest(settled=False)
    assert book.when(at("2025-05-01", SETTLED)) == SETTLED


def test_settling_an_interest_twice_is_refused() -> None:
    book = given(interests, at("2025-05-01", DECLARED), at("2025-06-01", SETTLED))
    assert book.state(ID) == Interest(settled=True)
    assert isinstance(book.when(at("2025-06-01", SETTLED)), IsNotAllowedNow)
