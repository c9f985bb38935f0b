"""A scorecard as people and programs get it: fixed-point text, and a digest over all of it.

Source: docs/contract.md 6, docs/principles.md A82, A85, A87.
"""

import hashlib
from datetime import date
from typing import Any, Literal
from uuid import UUID

import rfc8785
from msgspec import Struct

ENGINE_VERSION = "1"
"""Changes only when the rules change."""

Band = Literal["RED", "AMBER", "GREEN", "NOT_RATED"]
Direction = Literal["UP", "DOWN", "FLAT", "UNKNOWN"]
Confidence = Literal["HIGH", "MEDIUM", "LOW"]
Status = Literal["SCORED", "LOW_SAMPLE", "STALE", "NO_DATA", "NOT_APPLICABLE"]


class IndicatorResult(Struct, frozen=True, kw_only=True):
    """One indicator. `counted`: positions; `excluded`: (position, reason)."""

    id: str
    status: Status
    value: str | None
    numerator: str | None
    denominator: str | None
    score: str | None
    weight: str
    contribution: str | None
    counted: tuple[int, ...] = ()
    excluded: tuple[tuple[int, str], ...] = ()


class Trend(Struct, frozen=True, kw_only=True):
    """The change within 90 days: of two shown scores, both with the same knowledge, view and policy."""

    direction: Direction
    delta: str | None


class PrincipleScore(Struct, frozen=True, kw_only=True):
    """One principle of twelve."""

    principle: str
    score: str | None
    band: Band
    coverage: str
    trend: Trend
    weight: str
    contribution: str | None
    indicators: tuple[IndicatorResult, ...]


class Sensitivity(Struct, frozen=True, kw_only=True):
    """The lowest and highest overall score with one principle's weight halved or doubled."""

    low: str
    high: str


class Scorecard(Struct, frozen=True, kw_only=True):
    """A relationship as at `as_of`, as known at the position `known_at`."""

    engine_version: str
    relationship: UUID
    as_of: date
    known_at: int
    policy_version: int
    restated: bool
    view: Literal["shared", "own"]
    party: UUID | None
    score: str | None
    band: Band
    coverage: str
    confidence: Confidence
    rated_principles: int
    trend: Trend
    gates: tuple[str, ...]
    sensitivity: Sensitivity | None
    principles: tuple[PrincipleScore, ...]

    def as_object(self) -> dict[str, Any]:
        """The shape of docs/contract.md 6."""
        return _plain(self)  # type: ignore[no-any-return]

    def digest(self) -> str:
        """Lower-case hexadecimal SHA-256 of the RFC 8785 form of `as_object`."""
        return digest_of(self.as_object())


def digest_of(card: dict[str, Any]) -> str:
    """The digest of a scorecard in the shape of docs/contract.md 6."""
    return hashlib.sha256(rfc8785.dumps(card)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, UUID | date):
        return str(value)
    return value


def fixed(number: int | None, decimals: int) -> str | None:
    """A scaled integer as text with that many decimals; never "-0.00"."""
    if number is None:
        return None
    digits = str(abs(int(number))).rjust(decimals + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def trend(delta: int | None) -> Trend:
    if delta is None:
        return Trend(direction="UNKNOWN", delta=None)
    if abs(delta) < 300:
        return Trend(direction="FLAT", delta=fixed(delta, 2))
    return Trend(direction="UP" if delta > 0 else "DOWN", delta=fixed(delta, 2))


def confidence(scored: int, applicable: int, countersigned: int, events: int) -> Confidence:
    """LOW wins; every threshold belongs to the better side, compared on exact integers (A82)."""
    if not events or not applicable or 2 * scored < applicable or countersigned * 100 < events * 20:
        return "LOW"
    if scored * 10 >= applicable * 8 and countersigned * 100 >= events * 60:
        return "HIGH"
    return "MEDIUM"
