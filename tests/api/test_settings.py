"""COUNTERFOIL_* variables and the .env file. Source: docs/contract.md 2."""

import os
from pathlib import Path

import pytest

from api.settings import Settings, WrongSettings, load_settings


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and no variable of ours but those of the test-suite."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.upper().startswith("COUNTERFOIL_") and not name.startswith("COUNTERFOIL_TEST_"):
            monkeypatch.delenv(name)


def wrong() -> str:
    with pytest.raises(WrongSettings) as error:
        load_settings()
    said = str(error.value)
    assert "\n" not in said
    return said


def test_the_defaults_are_those_of_the_contract() -> None:
    assert load_settings().model_dump() == {
        "database_url": "sqlite:///data/counterfoil.db",
        "data": Path("data"),
        "host": "127.0.0.1",
        "port": 8000,
        "origin": "counterfoil.local/register",
        "oidc_issuer": None,
        "oidc_audience": None,
        "timestamp_url": None,
        "log_level": "info",
    }


def test_every_setting_has_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "DATABASE_URL": "postgresql+psycopg://u@h/d",
        "DATA": "/srv/data",
        "HOST": "127.0.0.2",
        "PORT": "0",
        "ORIGIN": "example.org/log",
        "OIDC_ISSUER": "https://id.example.org",
        "OIDC_AUDIENCE": "register",
        "TIMESTAMP_URL": "https://tsa.example.org/stamp",
        "LOG_LEVEL": "debug",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"COUNTERFOIL_{name}", value)
    found = load_settings()
    assert sorted(values) == sorted(name.upper() for name in Settings.model_fields)
    assert {name.upper(): str(value) for name, value in found.model_dump().items()} == values


def test_a_file_says_what_the_environment_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("COUNTERFOIL_PORT=81  # a comment\nCOUNTERFOIL_HOST='127.0.0.3'\nOTHER=1\n")
    monkeypatch.setenv("COUNTERFOIL_PORT", "82")
    found = load_settings()
    assert (found.port, found.host) == (82, "127.0.0.3")


@pytest.mark.parametrize("name", ["COUNTERFOIL_PROT", "COUNTERFOIL_", "counterfoil_prot", "COUNTERFOIL_DATABASE_URL_"])
def test_an_unknown_name_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert wrong() == f"There is no setting {name}."


def test_an_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("COUNTERFOIL_PROT=1\nCOUNTERFOIL_HOTS=1\n")
    assert wrong() == "There is no setting COUNTERFOIL_HOTS, COUNTERFOIL_PROT."


def test_names_of_the_test_suite_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_TEST_ANYTHING", "1")
    assert load_settings().port == 8000


def test_a_name_counts_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("counterfoil_port", "81")
    assert load_settings().port == 81


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "-1", "COUNTERFOIL_PORT is '-1': Input should be greater than or equal to 0."),
        ("PORT", "65536", "COUNTERFOIL_PORT is '65536': Input should be less than or equal to 65535."),
        ("PORT", "", "COUNTERFOIL_PORT is '': "),
        ("HOST", "", "COUNTERFOIL_HOST is '': "),
        (
            "LOG_LEVEL",
            "loud",
            "COUNTERFOIL_LOG_LEVEL is 'loud': Input should be 'debug', 'info', 'warning' or 'error'.",
        ),
        ("ORIGIN", "", "COUNTERFOIL_ORIGIN must be a name without blanks and plus signs."),
        ("ORIGIN", "my log", "COUNTERFOIL_ORIGIN must be a name without blanks and plus signs."),
        ("ORIGIN", "a+b", "COUNTERFOIL_ORIGIN must be a name without blanks and plus signs."),
    ],
)
def test_an_impossible_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(f"COUNTERFOIL_{name}", value)
    assert wrong().startswith(said)


@pytest.mark.parametrize(("name", "value"), [("PORT", "0"), ("PORT", "65535"), ("HOST", "h"), ("ORIGIN", "o")])
def test_a_value_at_the_edge_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"COUNTERFOIL_{name}", value)
    assert str(getattr(load_settings(), name.lower())) == value


@pytest.mark.parametrize(
    "url", ["", "mysql://user:secret@host/name", "postgresql://user:secret@host/name", "sqlite://", "SQLITE:///x"]
)
def test_an_address_of_no_database_of_ours_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", url)
    assert wrong() == "COUNTERFOIL_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://."


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"COUNTERFOIL_HOST=\xff\n")
    assert wrong().startswith("The file .env cannot be read: ")
