"""Checkpoints shown to partners' witnesses: provisional, final, and what forks and rewinds come to. docs/audit.md 4."""

import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.trail.keys import retire, rotate
from api.trail.layout import write_log
from api.trail.publisher import CheckpointIsNotFinal
from domain.errors import RegisterIsReadOnly
from domain.log.proofs import parse_submission
from domain.log.signing import SigningKey
from domain.log.verify import COSIGNATURE, DoesNotVerify, VerifierKey, check_directory, parse_note, signers
from domain.store.checkpoints import CheckpointRow
from domain.store.engine import reading, writing
from domain.store.head import set_read_only
from trailing import ORIGIN, Partner, Trail, needing_all, partner, running, trail


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of the register's keys and policy."""
    return tmp_path / "data"


@pytest.fixture
def key(migrated: str, data: Path) -> VerifierKey:
    with trail(migrated, data) as register:
        return register.log_key


@pytest.fixture
def birch(tmp_path: Path, key: VerifierKey) -> Iterator[Partner]:
    with partner("birch", tmp_path / "birch", key) as opened:
        yield opened


@pytest.fixture
def cedar(tmp_path: Path, key: VerifierKey) -> Iterator[Partner]:
    with partner("cedar", tmp_path / "cedar", key) as opened:
        yield opened


def cosigned_by(row: CheckpointRow, *partners: Partner) -> list[str]:
    found = signers(parse_note((row.note or "").encode()), [each.key for each in partners])
    return [each.name for each in partners if each.key in found]


def copied(database: str, to: Path) -> str:
    """The SQLite database as it is now, in another file."""
    with closing(sqlite3.connect(_file(database))) as old, closing(sqlite3.connect(to)) as new:
        old.backup(new)
    return f"sqlite:///{to}"


def _file(database: str) -> str:
    return database.removeprefix("sqlite:///")


def refused(publish: Callable[[], object]) -> str:
    with pytest.raises(RegisterIsReadOnly) as raised:
        publish()
    return str(raised.value)


def is_read_only(register: Trail, said: str) -> bool:
    """Whether nothing more can be recorded, for the reason that was given."""
    size = register.services.store.size()
    assert refused(lambda: register.record("One more")) == said
    assert f"The register is read-only: {register.read_only}" == said
    return register.services.store.size() == size


# Provisional and final


def test_a_checkpoint_is_final_once_all_whom_the_policy_names_have_cosigned(
    database_url: str, data: Path, birch: Partner, cedar: Partner
) -> None:
    with trail(database_url, data, needing_all(birch.line, cedar.line)) as register:
        for names in (["Aster AG"], ["Birch BV", "Cedar Ltd"], [f"Organisation {n}" for n in range(14)]):
            size = register.record(*names)
            row = register.publish()
            assert (row.size, row.final) == (size, True)
            assert cosigned_by(row, birch, cedar) == ["birch", "cedar"]
            assert register.publisher.final() == row
            assert register.publisher.covering(size, final=True) == row
            assert register.publisher.is_settled(size)


