"""The pages about the feed and its starter kits do what they say, over the demo register."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from sqlalchemy import text

from api.feed.exporting import export
from api.feed.freshness import fresh
from api.interchange import record_file
from api.settings import Settings
from api.wiring import Services, open_services
from domain.store.engine import reading
from markdown_pages import ROOT, blocks, page
from projections.indicators import INDICATORS
from projections.scorecards.asking import ask, every
from projections.scorecards.scorecard import IndicatorResult
from projections.scorecards.service import scorecards

INDEX, RECIPES = "docs/bi/index.md", "docs/bi/recipes.md"
DBT = ROOT / ".venv-dbt" / "bin" / "dbt"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Services, Path]]:
    """The demo register, and a folder that holds its feed and an increment in which nothing has changed."""
    folder = tmp_path_factory.mktemp("demo")
    services = open_services(Settings(database_url=f"sqlite:///{folder / 'register.db'}", data=folder))
    for file in sorted((ROOT / "api" / "demo").glob("*.ndjson")):
        record_file(services.register, file, actor="demo")
    at = export(services, folder / "feed", "parquet", None, None, lambda *_: None)
    export(services, folder / "feed-changes", "parquet", at, None, lambda *_: None)
    yield services, folder
    services.close()


@pytest.fixture(scope="module")
def values(demo: tuple[Services, Path]) -> dict[str, Decimal]:
    """The value of every indicator over all relationships, from the scorecards of today: what everyone must find."""
    services, _ = demo
    with reading(services.engine) as connection:
        asked = [ask(about, services.clock(), services.store.size()) for about in every(connection)]
        cards = scorecards(connection, asked)
    scored: dict[str, list[IndicatorResult]] = {i.id: [] for i in INDICATORS if i.kind != "M"}
    for card in cards:
        for principle in card.principles:
            for result in principle.indicators:
                if result.status == "SCORED" and result.numerator is not None and result.id in scored:
                    scored[result.id].append(result)
    found = {}
    for name, results in scored.items():
        if results:
            n = sum(Decimal(result.numerator or 0) for result in results)
            found[name] = Decimal(n / sum(Decimal(result.denominator or 0) for result in results))
    assert len(found) == 44
    return found


def test_the_recipes_of_duckdb_answer(
    demo: tuple[Services, Path], values: dict[str, Decimal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo[1])
    below, totals, promises, entries, increment = (b.text for b in blocks(page(RECIPES)) if b.kind == "sql")
    connection = duckdb.connect()
    scores = connection.execute(below).fetchall()
    assert scores
    assert all(score < 75 for _, score, *_ in scores)
    assert {row[0]: row[2] for row in connection.execute(totals).fetchall()} == pytest.approx(
        {name: float(value) for name, value in values.items()}
    )
    months = connection.execute(promises).fetchall()
    assert len(months) > 24
    found = connection.execute(entries).fetchall()
    assert {row[1] for row in found} >= {"commitment.made", "commitment.fulfilled"}
    connection.execute(increment)
    held = connection.execute("SELECT count(*) FROM item_commitment").fetchone()
    assert held == connection.execute("SELECT count(*) FROM 'feed/item_commitment.parquet'").fetchone()
    assert held is not None
    assert held[0] > 300
    connection.close()


def test_the_totals_of_the_first_page_are_those_of_the_scorecards(
    demo: tuple[Services, Path], values: dict[str, Decimal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo[1])
    [totals] = (b.text for b in blocks(page(INDEX)) if b.kind == "sql")
    with duckdb.connect() as connection:
        for name in ("fact_indicator_score", "dim_indicator"):
            connection.execute(f"CREATE VIEW {name} AS FROM 'feed/{name}.parquet'")
        found = connection.execute(totals).fetchall()
    assert dict(found) == pytest.approx({name: float(value) for name, value in values.items()})


def test_the_recipe_of_pandas_gives_the_same_values(
    demo: tuple[Services, Path], values: dict[str, Decimal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo[1])
    recipe = next(b.text for b in blocks(page(RECIPES)) if b.kind == "python")
    names: dict[str, object] = {}
    exec(recipe, names)
    found = names["values"]
    assert isinstance(found, pd.Series)
    assert dict(found) == pytest.approx({k: float(v) for k, v in values.items()})


def test_the_dbt_project_builds_and_its_totals_are_those_of_the_scorecards(
    demo: tuple[Services, Path], values: dict[str, Decimal], tmp_path: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for path in (ROOT / "docs" / "bi" / "dbt").rglob("*"):
        if path.is_file() and path.suffix in (".yml", ".sql"):
            copy = project / path.relative_to(ROOT / "docs" / "bi" / "dbt")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(path.read_text())
    environment = {**os.environ, "COUNTERFOIL_EXPORT": str(demo[1] / "feed"), "DO_NOT_TRACK": "1"}
    for command in ("build", "source freshness"):
        said = subprocess.run(
            [DBT, *command.split(), "--profiles-dir", ".", "--no-use-colors", "--warn-error"],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 0, said.stdout[-3000:]
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    assert {result["status"] for result in results} <= {"success", "pass"}
    with duckdb.connect(str(project / "counterfoil.duckdb"), read_only=True) as connection:
        found = connection.execute("SELECT indicator_id, value FROM indicator_totals").fetchall()
    assert dict(found) == pytest.approx({name: float(value) for name, value in values.items()})


def test_the_datasets_of_superset_are_there_with_their_columns(postgres_url: str, tmp_path: Path) -> None:
    services = open_services(Settings(database_url=postgres_url, data=tmp_path))
    record_file(services.register, min((ROOT / "api" / "demo").glob("*.ndjson")), actor="demo")
    fresh(services)
    datasets = sorted((ROOT / "docs" / "bi" / "superset" / "datasets").rglob("*.yaml"))
    assert len(datasets) == 3
    for path in datasets:
        said = path.read_text()
        query = json.loads(next(re.finditer(r'^sql: (".*")$', said, re.MULTILINE))[1])
        columns = re.findall(r'column_name: "(\w+)"', said)
        metrics = [json.loads(expression) for expression in re.findall(r'^ +expression: (".*")$', said, re.MULTILINE)]
        with reading(services.engine) as connection:
            found = connection.execute(text(query))
            assert set(columns) <= set(found.keys())
            chosen = ", ".join(metrics)
            connection.execute(text(f"SELECT {chosen} FROM ({query}) AS dataset")).one()
    services.close()


def test_the_chart_of_superset_shows_the_totals_of_the_scorecards(
    demo: tuple[Services, Path], values: dict[str, Decimal]
) -> None:
    superset = ROOT / "docs" / "bi" / "superset"
    dataset = (superset / "datasets" / "Counterfoil" / "indicator_scores.yaml").read_text()
    chart = (superset / "charts" / "indicators_over_all_relationships.yaml").read_text()
    query, value = (
        json.loads(next(re.finditer(pattern, dataset, re.MULTILINE))[1])
        for pattern in (r'^sql: (".*")$', r'"value_of_all"\n +expression: (".*")$')
    )
    filters = re.findall(r'operator: "(.*)"\n.*\n +subject: "(.*)"\n +comparator: "(.*)"', chart)
    assert len(filters) == 3
    where = " AND ".join(f"{subject} {sign} '{of}'" for sign, subject, of in filters)
    views = query.replace("bi_v1.", "bi_v1_")  # as they are named on SQLite
    with reading(demo[0].engine) as connection:
        statement = f"SELECT indicator_id, {value} FROM ({views}) AS dataset WHERE {where} GROUP BY indicator_id"
        found = {name: total for name, total in connection.execute(text(statement)) if total is not None}
    assert found == pytest.approx({name: float(value) for name, value in values.items()})
