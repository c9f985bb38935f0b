"""Ratings of behaviour: docs/events.md 2, docs/principles.md A52."""

from domain.errors import IsNotAllowedNow
from domain.facts.behaviour import BehaviourRated, Ratings, behaviour
from given import A, B, at, given

RATED = BehaviourRated(about_party=B, by_party=A, respondent="r-1", rating=4)


def test_a_party_rates_another() -> None:
    assert given(behaviour).when(at("2025-05-01", RATED)) == RATED


def test_a_party_cannot_rate_itself() -> None:
    own = BehaviourRated(about_party=A, by_party=A, respondent="r-1", rating=5)
    refused = given(behaviour).when(at("2025-05-01", own))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.field == "by_party"


def test_the_same_rating_again_renews_its_date() -> None:
    book = given(behaviour, at("2025-05-01", RATED))
    assert book.state() == Ratings()
    assert book.when(at("2025-11-01", RATED)) == RATED
