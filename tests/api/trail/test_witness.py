"""A witness, asked over HTTP, answers as c2sp.org/tlog-witness has it, and never goes back on what it cosigned."""

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from api.trail.witness import LONGEST, Witness, open_witness, witness_app
from domain.log.proofs import Submission
from domain.log.signing import SigningKey
from domain.log.tree import consistency_ranges, hashes, nodes_over
from domain.log.verify import (
    LOG_SIGNATURE,
    Checkpoint,
    Frontier,
    Note,
    leaf_hash,
    node_hash,
    open_checkpoint,
    signers,
)
from domain.store.keyfile import KeyFileIsUnusable
from trailing import ORIGIN, running

KEY = SigningKey.make(ORIGIN, LOG_SIGNATURE)
OTHER_KEY = SigningKey.make("example.org/second", LOG_SIGNATURE)
STRANGER = SigningKey.make(ORIGIN, LOG_SIGNATURE)
EMPTY = sha256().digest()


class History:
    """A log of as many entries as are asked for, each of which says whose history it is."""

    def __init__(self, name: str = "", key: SigningKey = KEY) -> None:
        self.key = key
        self.leaves = [leaf_hash(f"{name} {number}".encode()) for number in range(300)]

    def root(self, size: int) -> bytes:
        tree = Frontier()
        for leaf in self.leaves[:size]:
            tree.add(leaf)
        return tree.root

    def note(self, size: int, key: SigningKey | None = None) -> bytes:
        signing = key or self.key
        text = str(Checkpoint(self.key.name, size, self.root(size)))
        return str(Note(text, (signing.sign(text),))).encode()

    def proof(self, old: int, size: int) -> Sequence[bytes]:
        ranges = consistency_ranges(old, size)
        wanted = {node for span in ranges for node in nodes_over(span)}
        return hashes(ranges, {(level, n): self._node(level, n) for level, n in wanted})

    def _node(self, level: int, number: int) -> bytes:
        if level == 0:
            return self.leaves[number]
        return node_hash(self._node(level - 1, 2 * number), self._node(level - 1, 2 * number + 1))

    def body(self, old: int, size: int) -> bytes:
        return bytes(Submission(old, tuple(self.proof(old, size)), self.note(size)))


class Asked:
    """A witness behind its address."""

    def __init__(self, witness: Witness, url: str, client: httpx.Client) -> None:
        self.witness = witness
        self.url = url
        self.client = client

    def post(self, body: bytes) -> httpx.Response:
        return self.client.post(f"{self.url}/add-checkpoint", content=body)

    def takes(self, history: History, old: int, size: int) -> httpx.Response:
        answer = self.post(history.body(old, size))
        assert answer.status_code == 200, answer.text
        return answer

    def has(self, size: int, origin: str = ORIGIN) -> bool:
        """Whether this is the size it says it has cosigned last."""
        history = History(key=KEY if origin == ORIGIN else OTHER_KEY)
        answer = self.post(bytes(Submission(299, (), history.note(299))))
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "text/x.tlog.size"
        return answer.text == f"{size}\n"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as opened:
        yield opened


@pytest.fixture
def asked(tmp_path: Path, client: httpx.Client) -> Iterator[Asked]:
    witness = open_witness(tmp_path, "birch.example/w", [KEY.verifier, OTHER_KEY.verifier])
    witness._clock = lambda: datetime(2026, 6, 30, 12, tzinfo=UTC)
    with running(witness_app(witness)) as url:
        yield Asked(witness, url, client)


def test_it_cosigns_a_first_checkpoint_and_each_that_has_grown_from_the_last(asked: Asked) -> None:
    history = History()
    for old, size in ((0, 5), (5, 5), (5, 8), (8, 9), (9, 256), (256, 300)):
        answer = asked.takes(history, old, size)
        whole = history.note(size) + answer.content
        _, note = open_checkpoint(whole, [KEY.verifier])
        assert signers(note, [asked.witness.key.verifier]) == [asked.witness.key.verifier]
        [cosignature] = [line for line in note.signatures if line.name == "birch.example/w"]
        assert int.from_bytes(cosignature.signature[:8], "big") == 1_782_820_800  # 2026-06-30 12:00 UTC
        assert len(cosignature.signature) == 8 + 64


