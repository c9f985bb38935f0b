"""Money in minor units of a currency. Source: docs/principles.md A55, A92."""

from decimal import ROUND_HALF_UP, Decimal

from domain.codes import minor_units
from domain.errors import IsOutOfRange
from domain.values import Money

LARGEST = 10**12
"""The largest single amount in minor units, as given or converted."""
LARGEST_SUM = 4 * 10**14
"""The largest sum of targets, or of realised value, of one relationship in minor units."""


def minor(amount: str, currency: str, field: str | None = None) -> int:
    """The amount in minor units of its own currency. Raises IsOutOfRange when it has more decimals than that."""
    units = Decimal(amount).scaleb(minor_units(currency))
    if units != units.to_integral_value():
        raise IsOutOfRange(f"{amount} has more decimals than {currency} has.", field)
    return int(units)


def convert(amount: str, rate: str | None, currency: str) -> int:
    """amount x rate in minor units of the relationship's `currency`, half up."""
    units = (Decimal(amount) * Decimal(rate or "1")).scaleb(minor_units(currency))
    return int(units.to_integral_value(ROUND_HALF_UP))


def check(money: Money, currency: str, field: str) -> None:
    """Raises IsOutOfRange or UnknownCode unless the money can be held in a register of that currency."""
    given = minor(money.amount, money.currency, f"{field}.amount")
    if given <= 0:
        raise IsOutOfRange(f"The amount {money.amount} is not above 0.", f"{field}.amount")
    if money.rate is None and money.currency != currency:
        raise IsOutOfRange(f"{money.currency} needs a rate into {currency}.", f"{field}.rate")
    if money.rate is not None:
        rate = Decimal(money.rate)
        if rate <= 0:
            raise IsOutOfRange(f"The rate {money.rate} is not above 0.", f"{field}.rate")
        if money.currency == currency and rate != 1:
            raise IsOutOfRange(f"The rate from {currency} to itself is 1, not {money.rate}.", f"{field}.rate")
    if max(given, convert(money.amount, money.rate, currency)) > LARGEST:
        raise IsOutOfRange(f"{money.amount} {money.currency} is above 10^12 minor units.", f"{field}.amount")
