"""Registers with pages over them."""

from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.engine import URL

import local_postgres
from api.interchange import record_file
from api.settings import Settings
from api.wiring import Services, open_services
from web_pages import Reader, served
from web_story import NOW, open_register

DEMO = ("00_register", "02_ward_devices", "04_bank_cloud", "11_vial_glass", "14_tele_clinic")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database for all tests of a file, which only read: once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('pages') / 'register.db'}"
        return
    database: URL = request.getfixturevalue("postgres_database")
    with closing(local_postgres.connect(database)) as connection:
        connection.execute("CREATE SCHEMA pages")
        url = database.update_query_dict({"options": "-csearch_path=pages"})
        yield url.render_as_string(hide_password=False)
        connection.execute("DROP SCHEMA pages CASCADE")


@pytest.fixture(scope="module")
def reader(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of the story of web_story.py."""
    services = open_register(database_url, tmp_path_factory.mktemp("data"))
    with served(services) as url, Reader(url, services) as opened:
        yield opened
    services.close()


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The same on SQLite, for tests that only read it."""
    folder = tmp_path_factory.mktemp("story")
    services = open_register(f"sqlite:///{folder / 'register.db'}", folder)
    yield services
    services.close()


@pytest.fixture(scope="session")
def story_address(story: Services) -> Iterator[str]:
    with served(story) as url:
        yield url


@pytest.fixture
def story_reader(story_address: str, story: Services) -> Iterator[Reader]:
    with Reader(story_address, story) as opened:
        yield opened


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A part of the demo register: two relationships in full, one that is being made and one that is empty."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(database_url=f"sqlite:///{folder / 'register.db'}", data=folder)
    services = open_services(settings, clock=lambda: NOW)
    for name in DEMO:
        record_file(services.register, Path(str(files("api") / "demo" / f"{name}.ndjson")), actor="demo")
    yield services
    services.close()


@pytest.fixture(scope="session")
def address(demo: Services) -> Iterator[str]:
    with served(demo) as url:
        yield url


# While Playwright is at work the thread has a running event loop, in which other tests could not start one of theirs:
# it ends with the file.
@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, address: str, demo: Services) -> Iterator[BrowserContext]:
    """A browser's session of someone who has shown the token."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/login?token={demo.token}")
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    """A fresh tab."""
    opened = signed_in.new_page()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def opened(signed_in: BrowserContext, address: str) -> Callable[[str], Page]:
    """A tab for each path, loaded once and kept, for tests that only look."""
    tabs: dict[str, Page] = {}

    def tab(path: str) -> Page:
        if path not in tabs:
            tabs[path] = signed_in.new_page()
            tabs[path].goto(address + path)
        tabs[path].bring_to_front()
        return tabs[path]

    return tab
