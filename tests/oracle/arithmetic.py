"""Integers only, rounded half away from zero (docs/principles.md A1, A85, A92)."""

from fractions import Fraction

ONE = 10_000
"""Values, numerators, denominators and ratios are held in ten-thousandths."""


def half_up(n: int, d: int) -> int:
    """n/d rounded to an integer, halves away from zero."""
    if d < 0:
        n, d = -n, -d
    if n < 0:
        return -((2 * -n + d) // (2 * d))
    return (2 * n + d) // (2 * d)


def ratio(n: int, d: int) -> int:
    """n/d in ten-thousandths."""
    return half_up(n * ONE, d)


def mean(values: list[int]) -> int:
    """The mean of ten-thousandths, in ten-thousandths."""
    return half_up(sum(values), len(values))


def scaled(text: str, decimals: int) -> int:
    """A decimal text times 10^decimals; more decimals than that are an error."""
    exact = Fraction(text) * 10**decimals
    assert exact.denominator == 1, f"{text} has more than {decimals} decimals."
    return int(exact)


def fixed(value: int | None, decimals: int) -> str | None:
    """The fixed-point text of value / 10^decimals; None stays None."""
    if value is None:
        return None
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 10**decimals)
    return f"{sign}{whole}.{rest:0{decimals}d}"
