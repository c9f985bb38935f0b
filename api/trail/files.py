"""Files that are complete or not there at all, and readable by their owner alone."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class FileIsThere(Exception):
    """Nothing is written over."""


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """An empty file beside `path` to write to, which bears its name once the block is done. Raises FileIsThere."""
    if path.exists():
        raise FileIsThere(f"The file {path} is there already, and nothing is written over it.")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield draft
        _keep(draft)
        try:
            os.link(draft, path)
        except FileExistsError as error:
            raise FileIsThere(f"The file {path} has come meanwhile, and nothing is written over it.") from error
        _keep(path.parent)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def _keep(path: Path) -> None:
    """What was written is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