def test_a_witness_that_is_down_leaves_it_provisional_and_is_asked_again(
    database_url: str, data: Path, tmp_path: Path, key: VerifierKey, birch: Partner
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    line = f"http://127.0.0.1:{port}"
    with partner("cedar", tmp_path / "cedar", key) as first:
        policy = needing_all(birch.line, first.line.replace(first.url, line))
    with trail(database_url, data, policy) as register:
        register.record("Aster AG")
        row = register.publish()
        assert (row.final, cosigned_by(row, birch)) == (False, ["birch"])
        assert not register.publisher.is_settled(1)
        with pytest.raises(CheckpointIsNotFinal) as raised:
            register.publisher.final()
        missing = "The checkpoint of 1 events is not final: the policy needs more cosignatures. Missing: cedar."
        assert str(raised.value) == missing
        with pytest.raises(CheckpointIsNotFinal):
            register.publisher.covering(1, final=True)
        assert register.publisher.covering(1) == row
        with partner("cedar", tmp_path / "cedar", key, port=port) as cedar:
            again = register.publish()
            assert (again.size, again.final) == (1, True)
            assert cosigned_by(again, birch, cedar) == ["birch", "cedar"]
        register.record("Birch BV")
        assert not register.publish().final
        assert register.publisher.covering(1, final=True) == again
        with pytest.raises(CheckpointIsNotFinal):
            register.publisher.covering(2, final=True)
        assert register.read_only is None


def test_what_asks_for_final_is_not_content_with_a_row_that_claims_it(
    migrated: str, data: Path, birch: Partner, cedar: Partner
) -> None:
    with trail(migrated, data, birch.line + "quorum birch\n") as register:
        register.record("Aster AG")
        row = register.publish()
        assert row.final
    with trail(migrated, data, needing_all(birch.line, cedar.silent_line)) as register:  # more is needed from now on
        with pytest.raises(CheckpointIsNotFinal):
            register.publisher.covering(1, final=True)
        with writing(register.services.engine) as connection:
            connection.execute(text("UPDATE checkpoint SET final = true"))
        with pytest.raises(CheckpointIsNotFinal):
            register.publisher.covering(1, final=True)


def test_a_cosignature_of_another_checkpoint_does_not_make_it_final(migrated: str, data: Path, birch: Partner) -> None:
    with trail(migrated, data, birch.line + "quorum birch\n") as register:
        register.record("Aster AG")
        first = register.publish().note or ""
    with trail(migrated, data, birch.silent_line + "quorum birch\n") as register:
        register.record("Birch BV")
        second = register.publish().note or ""
        with writing(register.services.engine) as connection:
            for note in (second + first.splitlines(keepends=True)[-1], first):
                change = text("UPDATE checkpoint SET final = true, note = :note WHERE size = 2")
                connection.execute(change, {"note": note})
                assert not register.publisher._is_final(register.rows[-1])


@pytest.mark.parametrize(
    ("needed", "final"), [("1 b c", True), ("any b c", True), ("2 b c", False), ("all b c", False), ("2 b c d", True)]
)
def test_groups_say_how_many_must_have_cosigned(
    migrated: str, tmp_path: Path, data: Path, key: VerifierKey, birch: Partner, needed: str, final: bool
) -> None:
    with partner("dill", tmp_path / "dill", key) as dill:
        lines = [
            birch.line.replace(" birch ", " b "),
            f"witness c {SigningKey.make('cedar.example/w', COSIGNATURE).verifier}\n",
            dill.line.replace(" dill ", " d "),
        ]
        with trail(migrated, data, f"{''.join(lines)}group some {needed}\nquorum some\n") as register:
            register.record("Aster AG")
            assert register.publish().final is final


def test_a_group_of_groups_wants_one_of_each(migrated: str, data: Path, birch: Partner, cedar: Partner) -> None:
    groups = "group ours any birch\ngroup theirs any cedar\ngroup both all ours theirs\nquorum both\n"
    with trail(migrated, data, birch.line + cedar.silent_line + groups) as register:
        register.record("Aster AG")
        assert not register.publish().final
    with trail(migrated, data, birch.line + cedar.line + groups) as register:
        assert register.publish().final


# What witnesses answer


def _stranger(body: bytes) -> Response:
    """A cosignature that is right, of a key that nobody knows."""
    note = parse_note(parse_submission(body).checkpoint)
    return Response(str(SigningKey.make("birch.example/witness", COSIGNATURE).cosign(note.text, 1)))


ANSWERS: dict[str, tuple[Callable[[bytes], Response], str]] = {
    "stranger": (_stranger, "without a cosignature of the key in the policy"),
    "nothing": (lambda _: Response(""), "without a cosignature"),
    "junk": (lambda _: Response(b"\xff\xfe"), "without a cosignature"),
    "refusal": (lambda _: Response(status_code=403), "with status 403"),
    "breakdown": (lambda _: Response(status_code=500), "with status 500"),
    "elsewhere": (lambda _: RedirectResponse("/other"), "with status 307"),
    "bad proof of nothing": (lambda _: Response(status_code=422), "with status 422"),
    "conflict without a size": (lambda _: Response("1\n", 409, {"Content-Type": "text/plain"}), "with status 409"),
    "conflict with junk": (lambda _: Response("+1\n", 409, {"Content-Type": "text/x.tlog.size"}), "with status 409"),
    "conflict with itself": (lambda _: Response("0\n", 409, {"Content-Type": "text/x.tlog.size"}), "another size"),
    "endless": (lambda _: Response(b"x" * 70_000), "does not answer"),
}


@contextmanager
def answering(answer: Callable[[bytes], Response]) -> Iterator[str]:
    """The address of something that is no honest witness."""

    async def add_checkpoint(request: Request) -> Response:
        return answer(await request.body())

    with running(Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])) as url:
        yield url


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_no_cosignature_counts_for_nothing(migrated: str, data: Path, name: str) -> None:
    answer, reason = ANSWERS[name]
    witness = SigningKey.make("birch.example/witness", COSIGNATURE).verifier
    with answering(answer) as url, trail(migrated, data, f"witness birch {witness} {url}\nquorum birch\n") as register:
        register.record("Aster AG")
        row = register.publish()
        assert (row.final, register.read_only) == (False, None)
        assert [line.name for line in parse_note((row.note or "").encode()).signatures] == [ORIGIN]
        assert reason in refused(register.publisher.reopen)


