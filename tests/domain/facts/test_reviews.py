from msgspec.structs import replace

from domain.errors import IsOutOfOrder
from domain.facts.reviews import Review, ReviewHeld, reviews
from given import at, day, given, uid

HELD = ReviewHeld(
    review_id=uid(1), kind="performance", period_from=day("2025-01-01"), period_to=day("2025-03-31"), findings="Good"
)


def test_a_review_of_a_period_is_held() -> None:
    assert given(reviews).when(at("2025-04-10", HELD)) == HELD
    assert given(reviews, at("2025-04-10", HELD)).state(uid(1)) == Review()


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    one_day = replace(HELD, period_to=day("2025-01-01"))
    assert given(reviews).when(at("2025-04-10", one_day)) == one_day
    refused = given(reviews).when(at("2025-04-10", replace(HELD, period_to=day("2024-12-31"))))
    assert isinstance(refused, IsOutOfOrder)
    assert refused.message == "The period ends on 2024-12-31, before 2025-01-01."
    assert refused.field == "period_to"
