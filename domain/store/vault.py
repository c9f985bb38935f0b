"""The erasable vault of sealed texts. Source: docs/audit.md 6.

A text is committed to by SHA-256 of the RFC 8785 form of [salt, field, value], the salt being 32 random bytes as 64
lower-case hexadecimal digits. Those very bytes lie in the vault under AES-256-GCM with the data key of the text's
subject; the data key lies beside them, wrapped by a key-encryption key that is never in the database.
"""

import hmac
import os
import secrets
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, select

from domain.store.mapper import canonical
from domain.store.schema import vault_key, vault_value
from domain.values import Sealed

KEY_BYTES = 32
SALT_BYTES = 32
NONCE_BYTES = 12
ROWS_AT_ONCE = 5_000

_subjects: BindParameter[str] = bindparam("subjects", expanding=True)
_commitments: BindParameter[str] = bindparam("commitments", expanding=True)
_keys = select(vault_key).where(vault_key.c.subject.in_(_subjects))
_values = select(vault_value).where(vault_value.c.subject.in_(_subjects), vault_value.c.sha256.in_(_commitments))
_insert_keys = insert(vault_key)
_insert_values = insert(vault_value)
_erasures = (
    delete(vault_key).where(vault_key.c.subject.in_(_subjects)),
    delete(vault_value).where(vault_value.c.subject.in_(_subjects)),
)


class VaultIsUnreadable(Exception):
    """The vault was sealed under another key-encryption key, or its rows were changed behind our back."""


class Vault:
    """Seals and opens texts within the transaction of the connection that it is given."""

    def __init__(self, key: bytes) -> None:
        assert len(key) == KEY_BYTES, len(key)
        self._cipher = AESGCM(key)
        self._fingerprint_key = hmac.digest(key, b"counterfoil:fingerprint", "sha256")

    def fingerprint(self, content: bytes) -> str:
        """A keyed SHA-256 of a command's content: it tells repeats apart without letting anyone guess sealed texts."""
        return hmac.digest(self._fingerprint_key, content, "sha256").hex()

    def seal(self, connection: Connection, subject: str, field: str, value: str) -> Sealed:
        return self.seal_many(connection, [(subject, field, value)])[0]

    def seal_many(self, connection: Connection, texts: Sequence[tuple[str, str, str]]) -> list[Sealed]:
        """Stores (subject, field, value) each and gives what stands in the event in its place."""
        sealing = self.sealing(connection)
        sealed = [sealing.seal(subject, field, value) for subject, field, value in texts]
        sealing.flush()
        return sealed

    def sealing(self, connection: Connection) -> "Sealing":
        """For texts that come one after the other and are stored together."""
        return Sealing(self, connection)

    def open(self, connection: Connection, sealed: Sealed) -> str | None:
        """The text, None when it has been erased."""
        return self.open_many(connection, [sealed]).get(sealed)

    def open_many(self, connection: Connection, sealed: Iterable[Sealed]) -> dict[Sealed, str]:
        """The texts that have not been erased. Raises VaultIsUnreadable where one is not what was committed to."""
        texts = {}
        for found, committed in self.committed(connection, sealed).items():
            _, _, texts[found] = msgspec.json.decode(committed, type=tuple[str, str, str])
        return texts

    def committed(self, connection: Connection, sealed: Iterable[Sealed]) -> dict[Sealed, bytes]:
        """The bytes of which each commitment is the SHA-256, of those that have not been erased."""
        wanted = list(dict.fromkeys(sealed))
        opened: dict[Sealed, bytes] = {}
        for start in range(0, len(wanted), ROWS_AT_ONCE):
            some = wanted[start : start + ROWS_AT_ONCE]
            keys = self.keys_of(connection, {one.subject for one in some})
            names = {"subjects": list(keys), "commitments": [one.sha256 for one in some]}
            rows = connection.execute(_values, names).all() if keys else []
            found = {Sealed(subject=row.subject, sha256=row.sha256): row for row in rows}
            for one in some:
                if (row := found.get(one)) is not None:
                    context = f"{one.subject} {one.sha256}"
                    opened[one] = _decrypt(keys[one.subject], row.nonce, row.ciphertext, context)
                    if sha256(opened[one]).hexdigest() != one.sha256:
                        raise VaultIsUnreadable(f"The text sealed as {one.sha256} is not the one committed to.")
        return opened

    def erase(self, connection: Connection, subjects: Iterable[str]) -> None:
        """Nothing sealed under these subjects can be opened again, by anyone."""
        gone = list(subjects)
        for erasure in _erasures:
            connection.execute(erasure, {"subjects": gone})

    def keys_of(self, connection: Connection, subjects: set[str]) -> dict[str, AESGCM]:
        """The data keys of those that have one."""
        keys = {}
        names = sorted(subjects)
        for start in range(0, len(names), ROWS_AT_ONCE):
            for row in connection.execute(_keys, {"subjects": names[start : start + ROWS_AT_ONCE]}):
                keys[row.subject] = AESGCM(_decrypt(self._cipher, row.nonce, row.wrapped_key, row.subject))
        return keys

    def wrapped(self, subject: str, key: bytes) -> dict[str, Any]:
        """The row of a data key."""
        nonce, wrapped_key = _encrypt(self._cipher, key, subject)
        return {"subject": subject, "nonce": nonce, "wrapped_key": wrapped_key}


class Sealing:
    """Texts sealed one after the other within a transaction. They are in the vault after `flush`."""

    def __init__(self, vault: Vault, connection: Connection) -> None:
        self._vault = vault
        self._connection = connection
        self._keys: dict[str, AESGCM] = {}
        self._new_keys: list[dict[str, Any]] = []
        self._new_values: list[dict[str, Any]] = []

    def seal(self, subject: str, field: str, value: str, *, new: bool = False) -> Sealed:
        """What stands in the event in the place of the text. `new`: nothing was sealed for this subject before."""
        committed = canonical([secrets.token_hex(SALT_BYTES), field, value]).encode()
        commitment = sha256(committed).hexdigest()
        nonce, ciphertext = _encrypt(self._key(subject, new), committed, f"{subject} {commitment}")
        row = {"subject": subject, "sha256": commitment, "nonce": nonce, "ciphertext": ciphertext}
        self._new_values.append(row)
        return Sealed(subject=subject, sha256=commitment)

    def flush(self) -> None:
        for statement, rows in ((_insert_keys, self._new_keys), (_insert_values, self._new_values)):
            if rows:
                self._connection.execute(statement, rows)
        self._keys, self._new_keys, self._new_values = {}, [], []

    def _key(self, subject: str, new: bool) -> AESGCM:
        if subject not in self._keys and not new:
            self._keys |= self._vault.keys_of(self._connection, {subject})
        if subject not in self._keys:
            key = os.urandom(KEY_BYTES)
            self._new_keys.append(self._vault.wrapped(subject, key))
            self._keys[subject] = AESGCM(key)
        return self._keys[subject]


def _encrypt(cipher: AESGCM, plain: bytes, context: str) -> tuple[bytes, bytes]:
    nonce = os.urandom(NONCE_BYTES)
    return nonce, cipher.encrypt(nonce, plain, context.encode())


def _decrypt(cipher: AESGCM, nonce: bytes, ciphertext: bytes, context: str) -> bytes:
    try:
        return cipher.decrypt(nonce, ciphertext, context.encode())
    except InvalidTag as error:
        raise VaultIsUnreadable(f"What the vault holds for {context} does not open with this key.") from error
