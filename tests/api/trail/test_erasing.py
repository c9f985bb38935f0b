"""Erasing a person leaves nothing of what was sealed, and every proof and score as it was. Source: docs/audit.md 6."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import MetaData, delete, inspect, select, text

from api.interchange import record_file
from api.settings import Settings
from api.trail.erasing import Erasure, erase, find_person
from api.trail.layout import proof_of, write_log
from api.trail.verifying.checkpoints import Vouched
from api.trail.verifying.whole import verify
from api.wiring import Services, open_services
from audited import ADA, ADDRESS, INTEREST, MAIDEN_NAME, NAME, NOTE, OF_ADA, audited
from command_line import WINGS
from domain.errors import IsMalformed, UnknownId
from domain.facts import FACTS
from domain.log.verify import check_directory
from domain.register import FactIsRefused
from domain.store.checkpoints import CheckpointRow
from domain.store.engine import reading
from domain.store.mapper import decode
from domain.store.schema import event, vault_key, vault_value
from domain.values import Sealed
from interchange_files import wide, write
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
WHO = UUID(ADA)


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Iterator[Services]:
    opened = open_services(Settings(database_url=database_url, data=tmp_path / "data"), lambda: NOW)
    record_file(opened.register, write(tmp_path / "lines.ndjson", audited()), actor="tester")
    yield opened
    opened.close()


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(
        Settings(database_url=f"sqlite:///{tmp_path / 'register.db'}", data=tmp_path / "data"), lambda: NOW
    )
    record_file(opened.register, write(tmp_path / "lines.ndjson", audited()), actor="tester")
    yield opened
    opened.close()


def sealed(services: Services) -> dict[str, Sealed]:
    """Every sealed text that can still be opened, by what it says."""
    with reading(services.engine) as connection:
        rows = connection.execute(select(vault_value.c.subject, vault_value.c.sha256)).all()
        places = [Sealed(subject=row.subject, sha256=row.sha256) for row in rows]
        return {value: place for place, value in services.vault.open_many(connection, places).items()}


def secrets(services: Services, subjects: set[str]) -> list[bytes]:
    """The ciphertexts, the wrapped keys and their nonces, as they lie in the vault."""
    found: list[bytes] = []
    with reading(services.engine) as connection:
        for table, columns in ((vault_value, ("ciphertext", "nonce")), (vault_key, ("wrapped_key", "nonce"))):
            for row in connection.execute(select(table).where(table.c.subject.in_(subjects))):
                found += [bytes(getattr(row, column)) for column in columns]
    return found


def everywhere(services: Services, folder: Path) -> bytes:
    """All bytes of the database: of SQLite's files; of PostgreSQL every row of every table, and its statistics."""
    if services.engine.dialect.name == "sqlite":
        return b"".join(path.read_bytes() for path in sorted(folder.glob("register.db*")))
    found: list[bytes] = []
    with reading(services.engine) as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        assert set(inspect(connection).get_table_names()) == set(metadata.tables)
        statements: list[Any] = [select(table) for table in metadata.tables.values()]
        for statement in [*statements, text("SELECT * FROM pg_stats WHERE tablename IN ('vault_key', 'vault_value')")]:
            for row in connection.execute(statement):
                found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\n".join(found)


def erased(services: Services, **how: Any) -> Erasure:
    return erase(services, WHO, "request", actor="tester", **how)


def test_nothing_of_it_is_left(services: Services, tmp_path: Path) -> None:
    before = sealed(services)
    assert set(OF_ADA) <= set(before)
    gone = secrets(services, {before[value].subject for value in OF_ADA})
    assert len(gone) == 2 * (5 + 2), "five texts (the address twice) under two keys, each with its nonce"
    assert all(part in everywhere(services, tmp_path) for part in gone)

    done = erased(services)

    after = everywhere(services, tmp_path)
    assert not any(part in after for part in gone)
    assert not any(value.encode() in after for value in OF_ADA)
    assert set(sealed(services)) == set(before) - set(OF_ADA)
    assert (done.recorded, done.texts, done.kept) == (True, 1, 2), "kept: the note on the role, why she was corrected"
    with reading(services.engine) as connection:
        newest = decode(
            connection.execute(select(event.c.envelope).order_by(event.c.position.desc())).scalars().first() or "",
            FACTS,
        )
    assert (newest.type, newest.position, newest.on) == ("person.erased", done.position, date(2024, 6, 1))


def test_other_entries_that_name_the_person_lose_their_texts_on_demand(services: Services, tmp_path: Path) -> None:
    before = sealed(services)
    gone = secrets(services, {before[NOTE].subject})
    done = erased(services, with_texts=True)
    assert (done.texts, done.kept) == (3, 0), "the interest, the note on the role, the reason of the correction"
    after = everywhere(services, tmp_path)
    assert not any(part in after for part in gone)
    assert set(before) - set(sealed(services)) == {*OF_ADA, NOTE, "She married"}


