"""One register of each kind for all tests of this folder, which only read it."""

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from psycopg.sql import SQL, Identifier

import local_postgres
from odata_client import Client, operator, told
from serving import Served


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('odata') / 'register.db'}"
        return
    server, schema = request.getfixturevalue("postgres_database"), f"t_{uuid.uuid4().hex}"
    with closing(local_postgres.connect(server)) as connection:
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        yield server.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))


@pytest.fixture(scope="session")
def served(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("keys")
    with told(database_url, folder) as found:
        yield found


@pytest.fixture
def client(served: Served) -> Client:
    """The operator's."""
    return operator(served)
