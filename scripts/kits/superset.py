"""docs/bi/superset: datasets, charts and a dashboard that Apache Superset imports, over the views of PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from kits.yaml import document
from projections.bi.catalogue import table_named
from projections.bi.columns import Kind

VERSION = "1.0.0"
SAID = "Written by scripts/reference from the catalogue of the feed."
_TYPES: dict[Kind, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL",
    "date": "DATE",
    "instant": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
_NAMES = {
    "relationship": ("VARCHAR", "The relationship's name."),
    "indicator": ("VARCHAR", "The indicator's title."),
    "kind": ("VARCHAR", "The indicator's kind; M is money, in the currency of each relationship."),
    "principle": ("VARCHAR", "The principle's title."),
    "promised_by": ("VARCHAR", "Who promised it."),
}
"""What the datasets take from other tables than their own."""
_TOTALS = {
    "numerators": "SUM(numerator)",
    "denominators": "SUM(denominator)",
    "value_of_all": "SUM(numerator) / NULLIF(SUM(denominator), 0)",
}
"""What an indicator is over many relationships, where it is a ratio."""
_COLOURS = {
    "GREEN": "#2f8658",
    "AMBER": "#b57712",
    "RED": "#c0443a",
    "NOT_RATED": "#8a8f98",
    "KEPT": "#2f8658",
    "LATE": "#b57712",
    "BROKEN": "#c0443a",
    "OVERDUE": "#d98880",
    "PENDING": "#5b7fa6",
    "DISPUTED": "#7d5ba6",
    "WITHDRAWN": "#b8bcc2",
}
"""Of bands and of states of promises; as on the dashboard of the register."""


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"counterfoil:superset:{name}"))


def _dataset(name: str, table: str, sql: str, main: str, extra: tuple[str, ...], metrics: Mapping[str, str]) -> str:
    found = table_named(table)
    assert found is not None
    columns = [(f.name, _TYPES[f.kind], f.description) for f in found.fields]
    columns += [(name, *_NAMES[name]) for name in extra]
    return document(
        {
            "table_name": name,
            "main_dttm_col": main,
            "description": found.grain,
            "schema": "bi_v1",
            "sql": sql,
            "filter_select_enabled": True,
            "uuid": _id(f"dataset {name}"),
            "metrics": [
                {"metric_name": metric, "expression": expression, "verbose_name": metric.replace("_", " ")}
                for metric, expression in metrics.items()
            ],
            "columns": [
                {
                    "column_name": column,
                    "type": kind,
                    "is_dttm": kind in ("DATE", "TIMESTAMP"),
                    "groupby": True,
                    "filterable": True,
                    "is_active": True,
                    "description": description,
                }
                for column, kind, description in columns
            ],
            "version": VERSION,
            "database_uuid": _id("database"),
        },
        SAID,
    )


def database() -> str:
    return document(
        {
            "database_name": "Counterfoil",
            "sqlalchemy_uri": "postgresql+psycopg2://analyst@localhost:5432/counterfoil",
            "expose_in_sqllab": True,
            "allow_run_async": False,
            "allow_ctas": False,
            "allow_cvas": False,
            "allow_dml": False,
            "allow_csv_upload": False,
            "extra": {},
            "uuid": _id("database"),
            "version": VERSION,
        },
        SAID,
    )


def metadata() -> str:
    return document({"version": VERSION, "type": "Dashboard", "timestamp": "2026-01-01T00:00:00+00:00"}, SAID)


def relationship_scores() -> str:
    sql = (
        "SELECT s.*, r.name AS relationship FROM bi_v1.fact_relationship_score s "
        "JOIN bi_v1.dim_relationship r ON r.relationship_key = s.relationship_key"
    )
    highest = {"score_shown": "MAX(score)", "relationships": "COUNT(DISTINCT relationship_id)"}
    return _dataset("relationship_scores", "fact_relationship_score", sql, "as_of", ("relationship",), highest)


def indicator_scores() -> str:
    sql = (
        "SELECT s.*, r.name AS relationship, i.title AS indicator, i.kind, p.title AS principle "
        "FROM bi_v1.fact_indicator_score s "
        "JOIN bi_v1.dim_relationship r ON r.relationship_key = s.relationship_key "
        "JOIN bi_v1.dim_indicator i ON i.indicator_id = s.indicator_id "
        "JOIN bi_v1.dim_principle p ON p.principle_id = s.principle_id"
    )
    extra = ("relationship", "indicator", "kind", "principle")
    return _dataset("indicator_scores", "fact_indicator_score", sql, "as_of", extra, _TOTALS)


def commitments() -> str:
    sql = (
        "SELECT c.*, r.name AS relationship, o.legal_name AS promised_by FROM bi_v1.item_commitment c "
        "JOIN bi_v1.dim_relationship r ON r.relationship_id = c.relationship_id AND r.is_current "
        "JOIN bi_v1.dim_organisation o ON o.organisation_id = c.by_party"
    )
    counts = {"promises": "COUNT(*)"}
    return _dataset("commitments", "item_commitment", sql, "valid_from", ("relationship", "promised_by"), counts)


def _only(column: str, value: Any) -> dict[str, Any]:
    return _filter(column, "==", "EQUALS", value)


def _but(column: str, value: Any) -> dict[str, Any]:
    return _filter(column, "!=", "NOT_EQUALS", value)


def _known(column: str) -> dict[str, Any]:
    known = _filter(column, "IS NOT NULL", "IS_NOT_NULL", None)
    return {key: value for key, value in known.items() if key != "comparator"}


def _filter(column: str, operator: str, name: str, value: Any) -> dict[str, Any]:
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "operator": operator,
        "operatorId": name,
        "subject": column,
        "comparator": value,
    }


CHARTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "Scores now": (
        "relationship_scores",
        "echarts_timeseries_bar",
        {
            "x_axis": "relationship",
            "metrics": ["score_shown"],
            "groupby": ["band"],
            "orientation": "horizontal",
            "stack": "Stack",
            "adhoc_filters": [_only("snapshot", "latest")],
            "row_limit": 100,
        },
    ),
    "Scores by month": (
        "relationship_scores",
        "echarts_timeseries_line",
        {
            "x_axis": "as_of",
            "time_grain_sqla": "P1M",
            "metrics": ["score_shown"],
            "groupby": ["relationship"],
            "adhoc_filters": [_only("snapshot", "month_end")],
            "row_limit": 10000,
        },
    ),
    "Indicators over all relationships": (
        "indicator_scores",
        "table",
        {
            "query_mode": "aggregate",
            "groupby": ["principle", "indicator_id", "indicator"],
            "metrics": list(_TOTALS),
            "adhoc_filters": [
                _only("snapshot", "latest"),
                _only("status", "SCORED"),
                _but("kind", "M"),
                _known("numerator"),
            ],
            "show_cell_bars": False,
            "column_config": {name: {"d3NumberFormat": ",.4~f"} for name in _TOTALS},
            "row_limit": 100,
        },
    ),
    "Months that were restated": (
        "relationship_scores",
        "table",
        {
            "query_mode": "raw",
            "all_columns": ["relationship", "as_of", "published_score", "score", "published_band", "band"],
            "adhoc_filters": [_only("is_restated", True)],
            "row_limit": 1000,
        },
    ),
    "Promises by state": (
        "commitments",
        "pie",
        {"groupby": ["state"], "metric": "promises", "adhoc_filters": [], "row_limit": 20},
    ),
}


def _chart(name: str) -> Callable[[], str]:
    dataset, kind, params = CHARTS[name]
    return lambda: document(
        {
            "slice_name": name,
            "viz_type": kind,
            "params": {"viz_type": kind, **params},
            "uuid": _id(f"chart {name}"),
            "version": VERSION,
            "dataset_uuid": _id(f"dataset {dataset}"),
        },
        SAID,
    )


def dashboard() -> str:
    rows = [["Scores now", "Scores by month"], ["Indicators over all relationships"], list(CHARTS)[3:]]
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": [f"ROW-{n}" for n in range(len(rows))]},
    }
    for n, charts in enumerate(rows):
        position[f"ROW-{n}"] = {
            "id": f"ROW-{n}",
            "type": "ROW",
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
            "children": [f"CHART-{_slug(chart)}" for chart in charts],
        }
        for chart in charts:
            place = f"CHART-{_slug(chart)}"
            meta = {
                "chartId": list(CHARTS).index(chart) + 1,  # Superset gives it its own number for the same uuid
                "width": 12 // len(charts),
                "height": 50,
                "sliceName": chart,
                "uuid": _id(f"chart {chart}"),
            }
            position[place] = {"id": place, "type": "CHART", "meta": meta, "children": []}
    return document(
        {
            "dashboard_title": "Counterfoil",
            "slug": "counterfoil",
            "uuid": _id("dashboard"),
            "position": position,
            "metadata": {"color_scheme": "supersetColors", "label_colors": _COLOURS},
            "version": VERSION,
        },
        SAID,
    )


def _slug(name: str) -> str:
    return name.lower().replace(" ", "_")


PAGES: dict[str, Callable[[], str]] = {
    "metadata.yaml": metadata,
    "databases/Counterfoil.yaml": database,
    "datasets/Counterfoil/relationship_scores.yaml": relationship_scores,
    "datasets/Counterfoil/indicator_scores.yaml": indicator_scores,
    "datasets/Counterfoil/commitments.yaml": commitments,
    **{f"charts/{_slug(name)}.yaml": _chart(name) for name in CHARTS},
    "dashboards/Counterfoil.yaml": dashboard,
}
"""The files of the bundle, and what writes each."""
