"""The tables of docs/events.md are the fact classes' own fields. Where the two differ, one of them is a bug."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from msgspec import inspect

from domain.facts import FACTS
from domain.facts.fact import Envelope
from domain.facts.policies import Bands, IndicatorChange, PolicyChanges
from domain.facts.structure import Field, fields
from domain.values import Money
from markdown_pages import page, tables

TEXT = page("docs/events.md")
WORDS = re.compile(r"[a-z_]+(, [a-z_]+)+")


class Cell(NamedTuple):
    """A field as its cell describes it. `inner`: what stands in brackets or braces; `values`: the ones allowed."""

    name: str
    optional: bool
    by_register: bool
    many: str
    inner: str
    values: tuple[str, ...]
    bounds: tuple[int, int] | None
    sealed: str
    kind: str


def types_of(cell: str) -> list[str]:
    """`relationship.suspended` / `.resumed`: the second takes the first's noun."""
    names = re.findall(r"`([a-z_.]+)`", cell)
    noun = names[0].split(".")[0]
    return [noun + name if name.startswith(".") else name for name in names]


def top_level(text: str, separator: str) -> Iterator[tuple[str, bool]]:
    """The pieces of the text outside every bracket, each with whether it stands in *italics*."""
    depth, italic, piece, was_italic = 0, False, "", False
    for sign in text + separator:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == separator and depth == 0:
            yield piece.strip(), was_italic
            piece, was_italic = "", italic
        elif sign == "*" and depth == 0:
            italic = not italic
            was_italic |= italic
        else:
            piece += sign


