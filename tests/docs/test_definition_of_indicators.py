"""The tables of docs/principles.md 2 are the code's own data. Where the two differ, one of them is a bug."""

import re
from decimal import Decimal

import pytest

from markdown_pages import page, tables
from projections.indicators import INDICATORS, PRINCIPLES
from projections.scorecards.policy import DEFAULT

TEXT = page("docs/principles.md")
EVIDENCE = page("docs/evidence.md")
HEADING = re.compile(r"^### P(\d+) (.+) \(clause (\d+)(?: – title only)?\)$", re.MULTILINE)
ROWS = {
    row[0]: dict(zip(table.columns, row, strict=True))
    for table in tables(TEXT)
    if "Formula" in table.columns
    for row in table.rows
}
BY_ID = {i.id: i for i in INDICATORS}
FEWER_ARE_NO_DATA = {"TC2": 3, "VC3": 3, "IK2": 5}  # docs/principles.md A25


def number(text: str) -> int:
    """Ten-thousandths."""
    return int(Decimal(text.replace("−", "-")) * 10_000)


def plain(text: str) -> str:
    """The page abbreviates and sets dashes; the product's own texts do not."""
    return re.sub(r" d$", " days", text).replace(" vs ", " against ").replace("–", "-")


def test_the_page_has_the_54_indicators_of_the_code_in_their_order() -> None:
    assert len(ROWS) == 54
    assert list(ROWS) == [i.id for i in INDICATORS]


def test_the_page_has_the_twelve_principles_of_the_code() -> None:
    found = [(int(number), title, int(clause)) for number, title, clause in HEADING.findall(TEXT)]
    assert found == [(p.number, p.title, p.clause) for p in PRINCIPLES]


def test_each_indicator_stands_under_its_principle() -> None:
    under = {
        table.heading.split()[0]: [row[0] for row in table.rows] for table in tables(TEXT) if table.columns[0] == "Id"
    }
    assert under == {p.id: [i.id for i in p.indicators] for p in PRINCIPLES}


@pytest.mark.parametrize("name", ROWS)
def test_title_kind_and_source_are_those_of_the_page(name: str) -> None:
    row, indicator = ROWS[name], BY_ID[name]
    assert plain(row["Indicator"]) == indicator.title
    assert row["Kind"].split(",")[0] == indicator.kind
    assert plain(row["Source"]) == indicator.source


@pytest.mark.parametrize("name", ROWS)
def test_it_applies_from_the_stage_of_the_page(name: str) -> None:
    stage = re.search(r"(?:from|stage) (\d)$", ROWS[name]["Kind"])
    assert BY_ID[name].from_stage == (int(stage[1]) if stage else 1)


@pytest.mark.parametrize("name", [name for name in ROWS if BY_ID[name].kind in "ARG"])
def test_min_n_is_that_of_the_page_else_3_for_ratios_and_1_for_artefacts_and_ages(name: str) -> None:
    kind = ROWS[name]["Kind"]
    stated = re.search(r"minN (\d+)|≥(\d+)", kind)
    default = FEWER_ARE_NO_DATA.get(name, 3 if kind.startswith("R") else 1)
    assert BY_ID[name].min_n == (int(stated[1] or stated[2]) if stated else default)


@pytest.mark.parametrize("name", ROWS)
def test_the_window_is_that_of_the_page(name: str) -> None:
    days = re.search(r"\d+", ROWS[name]["Window"])
    assert days or ROWS[name]["Window"].startswith(("point", "life"))
    assert BY_ID[name].window == (int(days[0]) if days else None)


@pytest.mark.parametrize("name", ROWS)
def test_direction_floor_and_target_are_those_of_the_page(name: str) -> None:
    floor, target = ROWS[name]["F→G"].split("→")
    indicator = BY_ID[name]
    assert (indicator.floor, indicator.target) == (number(floor), number(target))
    assert indicator.higher_is_better == {"↑": True, "↓": False}[ROWS[name]["Dir."]]


def test_every_source_tag_is_explained_in_section_5() -> None:
    explained = set(re.findall(r"^- ([SX]\d+):", TEXT, re.MULTILINE))
    ranges = {
        f"S{n}"
        for first, last in re.findall(r"S(\d+)-S(\d+)", " ".join(i.source for i in INDICATORS))
        for n in range(int(first), int(last) + 1)
    }
    used = {tag for i in INDICATORS for tag in re.findall(r"\b[SX]\d+\b", i.source)}
    assert used | ranges <= explained


def test_the_page_on_evidence_has_a_row_for_every_indicator_and_names_reasons_of_a87_alone() -> None:
    table = next(t for t in tables(EVIDENCE) if t.columns == ("Id", "counted", "excluded"))
    written = [name.strip() for row in table.rows for name in row[0].split(",")]
    assert sorted(written) == sorted(ROWS)
    a87 = re.search(r"Reasons for exclusion: (.+)", TEXT)
    assert a87 is not None
    reasons = set(re.findall(r"`([a-z_]+)`", a87[1]))
    named = {name for row in table.rows for name in re.findall(r"`([a-z_]+)`", row[2])}
    assert named <= reasons
    assert len(reasons) == 13


def test_default_weights_are_1_but_one_half_for_ik2() -> None:
    assert {name: setting.weight for name, setting in DEFAULT.indicators.items() if setting.weight != 100} == {
        "IK2": 50
    }
    assert "low weight 0.5" in ROWS["IK2"]["Source"]
    assert set(DEFAULT.principles.values()) == {100}


def test_bands_and_gates_are_those_of_section_3() -> None:
    assert "RED [0,50), AMBER [50,75), GREEN [75,100]" in TEXT
    assert (DEFAULT.amber_from, DEFAULT.green_from) == (5_000, 7_500)
    named = re.search(r"\*\*A30\.\*\* The gates are named (.+?); a gate is listed", TEXT)
    assert named is not None
    assert re.findall(r"`([a-z_]+)`", named[1]) == list(DEFAULT.gates)
    assert all(DEFAULT.gates.values())
