"""The keys of the log and of a witness, in files apart from the database. Source: c2sp.org/signed-note.

`log.key` signs every checkpoint. After a rotation the former key lies in `log-KEYID.key` and signs with it until it is
retired; then `log-KEYID.vkey` keeps its public half, with which older checkpoints verify.
"""

import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from domain.log.signing import SigningKey
from domain.log.verify import COSIGNATURE, LOG_SIGNATURE, DoesNotVerify, VerifierKey, parse_key
from domain.store.keyfile import KeyFileIsUnusable, load_or_make_secret

LOG_KEY, WITNESS_KEY = "log.key", "witness.key"
"""The files in the data folder."""
_WHOSE = {LOG_SIGNATURE: "a log", COSIGNATURE: "a witness"}


class LogKeys(NamedTuple):
    """All keys of one log."""

    current: SigningKey
    former: tuple[SigningKey, ...] = ()
    """Those that were replaced and sign every checkpoint still."""
    retired: tuple[VerifierKey, ...] = ()
    """Those that sign no more."""

    @property
    def signing(self) -> tuple[SigningKey, ...]:
        return (self.current, *self.former)

    @property
    def verifiers(self) -> tuple[VerifierKey, ...]:
        """Whatever the log signed verifies with one of these."""
        return (*(key.verifier for key in self.signing), *self.retired)


def load_or_make_log_keys(data: Path, origin: str) -> LogKeys:
    """The keys in the data folder; a missing `log.key` is made. Raises KeyFileIsUnusable for one of another name."""
    current = _load_or_make(data / LOG_KEY, lambda: SigningKey.make(origin, LOG_SIGNATURE), LOG_SIGNATURE, origin)
    found = [_read(path, LOG_SIGNATURE, origin) for path in sorted(data.glob("log-*.key"))]
    former = tuple(key for key in found if key.verifier != current.verifier)
    signing = {key.verifier for key in (current, *former)}
    public = [_read_public(path, origin) for path in sorted(data.glob("log-*.vkey"))]
    return LogKeys(current, former, tuple(key for key in public if key not in signing))


def load_or_make_witness_key(data: Path, name: str | None, default: str) -> SigningKey:
    """The witness's key; a missing one is made. Raises KeyFileIsUnusable where it is not of the name given."""
    return _load_or_make(data / WITNESS_KEY, lambda: SigningKey.make(name or default, COSIGNATURE), COSIGNATURE, name)


def rotate(data: Path, origin: str) -> LogKeys:
    """A new key signs, and all former ones with it. Wherever this is interrupted, no key is lost."""
    keys = load_or_make_log_keys(data, origin)
    draft = data / f"{LOG_KEY}.{secrets.token_hex(8)}"
    load_or_make_secret(draft, SigningKey.make(origin, LOG_SIGNATURE).encode)
    with suppress(FileExistsError):
        os.link(data / LOG_KEY, data / f"log-{_id(keys.current.verifier)}.key")
    draft.rename(data / LOG_KEY)
    _keep(data)
    return load_or_make_log_keys(data, origin)


def retire(data: Path, origin: str, key_id: str) -> LogKeys:
    """The former key signs no more and its private half is deleted. Raises KeyFileIsUnusable where there is none."""
    keys = load_or_make_log_keys(data, origin)
    found = [key for key in keys.former if _id(key.verifier) == key_id]
    if not found:
        known = ", ".join(_id(key.verifier) for key in keys.former) or "none"
        raise KeyFileIsUnusable(f"No former key has the id {key_id}; those that sign still: {known}.")
    load_or_make_secret(data / f"log-{key_id}.vkey", lambda: str(found[0].verifier))
    (data / f"log-{key_id}.key").unlink()
    _keep(data)
    return load_or_make_log_keys(data, origin)


def _id(key: VerifierKey) -> str:
    return key.key_id.hex()


def _keep(folder: Path) -> None:
    """What the folder lists is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _load_or_make(path: Path, make: Callable[[], SigningKey], kind: int, name: str | None) -> SigningKey:
    return _parsed(path, load_or_make_secret(path, lambda: make().encode()), kind, name)


def _read(path: Path, kind: int, name: str) -> SigningKey:
    return _parsed(path, path.read_text("utf-8", "replace"), kind, name)


def _parsed(path: Path, text: str, kind: int, name: str | None) -> SigningKey:
    try:
        key = SigningKey.parse(text)
    except (DoesNotVerify, ValueError) as error:
        raise KeyFileIsUnusable(f"The key file {path} holds no signing key: {error}") from error
    if key.kind != kind:
        raise KeyFileIsUnusable(f"The key file {path} holds the key of {_WHOSE[key.kind]}, not of {_WHOSE[kind]}.")
    if name is not None and key.name != name:
        raise KeyFileIsUnusable(f"The key file {path} holds the key of {key.name}, not of {name}.")
    return key


def _read_public(path: Path, origin: str) -> VerifierKey:
    try:
        key = parse_key(path.read_text("utf-8", "replace"))
    except DoesNotVerify as error:
        raise KeyFileIsUnusable(f"The key file {path} holds no verifier key: {error}") from error
    if (key.kind, key.name) != (LOG_SIGNATURE, origin) or not re.fullmatch(f"log-{_id(key)}", path.stem):
        raise KeyFileIsUnusable(f"The key file {path} holds another key, of {key.name}.")
    return key
