"""The written-out arithmetic, against figures worked out by hand."""

from typing import Any

import pytest

from api.web import charts, figures
from projections.indicators import INDICATORS
from projections.indicators.definition import Indicator
from projections.scorecards.policy import Setting
from projections.scorecards.scorecard import IndicatorResult, PrincipleScore, Trend

N = "\u202f"
BY_ID = {i.id: i for i in INDICATORS}


def setting(floor: int, target: int, **more: Any) -> Setting:
    return Setting(**{"floor": floor, "target": target, "weight": 100, "window": 90, "min_n": 3, **more})


def result(status: str, value: str | None, **more: Any) -> IndicatorResult:
    empty = {"numerator": None, "denominator": None, "score": None, "weight": "1.00", "contribution": None}
    return IndicatorResult(**{"id": "TC1", "status": status, "value": value, **empty, **more})


def test_the_worked_example_of_the_page_is_held_at_zero() -> None:
    """2 of 5 kept: 100 x (0.4 - 0.5) / 0.35 = -28.571..., so 0."""
    example = result("SCORED", "0.4000", numerator="2.0000", denominator="5.0000", score="0.00", contribution="0.00")
    shown = figures.working(example, BY_ID["TC1"], setting(5_000, 8_500), 200, 7)
    assert shown.value == f"2 ÷ 5 = 0.4000 (40{N}%)"
    assert shown.score == "100 × (0.4 − 0.5) ÷ (0.85 − 0.5) = −28.57, held at 0.00"
    assert shown.contribution == "0.00 × 1.00 ÷ 2.00 = 0.00"
    assert shown.gap is None


def test_a_score_between_the_goalposts_stands_as_it_is() -> None:
    """16 of 20: (0.8 - 0.5) / 0.35 = 0.857142..."""
    example = result(
        "SCORED", "0.8000", numerator="16.0000", denominator="20.0000", score="85.71", contribution="17.14"
    )
    shown = figures.working(example, BY_ID["TC1"], setting(5_000, 8_500), 500, 7)
    assert shown.score == "100 × (0.8 − 0.5) ÷ (0.85 − 0.5) = 85.71"
    assert shown.contribution == "85.71 × 1.00 ÷ 5.00 = 17.14"


@pytest.mark.parametrize(
    ("value", "score", "line"),
    [
        ("90.0000", "100.00", "100 × (90 − 365) ÷ (90 − 365) = 100.00"),
        ("89.0000", "100.00", "100 × (89 − 365) ÷ (90 − 365) = 100.36, held at 100.00"),
        ("365.0000", "0.00", "100 × (365 − 365) ÷ (90 − 365) = 0.00"),
        ("366.0000", "0.00", "100 × (366 − 365) ÷ (90 − 365) = −0.36, held at 0.00"),
    ],
)
def test_one_formula_serves_ages_that_should_be_low(value: str, score: str, line: str) -> None:
    example = result("SCORED", value, numerator=value, denominator="1.0000", score=score, contribution="1.00")
    assert figures.working(example, BY_ID["RM2"], setting(3_650_000, 900_000), 100, 7).score == line


def test_a_negative_floor_stands_in_brackets() -> None:
    """(40 - (-20)) / (40 - (-20)) = 1"""
    example = result("SCORED", "40.0000", score="100.00", contribution="100.00")
    shown = figures.working(example, BY_ID["TC4"], setting(-200_000, 400_000), 100, 7)
    assert (shown.value, shown.score) == ("40.0000", "100 × (40 − (−20)) ÷ (40 − (−20)) = 100.00")


@pytest.mark.parametrize(
    ("indicator", "more", "line"),
    [
        ("RM2", {"value": "1.0000", "numerator": "1.0000", "denominator": "1.0000"}, "1 day"),
        ("CL3", {"value": "4.5000", "denominator": "2.0000"}, "median of 2 items = 4.5 days"),
        ("MO3", {"value": "1.1933"}, "1.1933"),
        ("RM1", {"value": "0.0000", "numerator": "0.0000", "denominator": "2.0000"}, f"0 ÷ 2 = 0.0000 (0{N}%)"),
        (
            "BO1",
            {"value": "0.0000", "numerator": "0.0000", "denominator": "0.0000"},
            "nothing is there, and that counts as 0",
        ),
        (
            "IK4",
            {"value": "10.5263", "numerator": "2.0000", "denominator": "19.0000"},
            "100 × 2 ÷ 19 = 10.5263 per 100 shares",
        ),
        (
            "VC1",
            {"value": "0.5000", "numerator": "1750000.5000", "denominator": "3500001.0000"},
            f"1{N}750{N}000.5 ÷ 3{N}500{N}001 = 0.5000 (50{N}%)",
        ),
        (
            "RK3",
            {"value": "-0.2500", "numerator": "-5.0000", "denominator": "20.0000"},
            f"−5 ÷ 20 = −0.2500 (−25{N}%)",
        ),
    ],
)
def test_a_value_shows_what_it_was_made_of(indicator: str, more: dict[str, Any], line: str) -> None:
    example = result("LOW_SAMPLE", **more)
    assert figures.working(example, BY_ID[indicator], setting(0, 10_000), 100, 7).value == line


