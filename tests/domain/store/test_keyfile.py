"""The file of the vault's key-encryption key."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.store.keyfile import KeyFileIsUnusable, load_or_make_key


def test_a_missing_key_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "vault.key"
    key = load_or_make_key(path)
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == key.hex() + "\n"
    assert load_or_make_key(path) == key
    assert list(path.parent.iterdir()) == [path]


def test_two_registers_have_different_keys(tmp_path: Path) -> None:
    assert load_or_make_key(tmp_path / "a") != load_or_make_key(tmp_path / "b")


def test_a_key_given_by_hand_is_read(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    path.write_text("00112233445566778899AABBCCDDEEFF" * 2)
    assert load_or_make_key(path) == bytes.fromhex("00112233445566778899aabbccddeeff") * 2


def test_all_who_make_it_at_once_get_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    with ThreadPoolExecutor(16) as threads:
        keys = set(threads.map(lambda _: load_or_make_key(path), range(16)))
    assert keys == {load_or_make_key(path)}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "00" * 31, "00" * 33, "zz" * 32, "ü" * 64])
def test_a_file_without_a_key_is_never_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "vault.key"
    path.write_text(text)
    with pytest.raises(KeyFileIsUnusable):
        load_or_make_key(path)
    assert path.read_text() == text
