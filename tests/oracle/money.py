"""Money in minor units of the relationship's currency (docs/principles.md A55)."""

from fractions import Fraction
from typing import Any

from oracle.arithmetic import half_up

_DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}


def minor_digits(currency: str) -> int:
    """Decimals of a currency (ISO 4217): 2 where not listed."""
    return _DECIMALS.get(currency, 2)


def converted(amount: str, money: dict[str, Any], currency: str) -> int:
    """An amount in the currency and at the rate of `money`, in minor units of `currency`."""
    exact = Fraction(amount) * Fraction(money.get("rate") or "1") * 10 ** minor_digits(currency)
    return half_up(exact.numerator, exact.denominator)


def shown(minor: int, currency: str) -> int:
    """Minor units as ten-thousandths of the major unit."""
    return minor * int(10 ** (4 - minor_digits(currency)))
