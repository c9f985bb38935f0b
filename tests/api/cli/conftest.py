"""Registers for the command line."""

from pathlib import Path

import pytest

from api.interchange import record_file
from api.settings import Settings
from api.wiring import open_services
from command_line import Cli, over, story
from interchange_files import write


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a register that holds the story, for tests that only read it."""
    folder = tmp_path_factory.mktemp("told")
    services = open_services(Settings(database_url=f"sqlite:///{folder / 'register.db'}", data=folder))
    record_file(services.register, write(folder / "story.ndjson", story()), actor="tester")
    services.close()
    return folder


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command over a register of this test's own, which the first command makes."""
    return over(tmp_path, monkeypatch, capsys)


@pytest.fixture
def reader(told: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command that reads the story."""
    return over(told, monkeypatch, capsys)