def gap(status: str, indicator: Indicator, stage: int = 7, **more: Any) -> str | None:
    value = "0.5000" if status in ("LOW_SAMPLE", "STALE") else None
    return figures.working(result(status, value), indicator, setting(0, 10_000, **more), 100, stage).gap


def test_every_gap_says_why() -> None:
    assert gap("NO_DATA", BY_ID["TC1"]) == "None due."
    assert gap("LOW_SAMPLE", BY_ID["TC1"]) == "The value rests on fewer than 3 items, so it is shown and not scored."
    assert gap("LOW_SAMPLE", BY_ID["RM4"], min_n=1) == (
        "The value rests on fewer than 1 item, so it is shown and not scored."
    )
    assert gap("STALE", BY_ID["VV2"], window=365) == (
        "The newest usable round is older than 365 days: shown and not scored."
    )
    assert gap("NOT_APPLICABLE", BY_ID["RM1"], 4) == "Applies from stage 5; the relationship is at stage 4."
    assert gap("NOT_APPLICABLE", BY_ID["EX5"], 7) == "Applies at stage 8; the relationship is at stage 7."
    assert gap("NOT_APPLICABLE", BY_ID["RM1"], 5) == "Fewer than two parties are active on that day."
    assert gap("NOT_APPLICABLE", BY_ID["RM1"], 4, enabled=False) == "Switched off by the scoring policy."


def principle(*indicators: IndicatorResult, score: str | None = None, coverage: str = "0.0000") -> PrincipleScore:
    return PrincipleScore(
        principle="P7",
        score=score,
        band="NOT_RATED" if score is None else "AMBER",
        coverage=coverage,
        trend=Trend(direction="UNKNOWN", delta=None),
        weight="1.00",
        contribution=None,
        indicators=indicators,
    )


def test_a_principle_is_the_weighted_mean_of_what_is_scored() -> None:
    """(1 x 100 + 0.5 x 25) / 1.5 = 75"""
    scored = principle(
        result("SCORED", "1.0000", score="100.00"),
        result("SCORED", "0.2000", score="25.00", weight="0.50"),
        result("NO_DATA", None),
        score="75.00",
    )
    assert figures.principle_working(scored) == "(1.00 × 100.00 + 0.50 × 25.00) ÷ 1.50 = 75.00"


def test_a_principle_without_a_score_says_so_in_words() -> None:
    no_data, low = result("NO_DATA", None), result("LOW_SAMPLE", "0.5000")
    scored, later = result("SCORED", "0.5000", score="0.00"), result("NOT_APPLICABLE", None)
    assert figures.not_rated(principle(later, later)) == "not yet applicable"
    assert figures.not_rated(principle(no_data, later)) == "no data"
    assert figures.not_rated(principle(no_data, low)) == "nothing to score"
    assert figures.not_rated(principle(scored, no_data, low, coverage="0.3333")) == f"33.33{N}% covered"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0.0000", "0"),
        ("-0.5000", "−0.5"),
        ("1000.0000", f"1{N}000"),
        ("12.3400", "12.34"),
        ("-1234567.0000", f"−1{N}234{N}567"),
    ],
)
def test_figures_lose_zeros_that_say_nothing(text: str, shown: str) -> None:
    assert figures.trimmed(text) == shown


@pytest.mark.parametrize(("n", "d", "half_up"), [(5, 2, 3), (4, 2, 2), (-5, 2, -3), (-1, 3, 0), (1, 3, 0), (2, 3, 1)])
def test_rounding_is_half_away_from_zero(n: int, d: int, half_up: int) -> None:
    assert figures.rounded(n, d) == half_up


def test_what_a_policy_changed_is_named_beside_the_default() -> None:
    default = setting(5_000, 8_500)
    assert figures.changed(default, default) == []
    assert figures.changed(setting(5_000, 9_000, weight=150, min_n=5, window=120), default) == [
        "target 0.9, by default 0.85",
        "weight 1.50, by default 1.00",
        "window 120 days, by default 90 days",
        "smallest sample 5, by default 3",
    ]
    assert figures.changed(setting(5_000, 8_500, enabled=False), default) == ["switched off"]


def test_a_value_lies_between_its_goalposts_whichever_is_larger() -> None:
    """The drawing keeps 12 % on both sides: 12 is the floor, 88 the target, 50 half way."""
    assert charts.scale("0.5000", 0, 10_000).value == 50
    assert charts.scale("227.5000", 3_650_000, 900_000).value == 50
    assert charts.scale("365.0000", 3_650_000, 900_000).value == 12
    assert charts.scale("90.0000", 3_650_000, 900_000).value == 88
    assert charts.scale("9999.0000", 0, 10_000).value == 98.5
    assert charts.scale("-9999.0000", 0, 10_000).value == 1.5
    assert charts.scale(None, 0, 10_000).value is None