def test_a_wrong_address_counts_for_nothing(migrated: str, data: Path, birch: Partner) -> None:
    for url in ("nowhere", "ftp://example.org", "http://[", "http://127.0.0.1:1"):
        with trail(migrated, data, f"witness birch {birch.key} {url}\nquorum birch\n") as register:
            register.record(f"Known by {url}")
            assert not register.publish().final


def test_the_size_that_a_witness_has_is_learned_from_it(migrated: str, data: Path, birch: Partner) -> None:
    policy = birch.line + "quorum birch\n"
    with trail(migrated, data, policy) as register:
        register.record("Aster AG", "Birch BV", "Cedar Ltd")
        first = register.publish()
    with trail(migrated, data, policy) as register:  # another process, which does not know yet
        assert not register.publisher.is_settled(3)
        assert register.publish() == first  # asked again, and with one cosignature still
        assert register.publisher.is_settled(3)
    with trail(migrated, data, policy) as register:
        register.record("Dill SA", "Elder Oy")
        assert register.publish().final


def test_a_later_checkpoint_of_another_process_is_no_fork(database_url: str, data: Path, birch: Partner) -> None:
    policy = birch.line + "quorum birch\n"
    with trail(database_url, data, policy) as slow, trail(database_url, data, policy) as fast:
        slow.record("Aster AG")
        row = slow.publisher._signed_head()
        assert row is not None
        fast.record("Birch BV")
        assert fast.publish().final
        assert not slow.publisher._cosigned(row).final
        assert slow.read_only is None
        assert slow.publish().final


def test_a_witness_that_does_not_know_the_new_key_is_satisfied_by_the_former_one(
    migrated: str, data: Path, birch: Partner
) -> None:
    with trail(migrated, data, birch.line + "quorum birch\n") as register:
        register.record("Aster AG")
        former = register.log_key
        rotate(data, ORIGIN)
        assert register.publish().final
        retire(data, ORIGIN, former.key_id.hex())
        register.record("Birch BV")
        assert not register.publish().final


# Forks and rewinds


def test_two_registers_of_one_name_never_get_the_cosignatures_of_both_partners(
    database_url: str, tmp_path: Path, migrated: str, data: Path, birch: Partner, cedar: Partner
) -> None:
    """An operator who shows each partner a register of its own, signed with the same key."""
    both = needing_all(birch.line, cedar.line)
    shown_to_birch, shown_to_cedar = database_url, copied(migrated, tmp_path / "second.db")
    with trail(shown_to_birch, data, needing_all(birch.line, cedar.silent_line)) as register:
        register.record("Aster AG", "Paid in full")
        assert cosigned_by(register.publish(), birch, cedar) == ["birch"]
    with trail(shown_to_cedar, data, needing_all(birch.silent_line, cedar.line)) as register:
        register.record("Aster AG", "Paid nothing")
        assert cosigned_by(register.publish(), birch, cedar) == ["cedar"]
    # birch cosigns its own register's third event before cedar is found to have seen another history
    for url, blamed, size in ((shown_to_birch, "cedar", 2), (shown_to_cedar, "birch", 3)):
        with trail(url, data, both) as register:
            register.record("Both go on")
            said = refused(register.publish)
            found = f"the witness {blamed} has cosigned {size} events that are not the first {size} of the 3 here"
            assert said.startswith(f"The register is read-only: {found}: the log was forked; ")
            assert is_read_only(register, said)
            assert [len(cosigned_by(row, birch, cedar)) for row in register.rows] == [1, 1]
            assert not any(register.publisher._is_final(row) for row in register.rows)


