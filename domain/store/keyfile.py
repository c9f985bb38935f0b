"""Secrets in files apart from the database: the vault's key-encryption key, and what else is made in the same way."""

import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from domain.store.vault import KEY_BYTES


class KeyFileIsUnusable(Exception):
    """The file is there, but does not hold what it should."""


def load_or_make_key(path: Path) -> bytes:
    """The vault's key in the file: 64 hexadecimal digits. A missing file is made."""
    text = load_or_make_secret(path, lambda: secrets.token_hex(KEY_BYTES))
    if not re.fullmatch(f"[0-9a-fA-F]{{{2 * KEY_BYTES}}}", text):
        raise KeyFileIsUnusable(f"The vault key file {path} does not hold {2 * KEY_BYTES} hexadecimal digits.")
    return bytes.fromhex(text)


def load_or_make_secret(path: Path, make: Callable[[], str]) -> str:
    """The text in the file, without blanks at its ends. A missing file is made, readable by its owner alone.

    Of several processes that make it at once, one does and all read the same text. It is on the disk before anything
    can depend on it.
    """
    with suppress(FileNotFoundError):
        return _read(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{make()}\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return _read(path)


def _read(path: Path) -> str:
    return path.read_text("utf-8", "replace").strip()
