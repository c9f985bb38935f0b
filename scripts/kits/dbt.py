"""docs/bi/dbt/models/sources.yml: every table of the feed as a dbt source, with tests of its keys and references."""

from __future__ import annotations

from typing import Any

from kits.yaml import document
from projections.bi.catalogue import TABLES, references
from projections.bi.tables import FeedTable

FILES = "{{ env_var('COUNTERFOIL_EXPORT', 'export') }}/{name}.parquet"
"""Where dbt-duckdb finds a table: in the folder of `counterfoil export`."""


def sources() -> str:
    return document(
        {
            "version": 2,
            "sources": [
                {
                    "name": "counterfoil",
                    "description": "The register of a collaboration as a star schema, version 1.",
                    "schema": "bi_v1",
                    "config": {"meta": {"external_location": FILES}},
                    "tables": [_table(table) for table in TABLES],
                }
            ],
        },
        "Written by scripts/reference from the catalogue of the feed.",
    )


def _table(table: FeedTable) -> dict[str, Any]:
    found: dict[str, Any] = {"name": table.name, "description": table.grain}
    if table.name == "event_fact":
        late = {"count": 7, "period": "day"}
        found["config"] = {"loaded_at_field": "recorded_at", "freshness": {"warn_after": late}}
    found["columns"] = [_column(table, name) for name in (field.name for field in table.fields)]
    return found


def _column(table: FeedTable, name: str) -> dict[str, Any]:
    field = table.field(name)
    assert field is not None
    found: dict[str, Any] = {"name": name, "description": field.description}
    tests: list[Any] = [] if field.optional else ["not_null"]
    if table.key == (name,):
        tests.append("unique")
    for mine, other, key in references(table):
        if mine == name:
            to = {"to": f"source('counterfoil', '{other.name}')", "field": key}
            tests.append({"relationships": {"arguments": to}})
    if tests:
        found["data_tests"] = tests
    return found