def test_a_history_rewritten_and_signed_again_is_refused_and_exposed_by_a_kept_checkpoint(
    migrated: str, tmp_path: Path, data: Path, birch: Partner
) -> None:
    empty = copied(migrated, tmp_path / "rewritten.db")
    policy = birch.line + "quorum birch\n"
    with trail(migrated, data, policy) as register:
        register.record("Aster AG", "Owes much", "Cedar Ltd")
        kept = (register.publish().note or "").encode()
        key = register.log_key
    with trail(empty, data, policy) as register:
        register.record("Aster AG", "Owes nothing", "Cedar Ltd")
        said = refused(register.publish)
        assert "the witness birch has cosigned 3 events that are not the first 3 of the 3 here" in said
        assert is_read_only(register, said)
        with writing(register.services.engine) as connection:  # the forger does not mind
            set_read_only(connection, None)
        register.record("Dill SA")
        with suppress(RegisterIsReadOnly):
            register.publish()
        row = register.rows[-1]
        assert (row.size, cosigned_by(row, birch)) == (4, [])
        with reading(register.services.engine) as connection:
            for _ in write_log(connection, tmp_path / "log", row):
                pass
    assert check_directory(tmp_path / "log", [key]).checkpoint.size == 4  # in itself it is faultless
    with pytest.raises(DoesNotVerify, match=r"The first 3 entries are not those of the kept checkpoint\."):
        check_directory(tmp_path / "log", [key], old=kept)
    with pytest.raises(DoesNotVerify, match="0 of the witnesses cosigned"):
        check_directory(tmp_path / "log", [key], witnesses=[birch.key], quorum=1)


def test_an_old_backup_is_found_out_as_soon_as_it_is_put_back(
    migrated: str, tmp_path: Path, data: Path, birch: Partner
) -> None:
    policy = birch.line + "quorum birch\n"
    with trail(migrated, data, policy) as register:
        register.record("Aster AG", "Birch BV")
        assert register.publish().final
        backup = copied(migrated, tmp_path / "backup.db")
        register.record("Cedar Ltd")
        assert register.publish().final
    with trail(backup, data, policy) as register:
        said = refused(register.publish)
        assert said == (
            "The register is read-only: the witness birch has cosigned 3 events, and here are 2: the log was rewound; "
            "put back the database that it saw, then run counterfoil checkpoint --reopen."
        )
        assert is_read_only(register, said)
        assert refused(register.publisher.reopen) == (
            "The register stays read-only: The witness birch has cosigned 3 events."
        )
        assert register.read_only is not None


@pytest.mark.parametrize("more", [1, 2, 5])
def test_an_old_backup_that_went_on_otherwise_is_refused(
    migrated: str, tmp_path: Path, data: Path, birch: Partner, more: int
) -> None:
    policy = birch.line + "quorum birch\n"
    with trail(migrated, data, policy) as register:
        register.record("Aster AG", "Birch BV")
        register.publish()
        backup = copied(migrated, tmp_path / "backup.db")
        register.record("Cedar Ltd", "Dill SA")
        true = register.publish()
    with trail(backup, data, policy) as register:
        register.record(*(f"Otherwise {n}" for n in range(more)))
        said = refused(register.publish)
        assert ("has cosigned 4 events, and here are 3: the log was rewound" in said) is (more == 1)
        assert ("has cosigned 4 events that are not the first 4 of the" in said) is (more > 1)
        assert is_read_only(register, said)
        assert refused(register.publish) == said
    with trail(migrated, data, policy) as register:  # the true database is put back
        assert register.publish() == true
        assert register.publisher.reopen() == true
        register.record("Elder Oy")
        assert register.publish().final


def test_a_register_is_reopened_only_when_every_witness_accepts_it(
    database_url: str, tmp_path: Path, data: Path, birch: Partner, cedar: Partner
) -> None:
    with trail(database_url, data, needing_all(birch.line, cedar.line)) as register:
        register.record("Aster AG", "Birch BV")
        register.publish()
        with closing(sqlite3.connect(tmp_path / "cedar" / "witness.db")) as state:
            state.execute("UPDATE cosigned SET size = 50")  # the witness is at fault, and its operator repairs it
            state.commit()
            register.record("Cedar Ltd")
            said = refused(register.publish)
            assert "the witness cedar has cosigned 50 events, and here are 3" in said
            assert refused(register.publisher.reopen) == (
                "The register stays read-only: The witness cedar has cosigned 50 events."
            )
            assert is_read_only(register, said)
            state.execute("UPDATE cosigned SET size = 2")
            state.commit()
        row = register.publisher.reopen()
        assert row is not None
        assert (row.size, row.final, register.read_only) == (3, True, None)
        register.record("Dill SA")
        assert register.publish().final


def test_a_register_without_witnesses_is_reopened_by_whoever_asks(migrated: str, data: Path) -> None:
    with trail(migrated, data) as register:
        with writing(register.services.engine) as connection:
            set_read_only(connection, "the witness birch is no partner any more.")
        assert register.publisher.reopen() is None
        register.record("Aster AG")
        assert register.publish().final