def bounds_in(text: str) -> tuple[int, int] | None:
    found = re.search(r"(\d+)\.\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else None


def read(text: str, by_register: bool) -> Cell:
    found = re.match(r"([a-z_]+)(.*)", text)
    assert found is not None, text
    name, rest = found[1], found[2].removeprefix(":")
    brackets = re.findall(r"\((.*)\)|\[(.*)\]|\{(.*)\}", rest)
    marks = re.sub(r"\(.*\)|\[.*\]|\{.*\}", "", rest)
    note, element, body = brackets[0] if brackets else ("", "", "")
    bounds = bounds_in(marks)
    values = next((t for t in (note, element) if WORDS.fullmatch(t)), "")
    return Cell(
        name=name,
        optional="?" in marks,
        by_register=by_register,
        many="list" if element else "map" if body else "",
        inner=element or body,
        values=() if bounds or not values else tuple(values.split(", ")),
        bounds=bounds,
        sealed="entry" if "◇" in marks else "person_id" if "◆" in marks else "",
        kind="bool" if note == "bool" else " ".join(re.findall(r"person|party|money", marks)),
    )


def cells() -> Iterator[tuple[str, list[Cell]]]:
    for table in tables(TEXT):
        if table.columns != ("type", "data"):
            continue
        for first, second in table.rows:
            names, parts = types_of(first), second.split(" — ")[0].split(" / ")
            for n, name in enumerate(names):
                part = parts[n] if len(parts) == len(names) else second.split(" — ")[0]
                yield name, [read(text, italic) for text, italic in top_level(part, ",")]


PAGE = dict(cells())
ONE_OF_ITS_KIND = {("scoring_policy.published", "changes"), ("entry.corrected", "data")}


def described(name: str) -> Iterator[tuple[str, Cell, Field]]:
    """Every field of a type as the page has it and as the class has it, with its place for the message."""
    for cell in PAGE[name]:
        yield f"{name} {cell.name}", cell, next(f for f in fields(FACTS[name]) if f.name == cell.name)


def kinds(field: Field) -> list[inspect.Type]:
    """The type of the field, or those of its elements."""
    return [leaf.type for leaf in field.leaves] if field.many else [field.type]


def test_the_page_has_every_event_type_of_the_code_and_no_other() -> None:
    assert sorted(PAGE) == sorted(FACTS)


@pytest.mark.parametrize("name", PAGE)
def test_the_fields_are_those_of_the_page_in_its_order(name: str) -> None:
    written = [cell.name for cell in PAGE[name]]
    if name == "meeting.held":  # "meeting_id? (or body_id …)"
        written.insert(1, "body_id")
    assert [f.name for f in fields(FACTS[name])] == written


@pytest.mark.parametrize("name", PAGE)
def test_a_question_mark_and_nothing_else_makes_a_field_optional(name: str) -> None:
    for place, cell, field in described(name):
        assert field.required == (not cell.optional and not cell.by_register), place


@pytest.mark.parametrize("name", PAGE)
def test_italics_are_the_fields_that_the_register_sets(name: str) -> None:
    assert tuple(cell.name for cell in PAGE[name] if cell.by_register) == FACTS[name].register_sets


@pytest.mark.parametrize("name", PAGE)
def test_brackets_are_lists_and_braces_are_maps(name: str) -> None:
    for place, cell, field in described(name):
        if (name, cell.name) in ONE_OF_ITS_KIND:
            continue
        assert field.many == cell.many, place
        if cell.inner.startswith("{"):
            names = [text.split()[0] for text, _ in top_level(cell.inner.strip("{}"), ",")]
            assert [leaf.path for leaf in field.leaves] == names, place


@pytest.mark.parametrize("name", PAGE)
def test_a_list_of_values_is_the_whole_list(name: str) -> None:
    for place, cell, field in described(name):
        allowed = [set(t.values) for t in kinds(field) if isinstance(t, inspect.LiteralType)]
        if "principle P1..P12" in cell.inner:
            assert allowed == [{f"P{n}" for n in range(1, 13)}], place
        else:
            assert allowed == ([set(cell.values)] if cell.values else []), place


@pytest.mark.parametrize("name", PAGE)
def test_a_range_has_both_its_ends(name: str) -> None:
    for place, cell, field in described(name):
        bounds = cell.bounds or bounds_in(re.sub(r"P\d+\.\.P\d+", "", cell.inner))
        if bounds is not None:
            whole = [t for t in kinds(field) if isinstance(t, inspect.IntType)]
            assert [(t.ge, t.le) for t in whole] == [bounds], place


@pytest.mark.parametrize("name", PAGE)
def test_marked_text_is_sealed_and_no_other(name: str) -> None:
    for place, cell, field in described(name):
        assert field.notes.get("sealed", "") == cell.sealed, place


@pytest.mark.parametrize("name", PAGE)
def test_persons_parties_money_and_yes_or_no_are_what_the_page_says(name: str) -> None:
    for place, cell, field in described(name):
        known = field.notes.get("known")
        if cell.kind == "person":
            assert known == "person", place
        elif cell.kind == "party" or cell.name.endswith("_party"):
            assert known == "party", place
        elif cell.kind == "money" or cell.name == "money":
            assert getattr(field.type, "cls", None) is Money, place
        elif cell.kind == "bool":
            assert isinstance(field.type, inspect.BoolType), place
        if cell.inner == "party":
            assert [leaf.notes.get("known") for leaf in field.leaves] == ["party"], place


def test_what_a_policy_may_change_is_what_the_page_lists() -> None:
    text = next(row[1] for t in tables(TEXT) for row in t.rows if row[0] == "`scoring_policy.published`")
    assert "bands: {amber_from, green_from}?" in text
    assert "indicators: {ID: {floor?, target?, weight?, window_days?, min_n?, enabled?}}" in text
    assert PolicyChanges.__struct_fields__ == ("indicators", "principles", "bands", "gates")
    assert Bands.__struct_fields__ == ("amber_from", "green_from")
    assert Bands.__struct_defaults__ == ()
    assert IndicatorChange.__struct_fields__ == ("floor", "target", "weight", "window_days", "min_n", "enabled")
    assert IndicatorChange.__struct_defaults__ == (None,) * 6


def test_the_envelope_has_the_fields_of_the_page() -> None:
    table = next(t for t in tables(TEXT) if t.columns == ("field", "type", "meaning"))
    written = [name for row in table.rows for name in re.findall(r"`([a-z_]+)`", row[0])]
    assert sorted(written) == sorted(Envelope.__struct_fields__)
