"""Texts go by their bytes, also in a database that orders them as a dictionary does."""

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine, select, text

import local_postgres
from api.odata.paging import beyond, in_order, whole_order
from odata_client import Client
from projections.bi.catalogue import table_named
from projections.bi.columns import Stored
from projections.bi.views import compiled
from rebuilding import promise
from recording import Recorded
from serving import Served
from telling import opening, stages, tell, uid

TITLES = ["B", "a", "ª", "°"]
"""In the order of their bytes, and so are their ids, which end in 42, 61, c2aa and c2b0. In Danish "a" stands before
"B", a sign before a letter, and "aa", which is another way to write "å", behind "b"."""


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('danish') / 'register.db'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"counterfoil_test_{uuid.uuid4().hex}"
    with closing(local_postgres.connect(server)) as connection:
        danish = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'da' LOCALE 'C'"
        connection.execute(SQL(danish).format(Identifier(name)))
        yield server.set(database=name).render_as_string(hide_password=False)
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture(scope="session")
def served(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("keys")
    found = Served(database_url, folder)
    promises = (promise(title, "2024-03-01") for title in reversed(TITLES))
    tell(Recorded(found.services.register), *opening(), *stages(2, 3, 4, 5), *promises)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("filter", "titles"),
    [
        ("title lt 'a'", "B"),
        ("title le 'a'", "B a"),
        ("title gt 'a'", "ª °"),
        ("title ge 'a'", "a ª °"),
        ("'a' gt title", "B"),
        ("not (title lt 'a')", "a ª °"),
        ("title gt 'B' and title lt 'ª'", "a"),
        ("tolower(title) lt 'b'", "a"),
        ("toupper(title) gt 'a'", "ª °"),
        ("title gt item_id", "B a ª °"),
        ("tolower(title) gt title", "B"),
        (f"item_id gt '{uid('ª')}'", "°"),
        (f"item_id le '{uid('ª')}'", "B a ª"),
        ("title eq 'b'", ""),
    ],
)
def test_a_text_is_less_than_another_by_its_bytes(client: Client, filter: str, titles: str) -> None:
    found = {row["title"] for row in client.rows("item_commitment", filter=filter)}
    assert found == set(titles.split())


@pytest.mark.parametrize("orderby", ["title", "item_id", "relationship_id,item_id", "in_dispute,title", "own_of,title"])
def test_rows_stand_in_the_order_of_the_bytes_of_their_texts(client: Client, orderby: str) -> None:
    """On one page as on several."""
    for size in (None, 1, 3):
        rows = client.rows("item_commitment", size, orderby=orderby)
        assert [row["title"] for row in rows] == TITLES
        rows = client.rows("item_commitment", size, orderby=f"{orderby} desc")
        assert [row["title"] for row in rows] == TITLES[::-1]


@pytest.mark.parametrize("table", ["item_commitment", "fact_indicator_score", "dim_indicator"])
def test_every_row_is_on_one_page_where_no_order_is_asked_for(client: Client, table: str) -> None:
    whole = client.rows(table)
    assert [row for page in client.pages(table, 3) for row in page] == whole
    assert len({str(row) for row in whole}) == len(whole) == int(client.get(f"{table}/$count").text)


@pytest.mark.parametrize(
    ("table", "last", "index"),
    [
        ("dim_organisation", [uid("a")], "pk_bi_dim_organisation"),
        ("fact_indicator_score", [uid("r"), "GP1", "latest"], "pk_bi_fact_indicator_score"),
        ("item_commitment", [uid("r"), uid("a")], "ix_bi_item_commitment_relationship_id_item_id"),
    ],
)
def test_a_page_by_key_is_found_by_the_index_of_the_key(
    served: Served, table: str, last: list[Stored], index: str
) -> None:
    found, engine = table_named(table), served.services.engine
    assert found is not None
    source, order = found.source(0), whole_order(found, ())
    statement = select(source).where(beyond(source, order, last)).order_by(*in_order(source, order)).limit(5)
    plan = planned(engine, compiled(statement, engine.dialect.name))
    if engine.dialect.name == "sqlite":
        assert plan.startswith(f"SEARCH bi_{table} USING INDEX")
        assert "B-TREE" not in plan, "in which SQLite sorts"
    else:
        assert f"Index Scan using {index} " in plan
        assert "Index Cond: (" in plan
        assert "Sort" not in plan


def planned(engine: Engine, statement: str) -> str:
    """How the database goes about it, as if the table were too long to be read as a whole."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            return "\n".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {statement}")))
        connection.execute(text("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"))
        return "\n".join(connection.execute(text(f"EXPLAIN {statement}")).scalars())
