"""Resource promises: docs/events.md 2, docs/principles.md A75."""

from datetime import date

from domain.errors import IsNotAllowedNow
from domain.facts.resources import Resource, ResourceCommitted, ResourceProvided, resources
from given import A, at, given, uid

ID = uid(1)
COMMITTED = ResourceCommitted(
    resource_id=ID, by_party=A, kind="people", needed_by=date(2025, 3, 1), description="Two test engineers"
)
PROVIDED = ResourceProvided(resource_id=ID)


def test_a_resource_is_committed_and_provided() -> None:
    assert given(resources).when(at("2025-01-10", COMMITTED)) == COMMITTED
    book = given(resources, at("2025-01-10", COMMITTED))
    assert book.state(ID) == Resource(provided=False)
    assert book.when(at("2025-03-02", PROVIDED)) == PROVIDED


def test_history_is_taken_over_with_days_that_lie_in_the_past() -> None:
    assert given(resources).when(at("2025-04-10", COMMITTED)) == COMMITTED


def test_providing_a_resource_twice_is_refused() -> None:
    book = given(resources, at("2025-01-10", COMMITTED), at("2025-03-01", PROVIDED))
    assert book.state(ID) == Resource(provided=True)
    assert isinstance(book.when(at("2025-03-01", PROVIDED)), IsNotAllowedNow)
