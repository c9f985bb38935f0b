"""What tests may ask for: databases of either kind, a browser, and Java.

Tests of a part that this machine lacks are left out before they start, and one line at the end says so and how to get
it. With CI=true a part that is lacking ends the run as a failure.
"""

from __future__ import annotations

import os
import shutil
import signal
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine, make_url
from sqlalchemy.engine import URL

import local_browser
import local_postgres
from domain.store.engine import connect
from domain.store.migrate import migrate
from emptied import Emptied
from projections.spark.session import has_java

# The same examples in every run, however busy the machine is.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("steady")

POSTGRES_FIXTURES = {"postgres_server", "postgres_database", "postgres_url"}
EITHER_KIND = {"database_url", "database"}
JAVA = "install Java 17 or newer (Debian: apt-get install openjdk-17-jre-headless) or set JAVA_HOME"
LEFT_OUT = pytest.StashKey[list[str]]()
PRIVATE_SERVER = pytest.StashKey[local_postgres.PrivateServer]()


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process finds what there is; xdist workers inherit the addresses in their environment."""
    config.stash[LEFT_OUT] = []
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as for what a script starts in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if _is_worker(config) or config.option.help or config.option.version:
        return
    named = os.environ.get(local_postgres.VARIABLE)
    if named is not None:
        if not local_postgres.answers(make_url(named)):
            raise pytest.UsageError(
                f"The server of {local_postgres.VARIABLE} does not answer or lets us make no database."
            )
    elif local_postgres.answers(make_url(local_postgres.RUNNING)):
        os.environ[local_postgres.VARIABLE] = local_postgres.RUNNING
    elif (server := local_postgres.start()) is not None:
        config.stash[PRIVATE_SERVER] = server
        os.environ[local_postgres.VARIABLE] = server.url.render_as_string(hide_password=False)
    else:
        config.stash[LEFT_OUT].append(f"the PostgreSQL tests: {local_postgres.HOW_TO_GET}")
    browser = local_browser.find()
    if browser is not None and local_browser.can_be_driven():
        os.environ[local_browser.VARIABLE] = str(browser)
    else:
        os.environ.pop(local_browser.VARIABLE, None)
        config.stash[LEFT_OUT].append(f"the browser tests: {local_browser.HOW_TO_GET}")
    if not has_java():
        config.stash[LEFT_OUT].append(f"the tests on Apache Spark: {JAVA}")
    if config.stash[LEFT_OUT] and os.environ.get("CI") == "true":
        raise pytest.UsageError(
            *(f"With CI=true no test may be left out, but these would be: {line}" for line in config.stash[LEFT_OUT])
        )


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(PRIVATE_SERVER, None)
    if server is not None:
        server.stop()
        del os.environ[local_postgres.VARIABLE]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash[LEFT_OUT]:
        terminalreporter.write_line(f"Left out {line}.", yellow=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests come first, so that nobody waits for one at the end; those that lack something are left out."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    lacking = {
        *(() if local_postgres.VARIABLE in os.environ else POSTGRES_FIXTURES),
        *(() if local_browser.VARIABLE in os.environ else {"chromium"}),
        *(() if has_java() else {"java"}),
    }

    def can_run(item: pytest.Item) -> bool:
        wanted = set(getattr(item, "fixturenames", ()))
        callspec = getattr(item, "callspec", None)
        if callspec is not None and any(callspec.params.get(name) == "postgresql" for name in EITHER_KIND):
            wanted.add("postgres_server")
        return not wanted & lacking

    config.hook.pytest_deselected(items=[item for item in items if not can_run(item)])
    items[:] = [item for item in items if can_run(item)]


@pytest.fixture(scope="session")
def postgres_server() -> URL:
    """The address of a database from which others can be made."""
    return make_url(os.environ[local_postgres.VARIABLE])


@pytest.fixture(scope="session")
def postgres_database(postgres_server: URL) -> Iterator[URL]:
    """A database of this process alone."""
    name = f"counterfoil_test_{uuid.uuid4().hex}"
    with closing(local_postgres.connect(postgres_server)) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        yield postgres_server.set(database=name)
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def empty_schema(database: URL) -> Iterator[str]:
    """A schema that is gone afterwards, as the only one on the search path of every connection to the address."""
    schema = f"t_{uuid.uuid4().hex}"
    with closing(local_postgres.connect(database)) as connection:
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        url = database.update_query_dict({"options": f"-csearch_path={schema}"})
        yield url.render_as_string(hide_password=False)
        connection.execute("SET lock_timeout = '5s'")
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))


@pytest.fixture
def postgres_url(postgres_database: URL) -> Iterator[str]:
    """An empty schema of this test alone."""
    with empty_schema(postgres_database) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'register.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def emptied_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emptied]:
    found = Emptied(f"sqlite:///{tmp_path_factory.mktemp('emptied') / 'register.db'}")
    yield found
    found.engine.dispose()


@pytest.fixture(scope="session")
def emptied_postgresql(postgres_database: URL) -> Iterator[Emptied]:
    with empty_schema(postgres_database) as url:
        found = Emptied(url)
        yield found
        found.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database with all tables and nothing in them, to be left so that it can be emptied; otherwise as above."""
    found: Emptied = request.getfixturevalue(f"emptied_{request.param}")
    yield found.engine
    found.empty()


@pytest.fixture(scope="session")
def empty_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them, to be copied: making them takes most of a second."""
    file = tmp_path_factory.mktemp("empty") / "register.db"
    engine = connect(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@pytest.fixture
def migrated(empty_register: Path, tmp_path: Path) -> str:
    """A SQLite database of this test alone, its tables up to date."""
    return f"sqlite:///{shutil.copyfile(empty_register, tmp_path / 'register.db')}"


@pytest.fixture(scope="session")
def java() -> None:
    """Apache Spark can be started."""


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The executable of an installed Chromium."""
    return Path(os.environ[local_browser.VARIABLE])
