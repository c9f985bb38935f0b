"""Sealed texts and their erasure (docs/audit.md 6)."""

import json
import os
from hashlib import sha256

import pytest
from sqlalchemy import Engine, select, update

from domain.store.engine import reading, writing
from domain.store.schema import vault_key, vault_value
from domain.store.vault import Vault, VaultIsUnreadable
from domain.values import Sealed

KEY = bytes(range(32))


def everything_stored(engine: Engine) -> bytes:
    with reading(engine) as connection:
        rows = [tuple(row) for table in (vault_key, vault_value) for row in connection.execute(select(table))]
    return b"\n".join(part if isinstance(part, bytes) else str(part).encode() for row in rows for part in row)


def test_a_sealed_text_opens_again(engine: Engine) -> None:
    vault = Vault(KEY)
    with writing(engine) as connection:
        sealed = vault.seal(connection, "person-1", "name", "Anna Müller 🙂")
        assert vault.open(connection, sealed) == "Anna Müller 🙂"
    with reading(engine) as connection:
        assert Vault(KEY).open(connection, sealed) == "Anna Müller 🙂"


def test_the_commitment_is_the_hash_of_salt_field_and_value_in_rfc_8785(engine: Engine) -> None:
    vault = Vault(KEY)
    with writing(engine) as connection:
        sealed = vault.seal(connection, "person-1", "name", 'Anna "A" Müller')
        committed = vault.committed(connection, [sealed])[sealed]
    salt, field, value = json.loads(committed)
    assert (field, value) == ("name", 'Anna "A" Müller')
    assert len(bytes.fromhex(salt)) == 32
    assert salt == salt.lower()
    assert committed.decode() == f'["{salt}","name","Anna \\"A\\" Müller"]'
    assert sealed == Sealed(subject="person-1", sha256=sha256(committed).hexdigest())


def test_the_same_text_is_sealed_differently_each_time(engine: Engine) -> None:
    vault = Vault(KEY)
    with writing(engine) as connection:
        first, second = vault.seal_many(connection, [("person-1", "name", "Anna"), ("person-1", "name", "Anna")])
        assert first != second
        assert vault.open_many(connection, [first, second]) == {first: "Anna", second: "Anna"}


def test_texts_of_many_subjects_are_sealed_and_opened_at_once(engine: Engine) -> None:
    vault = Vault(KEY)
    texts = [(f"entry-{number % 600}", "reason", f"text {number}") for number in range(1200)]
    with writing(engine) as connection:
        sealed = vault.seal_many(connection, texts)
        unknown = Sealed(subject="entry-1", sha256="0" * 64)
        opened = vault.open_many(connection, [*sealed, unknown])
    assert [one.subject for one in sealed] == [subject for subject, _, _ in texts]
    assert [opened[one] for one in sealed] == [value for _, _, value in texts]
    assert unknown not in opened
    with writing(engine) as connection:
        assert vault.seal_many(connection, []) == []
        assert vault.open_many(connection, []) == {}


def test_the_database_holds_neither_the_text_nor_a_key_in_the_clear(engine: Engine) -> None:
    vault = Vault(KEY)
    with writing(engine) as connection:
        vault.seal(connection, "person-1", "secret-field", "secret-value")
    stored = everything_stored(engine)
    assert b"secret" not in stored
    assert KEY not in stored


def test_an_erased_subject_opens_no_more_and_others_do(engine: Engine) -> None:
    vault = Vault(KEY)
    with writing(engine) as connection:
        name, email = vault.seal_many(connection, [("person-1", "name", "Anna"), ("person-1", "email", "a@b.example")])
        other = vault.seal(connection, "person-2", "name", "Bert")
    with writing(engine) as connection:
        vault.erase(connection, ["person-1"])
    with reading(engine) as connection:
        assert vault.open(connection, name) is None
        assert vault.open(connection, email) is None
        assert vault.open(connection, other) == "Bert"
        assert vault.open_many(connection, [name, other]) == {other: "Bert"}
    assert b"person-1" not in everything_stored(engine)


def test_what_an_undone_transaction_sealed_is_gone(engine: Engine) -> None:
    vault = Vault(KEY)
    sealed = []

    def seal_and_fail() -> None:
        with writing(engine) as connection:
            sealed.append(vault.seal(connection, "person-1", "name", "Anna"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        seal_and_fail()
    with reading(engine) as connection:
        assert vault.open(connection, sealed[0]) is None


def test_another_key_opens_nothing(engine: Engine) -> None:
    with writing(engine) as connection:
        sealed = Vault(KEY).seal(connection, "person-1", "name", "Anna")
    with reading(engine) as connection, pytest.raises(VaultIsUnreadable):
        Vault(os.urandom(32)).open(connection, sealed)


@pytest.mark.parametrize("flipped", [0, 20, -1])
def test_a_changed_byte_is_noticed(engine: Engine, flipped: int) -> None:
    vault = Vault(KEY)
    with writing(engine) as connection:
        sealed = vault.seal(connection, "person-1", "name", "Anna")
        ciphertext = bytearray(connection.execute(select(vault_value.c.ciphertext)).scalar_one())
        ciphertext[flipped] ^= 1
        connection.execute(update(vault_value).values(ciphertext=bytes(ciphertext)))
    with reading(engine) as connection, pytest.raises(VaultIsUnreadable):
        vault.open(connection, sealed)


def test_a_text_cannot_be_passed_off_as_another_of_the_same_subject(engine: Engine) -> None:
    vault = Vault(KEY)
    with writing(engine) as connection:
        first, second = vault.seal_many(connection, [("person-1", "name", "Anna"), ("person-1", "name", "Bert")])
        row = connection.execute(select(vault_value).where(vault_value.c.sha256 == first.sha256)).one()
        connection.execute(
            update(vault_value)
            .where(vault_value.c.sha256 == second.sha256)
            .values(nonce=row.nonce, ciphertext=row.ciphertext)
        )
    with reading(engine) as connection, pytest.raises(VaultIsUnreadable):
        vault.open(connection, second)


def test_a_text_exchanged_by_whoever_holds_the_keys_is_not_opened(engine: Engine) -> None:
    """AES-GCM does not commit to what it encrypts; the commitment in the event does."""
    vault = Vault(KEY)
    with writing(engine) as connection:
        sealed = vault.seal(connection, "person-1", "name", "Anna")
        key = vault.keys_of(connection, {"person-1"})["person-1"]
        nonce, context = bytes(12), f"{sealed.subject} {sealed.sha256}".encode()
        other = key.encrypt(nonce, b'["00","name","Bertha"]', context)
        connection.execute(update(vault_value).values(nonce=nonce, ciphertext=other))
        with pytest.raises(VaultIsUnreadable, match="is not the one committed to"):
            vault.open(connection, sealed)
