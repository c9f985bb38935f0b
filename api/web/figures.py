"""The arithmetic of a score, written out so that a reader can follow it with a pencil.

Every step works on the shown result of the step before (docs/principles.md A1, A85, A86), so everything here is made
of the figures on the scorecard and the policy; nothing is measured again.
"""

from collections.abc import Iterable

from msgspec import Struct

from api.web.words import number_of
from projections.indicators.definition import Indicator
from projections.scorecards.policy import Policy, Setting
from projections.scorecards.scorecard import IndicatorResult, PrincipleScore, Scorecard, fixed

NARROW = "\u202f"
"""A narrow space that does not break, between groups of three digits and before a per cent sign."""
RATED = 8
"""A relationship has a score from so many rated principles on (docs/principles.md 3.3)."""


class Working(Struct, frozen=True, kw_only=True):
    """The steps from what was counted to what an indicator adds to its principle, each as one line of text."""

    value: str | None = None
    score: str | None = None
    contribution: str | None = None
    gap: str | None = None


def scaled(text: str) -> int:
    """The digits of fixed-point text as one integer."""
    return int(text.replace(".", ""))


def trimmed(text: str) -> str:
    """Without zeros that say nothing, in groups of three digits: 3500000.0000 as 3 500 000."""
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    grouped = f"{int(whole):,}".replace(",", NARROW)
    sign = "−" if whole.startswith("-") else ""
    return f"{sign}{grouped.lstrip('-')}{'.' if part else ''}{part}"


def minus(text: str) -> str:
    """With the sign that belongs to figures."""
    return text.replace("-", "−")


def percent(share: str) -> str:
    """A share with four decimals as a percentage: 0.8100 as 81 %."""
    return f"{trimmed(fixed(scaled(share), 2) or '')}{NARROW}%"


