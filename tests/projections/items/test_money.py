"""Money in major units."""

import pytest

from domain.values import Money
from projections.items.money import Amount, amount, converted, part


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [(350000, "EUR", "3500.00"), (5, "EUR", "0.05"), (0, "EUR", "0.00"), (500, "JPY", "500"), (1234, "KWD", "1.234")],
)
def test_an_amount_has_the_decimals_of_its_currency(minor: int, currency: str, shown: str) -> None:
    assert amount(minor, currency) == Amount(amount=shown, currency=currency)


def test_money_is_converted_by_its_own_rate_half_up() -> None:
    dollars = Money(amount="10.01", currency="USD", rate="0.5")
    assert converted(dollars, "EUR").amount == "5.01"
    assert part("10.01", dollars, "EUR").amount == "5.01"
    assert part("10.00", dollars, "JPY").amount == "5"