def test_an_empty_log_can_be_cosigned_and_then_grow(asked: Asked) -> None:
    history = History()
    asked.takes(history, 0, 0)
    assert asked.has(0)
    asked.takes(history, 0, 3)
    assert asked.has(3)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 5\n",
        b"old 05\n\n" + History().note(5),
        b"old -1\n\n" + History().note(5),
        b"OLD 0\n\n" + History().note(5),
        b"old 0 \n\n" + History().note(5),
        b"old 0\nnot base64\n\n" + History().note(5),
        b"old 0\nAAAA\n\n" + History().note(5),
        b"old 0\n" + b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcQ=\n" * 64 + b"\n" + History().note(5),
        b"old 0\n\nno note at all\n",
        b"old 0\n\n" + History().note(5).replace(b"\n5\n", b"\n05\n"),
        b"old 0\n\n" + History().note(5).replace(b"\n5\n", b"\nfive\n"),
        b"old 0\n\n" + History().note(5).rstrip(b"\n"),
        b"old 0\n\n\xff" + History().note(5),
        bytes(Submission(6, (), History().note(5))),
    ],
)
def test_what_is_no_submission_is_a_bad_request(asked: Asked, body: bytes) -> None:
    assert asked.post(body).status_code == 400
    assert asked.has(0)


def test_a_log_that_it_was_not_told_of_is_not_found(asked: Asked) -> None:
    unknown = History(key=SigningKey.make("example.org/unknown", LOG_SIGNATURE))
    assert asked.post(unknown.body(0, 5)).status_code == 404


def test_a_checkpoint_without_a_signature_that_it_trusts_is_forbidden(asked: Asked) -> None:
    history = History()
    text = str(Checkpoint(ORIGIN, 5, history.root(5)))
    wrong = KEY.sign(text)._replace(signature=bytes(64))
    other_name = OTHER_KEY.sign(text)
    own = asked.witness.key.cosign(text, 0)  # its own cosignature is not the log's signature
    for lines in ((STRANGER.sign(text),), (wrong,), (other_name,), (own,), (wrong, KEY.sign(text))):
        note = str(Note(text, lines)).encode()
        assert asked.post(bytes(Submission(0, (), note))).status_code == 403
    assert asked.has(0)


def test_signatures_of_keys_that_it_does_not_know_are_passed_over(asked: Asked) -> None:
    text = str(Checkpoint(ORIGIN, 5, History().root(5)))
    note = str(Note(text, (STRANGER.sign(text), KEY.sign(text)))).encode()
    assert asked.post(bytes(Submission(0, (), note))).status_code == 200


def test_another_old_size_than_it_cosigned_last_is_a_conflict_that_names_that_size(asked: Asked) -> None:
    history = History()
    asked.takes(history, 0, 20)
    for old in (0, 19, 21):
        answer = asked.post(history.body(old, 30))
        assert (answer.status_code, answer.headers["content-type"], answer.content) == (
            409,
            "text/x.tlog.size",
            b"20\n",
        )
    assert asked.has(20)


def test_another_root_of_the_same_size_is_a_conflict(asked: Asked) -> None:
    asked.takes(History(), 0, 20)
    answer = asked.post(History("forged").body(20, 20))
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (409, "text/x.tlog.size", b"20\n")
    answer = asked.post(bytes(Submission(20, tuple(History().proof(5, 20)), History("forged").note(20))))
    assert answer.status_code == 409
    asked.takes(History(), 20, 20)


def test_another_root_of_an_empty_log_is_a_conflict(asked: Asked) -> None:
    text = str(Checkpoint(ORIGIN, 0, bytes(32)))
    answer = asked.post(bytes(Submission(0, (), str(Note(text, (KEY.sign(text),))).encode())))
    assert (answer.status_code, answer.content) == (409, b"0\n")
    text = str(Checkpoint(ORIGIN, 0, EMPTY))
    assert asked.post(bytes(Submission(0, (), str(Note(text, (KEY.sign(text),))).encode()))).status_code == 200


def test_a_proof_that_does_not_hold_is_unprocessable(asked: Asked) -> None:
    history, forged = History(), History("forged")
    asked.takes(history, 0, 20)
    proof = list(history.proof(20, 30))
    for wrong in (
        [],
        proof[:-1],
        [*proof, bytes(32)],
        list(reversed(proof)),
        [bytes(32), *proof[1:]],
        history.proof(19, 30),
    ):
        assert asked.post(bytes(Submission(20, tuple(wrong), history.note(30)))).status_code == 422
    assert asked.post(forged.body(20, 30)).status_code == 422
    assert asked.post(bytes(Submission(20, (bytes(32),), history.note(20)))).status_code == 422
    assert asked.has(20)


