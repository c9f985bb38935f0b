"""Every code that a page can meet has words."""

import re
from pathlib import Path

import pytest

from api.web import words
from projections.indicators import INDICATORS, PRINCIPLES
from projections.indicators.definition import Indicator
from projections.scorecards.policy import GATES

RULES = (Path(__file__).parents[3] / "docs" / "principles.md").read_text()


def test_every_reason_for_leaving_an_entry_out_has_words() -> None:
    rule = re.search(r"Reasons for exclusion: (.*)", RULES)
    assert rule
    assert set(words.REASONS) == set(re.findall(r"`(\w+)`", rule[1]))


def test_every_gate_has_words() -> None:
    assert set(words.GATES) == set(words.GATE_DETAILS) == set(GATES)


def test_every_principle_has_a_short_title() -> None:
    assert list(words.SHORT_TITLES) == [p.id for p in PRINCIPLES]


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.id)
def test_every_source_of_an_indicator_is_explained(indicator: Indicator) -> None:
    explained = words.sources(indicator.source)
    assert explained
    assert all(meaning for _, meaning in explained)


def test_a_judgement_of_ours_is_called_a_default_and_not_a_norm() -> None:
    assert words.sources("J") == [("J", "A judgement of ours, without a public source: a default, not a norm.")]


def test_sources_are_taken_apart() -> None:
    assert [tag for tag, _ in words.sources("S23-S25, X1")] == ["S23", "S24", "S25", "X1"]
    assert words.sources("TR cl. 10") == [("TR cl. 10", "Derived from clause 10 of ISO/TR 44000:2019")]
    assert words.sources("S12 (6 mo)") == [("S12", "SC21 relationship management toolkit (6 mo)")]


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [
        (0, "entry", "0 entries"),
        (1, "entry", "1 entry"),
        (2, "entry", "2 entries"),
        (2, "item", "2 items"),
        (3, "day", "3 days"),
    ],
)
def test_things_are_counted_in_words(count: int, noun: str, text: str) -> None:
    assert words.number_of(count, noun) == text
