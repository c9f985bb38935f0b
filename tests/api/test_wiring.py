"""What a program stands on: engines, tables, keys, the token."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.interchange import record_file
from api.settings import Settings
from api.wiring import Services, load_or_make_token, open_services
from domain.store.keyfile import KeyFileIsUnusable
from domain.store.migrate import is_current
from interchange_files import OPENING, wide, write


@contextmanager
def opened(url: str, folder: Path, *, migrating: bool = True) -> Iterator[Services]:
    services = open_services(Settings(database_url=url, data=folder), migrating=migrating)
    try:
        yield services
    finally:
        services.close()


def test_the_tables_are_brought_up_to_date_unless_told_otherwise(database_url: str, tmp_path: Path) -> None:
    with opened(database_url, tmp_path, migrating=False) as services:
        assert not is_current(services.engine)
    with opened(database_url, tmp_path) as services:
        assert is_current(services.engine)
        assert services.store.size() == 0


def test_the_key_and_the_token_are_made_once_for_their_owner_alone(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with opened(database_url, folder) as first, opened(database_url, folder) as second:
        assert first.token == second.token
        assert first.token.startswith("cf_")
        assert len(first.token) == 46  # 256 random bits
    assert sorted(path.name for path in folder.iterdir()) == ["token", "vault.key"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_all_who_make_the_token_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        tokens = set(threads.map(lambda _: load_or_make_token(tmp_path / "token"), range(16)))
    assert len(tokens) == 1


@pytest.mark.parametrize("text", ["", "\n", "short", "x" * 19, "x" * 20 + " y", "ü" * 30])
def test_a_token_file_without_a_token_is_refused_and_never_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "token"
    path.write_text(text)
    with pytest.raises(KeyFileIsUnusable, match="holds no token"):
        load_or_make_token(path)
    assert path.read_text() == text


@pytest.mark.parametrize("text", ["x" * 20, "cf_0123456789abcdefghij\n"])
def test_a_token_given_by_hand_is_taken(tmp_path: Path, text: str) -> None:
    path = tmp_path / "token"
    path.write_text(text)
    assert load_or_make_token(path) == text.strip()


def test_no_new_key_is_made_where_texts_are_sealed_under_another(database_url: str, tmp_path: Path) -> None:
    with opened(database_url, tmp_path) as services:
        record_file(services.register, write(tmp_path / "opening.ndjson", OPENING), actor="tester")
    key = (tmp_path / "vault.key").rename(tmp_path / "kept")
    with pytest.raises(KeyFileIsUnusable, match=r"vault\.key is missing, and texts are sealed under it: put it back\."):
        open_services(Settings(database_url=database_url, data=tmp_path))
    assert not (tmp_path / "vault.key").exists()
    key.rename(tmp_path / "vault.key")
    with opened(database_url, tmp_path) as services:
        assert services.store.size() == len(OPENING)


def test_where_nothing_is_sealed_a_new_key_is_made(database_url: str, tmp_path: Path) -> None:
    lines = [wide("organisation.registered", legal_name="Aster AG", country="DE")]
    with opened(database_url, tmp_path) as services:
        record_file(services.register, write(tmp_path / "lines.ndjson", lines), actor="tester")
    (tmp_path / "vault.key").unlink()
    with opened(database_url, tmp_path):
        assert (tmp_path / "vault.key").exists()
