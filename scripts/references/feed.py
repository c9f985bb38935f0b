"""docs/reference/bi.md: the tables of the feed, from the catalogue that makes them."""

from __future__ import annotations

from projections.bi.catalogue import TABLES, VERSION, references
from projections.bi.columns import Field, Kind
from projections.bi.tables import FeedTable
from references.markdown import page_of, table

TYPES: dict[Kind, str] = {
    "id": "UUID as text",
    "text": "text",
    "integer": "integer",
    "date": "date",
    "instant": "timestamp in UTC",
    "boolean": "boolean",
    "decimal": "decimal",
}
SEEN_BY = {
    "everyone": "everyone who may read the feed",
    "organisation": "the organisation and those that work with it",
    "relationship": "the parties of the relationship",
    "entry": "the parties of the relationship; a row with `own_of` that party alone",
}
INTRODUCTION = f"""
The {len(TABLES)} tables of version {VERSION} of the star schema, as `counterfoil export` and `/bi` give them, as the
views `bi_v{VERSION}` show them and as `/odata` serves them. How they fit together, what may be summed and how
increments work is on [the page about the feed](../bi/index.md). Columns marked Σ are additive. Every table also has
`changed_at`, the position of the log at which a row was last written, and `is_deleted`, true in an increment for a
row that is gone.
"""


def page() -> str:
    rows = [[f"[`{t.name}`](#{t.name})", t.grain, SEEN_BY[t.visibility]] for t in TABLES]
    overview = table(["table", "a row is", "seen by"], rows)
    return page_of("The BI feed", INTRODUCTION, overview, *(section(t) for t in TABLES))


def section(each: FeedTable) -> str:
    to = {name: f" → [`{other.name}`](#{other.name})" for name, other, _ in references(each)}
    rows = [
        [
            f"`{field.name}`",
            f"{_type(field)}{'' if field.optional else ', required'}",
            "Σ" if field.additive else "",
            field.unit or "",
            field.description + to.get(field.name, ""),
        ]
        for field in each.fields
    ]
    columns = table(["column", "type", "", "unit", "meaning"], rows)
    key = ", ".join(f"`{name}`" for name in each.key)
    return f"## {each.name}\n\n{each.grain} Key: {key}.\n\n{columns}"


def _type(field: Field) -> str:
    return f"decimal({field.scale})" if field.kind == "decimal" else TYPES[field.kind]