def rounded(numerator: int, denominator: int) -> int:
    """Half away from zero; denominator > 0 (docs/principles.md A1)."""
    if numerator < 0:
        return -rounded(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def goalpost(value: int) -> str:
    """A floor or target x 10^4."""
    return trimmed(fixed(value, 4) or "")


def with_unit(text: str, indicator: Indicator) -> str:
    """A value as it is read aloud: 0.8000 (80 %), 42 days, 3.8500 of 5."""
    match indicator.unit:
        case "ratio":
            return f"{minus(text)} ({percent(text)})"
        case "days":
            shown = trimmed(text)
            return f"{shown} {'day' if shown == '1' else 'days'}"
        case "rating" | "points":
            return minus(text)
        case unit:
            return f"{trimmed(text)} {unit}"


def working(result: IndicatorResult, indicator: Indicator, setting: Setting, weights: int, stage: int) -> Working:
    """How the indicator came to its figures. weights: the scored weights of its principle together, x 10^2."""
    if result.value is None:
        return Working(gap=gap(result, indicator, setting, stage))
    value = _value(result, indicator)
    if result.score is None:
        return Working(value=value, gap=gap(result, indicator, setting, stage))
    share = None if result.contribution is None else _share(result, weights)
    return Working(value=value, score=_score(result.value, result.score, setting), contribution=share)


def _value(result: IndicatorResult, indicator: Indicator) -> str:
    value, n, d = result.value or "", result.numerator, result.denominator
    shown = with_unit(value, indicator)
    if d is not None and scaled(d) == 0:
        return "nothing is there, and that counts as 0"
    if n is None or d is None:
        return f"median of {number_of(scaled(d) // 10_000, 'item')} = {shown}" if d else shown
    if indicator.kind == "G":
        return shown
    factor = "100 × " if indicator.unit == "per 100 shares" else ""
    return f"{factor}{trimmed(n)} ÷ {trimmed(d)} = {shown}"


def _score(value: str, score: str, setting: Setting) -> str:
    floor, target = goalpost(setting.floor), goalpost(setting.target)
    below, width = scaled(value) - setting.floor, setting.target - setting.floor
    if width < 0:
        below, width = -below, -width
    free = rounded(below * 10_000, width)
    way = f"100 × ({trimmed(value)} − {_inner(floor)}) ÷ ({target} − {_inner(floor)})"
    if 0 <= free <= 10_000:
        return f"{way} = {score}"
    return f"{way} = {minus(fixed(free, 2) or '')}, held at {score}"


def _inner(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def _share(result: IndicatorResult, weights: int) -> str:
    return f"{result.score} × {result.weight} ÷ {fixed(weights, 2)} = {result.contribution}"


def gap(result: IndicatorResult, indicator: Indicator, setting: Setting, stage: int) -> str:
    """Why the indicator has no score, in one sentence."""
    match result.status:
        case "NO_DATA":
            return f"{indicator.no_data[:1].upper()}{indicator.no_data[1:]}."
        case "LOW_SAMPLE":
            items = number_of(setting.min_n, "item")
            return f"The value rests on fewer than {items}, so it is shown and not scored."
        case "STALE":
            return f"The newest usable round is older than {setting.window} days: shown and not scored."
        case "NOT_APPLICABLE" if not setting.enabled:
            return "Switched off by the scoring policy."
        case "NOT_APPLICABLE" if stage < indicator.from_stage:
            only = "Applies at stage 8" if indicator.from_stage == 8 else f"Applies from stage {indicator.from_stage}"
            return f"{only}; the relationship is at stage {stage}."
        case "NOT_APPLICABLE":
            return "Fewer than two parties are active on that day."
        case _:
            return ""


def weights(indicators: Iterable[IndicatorResult]) -> int:
    """The weights of the scored ones together, x 10^2."""
    return sum(scaled(i.weight) for i in indicators if i.score is not None)


def principle_working(principle: PrincipleScore) -> str:
    """The principle's score from those of its indicators."""
    scored = [i for i in principle.indicators if i.score is not None]
    terms = " + ".join(f"{i.weight} × {i.score}" for i in scored)
    return f"({terms}) ÷ {fixed(weights(scored), 2)} = {principle.score}"


def overall_sums(card: Scorecard) -> tuple[str, str]:
    """The weights of the rated principles, and their weighted scores, together."""
    rated = [(scaled(p.weight), scaled(p.score)) for p in card.principles if p.score is not None]
    return (
        fixed(sum(weight for weight, _ in rated), 2) or "",
        trimmed(fixed(sum(weight * score for weight, score in rated), 4) or ""),
    )


def not_rated(principle: PrincipleScore) -> str:
    """Why a principle has no score, in a few words."""
    statuses = [i.status for i in principle.indicators]
    if all(s == "NOT_APPLICABLE" for s in statuses):
        return "not yet applicable"
    applicable = [s for s in statuses if s != "NOT_APPLICABLE"]
    if all(s == "NO_DATA" for s in applicable):
        return "no data"
    if "SCORED" not in applicable:
        return "nothing to score"
    return f"{percent(principle.coverage)} covered"


def unrated(card: Scorecard) -> str:
    """Why a relationship has no score, in one sentence."""
    if card.rated_principles == 0:
        return f"None of the 12 principles can be rated; a score needs {RATED}."
    if card.rated_principles < RATED:
        return f"Only {card.rated_principles} of 12 principles can be rated; a score needs {RATED}."
    return "The weights of the rated principles add up to nothing."


def changed(setting: Setting, default: Setting) -> list[str]:
    """What the policy has changed of an indicator's defaults, each as a phrase."""
    pairs = [
        ("floor", goalpost(setting.floor), goalpost(default.floor)),
        ("target", goalpost(setting.target), goalpost(default.target)),
        ("weight", fixed(setting.weight, 2), fixed(default.weight, 2)),
        ("window", f"{setting.window} days", f"{default.window} days"),
        ("smallest sample", str(setting.min_n), str(default.min_n)),
    ]
    found = [f"{name} {now}, by default {before}" for name, now, before in pairs if now != before]
    return found if setting.enabled else [*found, "switched off"]


def bands(policy: Policy) -> tuple[str, str]:
    """The scores from which a result is amber and green."""
    return fixed(policy.amber_from, 2) or "", fixed(policy.green_from, 2) or ""