def test_a_proof_from_nothing_must_be_empty(asked: Asked) -> None:
    assert asked.post(bytes(Submission(0, tuple(History().proof(3, 5)), History().note(5)))).status_code == 422
    assert asked.has(0)


def test_logs_are_kept_apart(asked: Asked) -> None:
    asked.takes(History(), 0, 20)
    asked.takes(History(key=OTHER_KEY), 0, 7)
    assert asked.has(20)
    assert asked.has(7, OTHER_KEY.name)


def test_a_body_that_is_too_long_is_not_read(asked: Asked) -> None:
    assert asked.post(b"old 0\n" + b"x" * LONGEST).status_code == 413
    chunks = iter([b"x" * 1000] * (LONGEST // 1000 + 1))  # its length is not said beforehand
    assert asked.client.post(f"{asked.url}/add-checkpoint", content=chunks).status_code == 413


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/add-checkpoint", 405), ("POST", "/", 404)])
def test_it_serves_nothing_else(asked: Asked, method: str, path: str, status: int) -> None:
    assert asked.client.request(method, asked.url + path).status_code == status


def test_two_requests_at_once_never_roll_it_back(asked: Asked) -> None:
    """The race of the specification: of all who come with the size that it has, one is cosigned."""
    history = History()
    size = 0
    with ThreadPoolExecutor(8) as threads:
        for _ in range(6):
            bodies = [history.body(size, size + more) for more in range(8, 0, -1)]
            answers = list(threads.map(asked.post, bodies))
            [taken] = [body for body, answer in zip(bodies, answers, strict=True) if answer.status_code == 200]
            size = size + 8 - bodies.index(taken)
            refused = [answer for answer in answers if answer.status_code != 200]
            assert {(answer.status_code, answer.text) for answer in refused} == {(409, f"{size}\n")}
    assert asked.has(size)


def test_a_cosigned_size_is_on_the_disk_before_it_is_answered(asked: Asked, tmp_path: Path) -> None:
    asked.takes(History(), 0, 20)
    connection = sqlite3.connect(tmp_path / "witness.db")
    rows = connection.execute("SELECT origin, size, root FROM cosigned").fetchall()
    connection.close()
    assert rows == [(ORIGIN, 20, History().root(20))]


def test_it_cosigns_nothing_that_it_cannot_remember(asked: Asked, tmp_path: Path) -> None:
    blocker = sqlite3.connect(tmp_path / "witness.db")
    blocker.execute("DROP TABLE cosigned")
    blocker.close()
    answer = asked.post(History().body(0, 5))
    assert answer.status_code == 500
    assert "birch.example" not in answer.text


def test_it_remembers_after_a_restart(tmp_path: Path) -> None:
    history = History()
    first = open_witness(tmp_path, "birch.example/w", [KEY.verifier])
    assert first.add_checkpoint(history.body(0, 20)).status == 200
    again = open_witness(tmp_path, None, [KEY.verifier])
    assert again.key.verifier == first.key.verifier
    assert again.add_checkpoint(history.body(0, 20)).body == "20\n"
    assert again.add_checkpoint(History("forged").body(20, 30)).status == 422
    assert again.add_checkpoint(history.body(20, 30)).status == 200


def test_several_keys_of_one_log_are_trusted_while_it_rotates_them(tmp_path: Path) -> None:
    history = History()
    witness = open_witness(tmp_path, None, [KEY.verifier, STRANGER.verifier])
    assert witness.add_checkpoint(history.body(0, 20)).status == 200
    rotated = History(key=STRANGER)
    assert witness.add_checkpoint(rotated.body(20, 30)).status == 200


@pytest.mark.parametrize("state", [None, b"", b"This is no database. " * 100])
def test_a_witness_that_has_lost_its_memory_does_not_start(tmp_path: Path, state: bytes | None) -> None:
    open_witness(tmp_path, None, [KEY.verifier]).add_checkpoint(History().body(0, 20))
    (tmp_path / "witness.db").unlink()
    if state is not None:
        (tmp_path / "witness.db").write_bytes(state)
    with pytest.raises(KeyFileIsUnusable, match=r"witness\.db is missing or broken: what was cosigned with"):
        open_witness(tmp_path, None, [KEY.verifier])


def test_its_verifier_key_is_of_the_type_of_cosignatures(tmp_path: Path) -> None:
    key = open_witness(tmp_path, "birch.example/w", [KEY.verifier]).key.verifier
    assert (key.name, key.kind) == ("birch.example/w", 0x04)
