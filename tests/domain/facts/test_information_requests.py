import pytest

from domain.errors import IsNotAllowedNow
from domain.facts.information_requests import (
    InformationRequestDeclined,
    InformationRequested,
    InformationRequestWithdrawn,
    information_requests,
)
from given import A, B, at, day, given, uid

REQUEST = uid(1)
REQUESTED = InformationRequested(
    request_id=REQUEST, by_party=A, from_party=B, topic="Forecast", needed_by=day("2025-03-01")
)
WITHDRAWN = InformationRequestWithdrawn(request_id=REQUEST)
DECLINED = InformationRequestDeclined(request_id=REQUEST, ground="export control", permitted=True)

End = InformationRequestWithdrawn | InformationRequestDeclined


def test_information_is_requested() -> None:
    assert given(information_requests).when(at("2025-02-01", REQUESTED)) == REQUESTED


def test_a_request_may_be_needed_by_a_day_already_past() -> None:
    assert given(information_requests).when(at("2025-03-02", REQUESTED)) == REQUESTED


@pytest.mark.parametrize("end", [WITHDRAWN, DECLINED])
def test_a_request_is_withdrawn_or_declined_even_after_the_day(end: End) -> None:
    book = given(information_requests, at("2025-02-01", REQUESTED))
    assert book.when(at("2025-02-01", end)) == end
    assert book.when(at("2025-03-02", end)) == end


@pytest.mark.parametrize(("end", "name"), [(WITHDRAWN, "withdrawn"), (DECLINED, "declined")])
@pytest.mark.parametrize("again", [WITHDRAWN, DECLINED])
def test_a_request_that_has_ended_does_not_end_again(end: End, name: str, again: End) -> None:
    book = given(information_requests, at("2025-02-01", REQUESTED), at("2025-02-03", end))
    refused = book.when(at("2025-02-03", again))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == f"The request was already {name} before this entry of 2025-02-03."