def test_every_proof_and_every_digest_is_what_it_was(services: Services, tmp_path: Path) -> None:
    row = services.publisher.publish()
    assert row is not None
    keys = services.log_keys().verifiers
    log_before, proofs, digests = (
        log(services, row, tmp_path / "before"),
        proofs_of(services, row),
        all_digests(services),
    )
    assert len(set(digests)) > 3

    done = erased(services, with_texts=True)

    assert proofs_of(services, row) == proofs
    assert all_digests(services) == digests
    newer = services.publisher.publish()
    assert newer is not None
    assert newer.size == row.size + 1 == done.position
    log(services, newer, tmp_path / "after")
    assert check_directory(tmp_path / "before", keys).entries == row.size
    assert check_directory(tmp_path / "after", keys, old=log_before).entries == newer.size


def log(services: Services, row: CheckpointRow, folder: Path) -> bytes:
    """The checkpoint of the log that has been written into the folder."""
    with reading(services.engine) as connection:
        list(write_log(connection, folder, row))
    return (folder / "checkpoint").read_bytes()


def proofs_of(services: Services, row: CheckpointRow) -> list[str]:
    with reading(services.engine) as connection:
        return [proof_of(connection, row, position) for position in range(1, row.size + 1)]


def all_digests(services: Services) -> list[str]:
    days = (date(2024, 2, 1), date(2024, 3, 31), date(2024, 5, 31))
    asked = [Question(relationship_id=UUID(WINGS), as_of=day, known_at=k) for day in days for k in (12, 20, 29)]
    with reading(services.engine) as connection:
        return [card.digest() for card in scorecards(connection, asked)]


def test_erasing_again_records_nothing_and_finishes_what_was_interrupted(services: Services) -> None:
    first = erased(services)
    with reading(services.engine) as connection:
        size = connection.execute(select(event.c.position).order_by(event.c.position.desc())).scalars().first()
    again = erased(services, with_texts=True)
    assert (again.recorded, again.position, again.on) == (False, first.position, first.on)
    assert (again.texts, again.kept) == (2, 0)
    with reading(services.engine) as connection:
        assert size == connection.execute(select(event.c.position).order_by(event.c.position.desc())).scalars().first()


# The rest is the same on both databases


def test_a_person_is_found_by_id_and_by_every_name_and_address(on_sqlite: Services) -> None:
    for known in (ADA, ADA.upper(), NAME, MAIDEN_NAME, ADDRESS.upper()):
        assert find_person(on_sqlite, known) == WHO
    for unknown in ("Nobody", INTEREST, WINGS):
        with pytest.raises(UnknownId, match=f"^No person {unknown} is known here"):
            find_person(on_sqlite, unknown)


def test_an_erased_person_is_found_by_id_alone(on_sqlite: Services) -> None:
    erased(on_sqlite)
    assert find_person(on_sqlite, ADA) == WHO
    with pytest.raises(UnknownId):
        find_person(on_sqlite, NAME)


def test_a_name_of_two_people_is_refused_with_their_ids(on_sqlite: Services, tmp_path: Path) -> None:
    other = "00000000-0000-4000-8000-0000000000ae"
    aster = "00000000-0000-4000-8000-00000000000a"
    line = wide("person.registered", person_id=other, organisation_id=aster, name=NAME)
    record_file(on_sqlite.register, write(tmp_path / "more.ndjson", [line]), actor="tester")
    with pytest.raises(IsMalformed) as said:
        find_person(on_sqlite, NAME)
    assert str(said.value) == f"'{NAME}' is the name of several people: {ADA}, {other}. Give the id."


def test_a_day_before_the_person_was_known_is_refused_and_nothing_is_erased(on_sqlite: Services) -> None:
    with pytest.raises(FactIsRefused):
        erased(on_sqlite, on=date(2020, 1, 1))
    assert set(OF_ADA) <= set(sealed(on_sqlite))


def test_what_was_erased_is_no_finding(services: Services) -> None:
    def findings() -> list[str]:
        vouched = Vouched(services.settings.origin, services.log_keys(), services.publisher.policy)
        return [found.said for found in verify(services.engine, services.vault, vouched).findings]

    before = sealed(services)
    erased(services, with_texts=True)
    assert findings() == []
    other = before["Shouting in the dock"]
    with services.engine.begin() as connection:
        connection.execute(delete(vault_value).where(vault_value.c.sha256 == other.sha256))
        connection.execute(delete(vault_key).where(vault_key.c.subject == other.subject))
    (found,) = findings()
    assert found.endswith("cannot be opened, and nobody erased it.")
