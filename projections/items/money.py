"""Money as people read it: major units of the relationship's currency. Source: docs/principles.md A55."""

from decimal import Decimal

from msgspec import Struct

from domain.codes import minor_units
from domain.money import convert
from domain.values import Money


class Amount(Struct, frozen=True, kw_only=True):
    """`amount` has as many decimals as the currency."""

    amount: str
    currency: str


def amount(minor: int, currency: str) -> Amount:
    """So many minor units."""
    return Amount(amount=f"{Decimal(int(minor)).scaleb(-minor_units(currency)):f}", currency=currency)


def converted(money: Money, currency: str) -> Amount:
    """The money in that currency, by the rate that stands in the fact."""
    return amount(convert(money.amount, money.rate, currency), currency)


def part(text: str, of: Money, currency: str) -> Amount:
    """An amount in the currency of the money that it is a part of."""
    return amount(convert(text, of.rate, currency), currency)
