"""docs/reference is what scripts/reference writes, and links and queries in docs/ lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import GraphQLInputObjectType, build_schema, parse, validate

from domain.facts import FACTS
from markdown_pages import ROOT, blocks, page
from projections.indicators import INDICATORS

PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def test_the_committed_reference_is_what_the_code_gives(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "reference_pages.py", tmp_path], check=True)
    written = {
        str(path.relative_to(tmp_path)): path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()
    }
    assert {"reference/events.md", "reference/bi.md", "bi/dbt/models/sources.yml"} <= set(written)
    for folder in ("reference", "bi/superset"):
        committed = (path for path in (ROOT / "docs" / folder).rglob("*") if path.is_file())
        assert {str(path.relative_to(ROOT / "docs")) for path in committed} <= set(written)
    for name, text in written.items():
        assert text == (ROOT / "docs" / name).read_text("utf-8"), f"{name} is behind the code: run scripts/reference"


def test_every_event_type_and_every_indicator_has_its_place() -> None:
    events, indicators = page("docs/reference/events.md"), page("docs/reference/indicators.md")
    assert [heading[3:] for heading in events.splitlines() if heading.startswith("## ")] == sorted(FACTS)
    assert re.findall(r"^### (\w+)$", indicators, re.MULTILINE) == [i.id for i in INDICATORS]


def test_the_inputs_that_the_events_page_names_are_in_the_schema() -> None:
    facts = build_schema(page("schema.graphql")).type_map["FactInput"]
    assert isinstance(facts, GraphQLInputObjectType)
    named = re.findall(r"^GraphQL: `(\w+): (\w+)`$", page("docs/reference/events.md"), re.MULTILINE)
    assert len(named) == len(FACTS)
    assert dict(named).items() <= {name: str(field.type) for name, field in facts.fields.items()}.items()


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_the_page_leads_to_a_file_and_a_heading(name: str) -> None:
    for target in LINK.findall(CODE.sub("", page(name))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (ROOT / name).parent / file if file else ROOT / name
        assert found.exists(), f"{name} links to {target}"
        if anchor:
            assert anchor in anchors(found.read_text(encoding="utf-8")), f"{name} links to {target}"


@pytest.mark.parametrize("name", [name for name in PAGES if "contract" not in name and "reference" not in name])
def test_every_query_of_the_page_is_valid(name: str) -> None:
    schema = build_schema(page("schema.graphql"))
    for block in blocks(page(name)):
        if block.kind.split(" ")[0] == "graphql":
            assert validate(schema, parse(block.text)) == [], f"{name}, line {block.line}"


def anchors(text: str) -> set[str]:
    """Those that a reader's page has for its headings: lower case, blanks as hyphens, without punctuation."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
