"""A witness: cosigns what has only grown since it looked last, and remembers. Source: c2sp.org/tlog-witness.

It knows no register and no database of one; its own state is one row per log in a SQLite file.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.trail.keys import WITNESS_KEY, load_or_make_witness_key
from api.trail.witnesses import SIZE_TYPE
from domain.log.proofs import Submission, parse_submission
from domain.log.signing import SigningKey
from domain.log.verify import (
    Checkpoint,
    DoesNotVerify,
    Frontier,
    VerifierKey,
    check_consistency,
    open_checkpoint,
    parse_checkpoint,
    parse_note,
)
from domain.register import utc_now
from domain.store.keyfile import KeyFileIsUnusable

STATE = "witness.db"
NAME = "counterfoil.local/witness"
"""What a witness is called that was given no name."""
LONGEST = 65_536
"""Bytes of a body: 63 hashes and a checkpoint with many signatures are far fewer."""
LOCK_SECONDS = 30
_log = structlog.get_logger(__name__)
_TABLE = "CREATE TABLE IF NOT EXISTS cosigned (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL)"
_PUT = "INSERT OR REPLACE INTO cosigned VALUES (?, ?, ?)"


class Answer(NamedTuple):
    """What is said to a submission."""

    status: HTTPStatus
    body: str
    kind: str = "text/plain; charset=utf-8"


class Witness:
    """A key, the logs whose keys it was given, and what it cosigned last of each."""

    def __init__(
        self, key: SigningKey, logs: Sequence[VerifierKey], state: Path, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.key = key
        self._clock = clock
        self._state = state
        self._logs: Mapping[str, list[VerifierKey]] = {
            log.name: [other for other in logs if other.name == log.name] for log in logs
        }

    def add_checkpoint(self, body: bytes) -> Answer:
        """c2sp.org/tlog-witness, add-checkpoint. What is cosigned is on the disk before this returns."""
        try:
            sent = parse_submission(body)
            note = parse_note(sent.checkpoint)
            claimed = parse_checkpoint(note.text)
        except DoesNotVerify as error:
            return Answer(HTTPStatus.BAD_REQUEST, f"{error}\n")
        if claimed.origin not in self._logs:
            return Answer(HTTPStatus.NOT_FOUND, f"The log {claimed.origin} is not known here.\n")
        try:
            open_checkpoint(sent.checkpoint, self._logs[claimed.origin])
        except DoesNotVerify as error:
            return Answer(HTTPStatus.FORBIDDEN, f"{error}\n")
        if sent.old > claimed.size:
            return Answer(HTTPStatus.BAD_REQUEST, f"The old size {sent.old} is above the size {claimed.size}.\n")
        refusal = self._recorded(sent, claimed)
        if refusal is not None:
            _log.info("not_cosigned", status=int(refusal.status), old=sent.old, checkpoint=sent.checkpoint.decode())
            return refusal
        _log.info("cosigned", origin=claimed.origin, size=claimed.size)
        line = self.key.cosign(note.text, int(self._clock().timestamp()))
        return Answer(HTTPStatus.OK, str(line))

    def _recorded(self, sent: Submission, claimed: Checkpoint) -> Answer | None:
        """None once the checkpoint is the latest. Nobody else looks or writes between the look and the write."""
        with self._locked() as connection:
            row = connection.execute("SELECT size, root FROM cosigned WHERE origin = ?", (claimed.origin,)).fetchone()
            size, root = row or (0, Frontier().root)
            if sent.old != size or (size == claimed.size and root != claimed.root):
                return Answer(HTTPStatus.CONFLICT, f"{size}\n", SIZE_TYPE)
            try:
                check_consistency(size, claimed.size, root, claimed.root, sent.hashes)
            except DoesNotVerify as error:
                return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error}\n")
            connection.execute(_PUT, (claimed.origin, claimed.size, claimed.root))
        return None

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is alone from its start, and on the disk at its end."""
        with closing(sqlite3.connect(self._state, timeout=LOCK_SECONDS, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA fullfsync = ON")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def open_witness(data: Path, name: str | None, logs: Sequence[VerifierKey]) -> Witness:
    """The witness of the folder, made on first use. Raises KeyFileIsUnusable where its memory is gone."""
    key, state = data / WITNESS_KEY, data / STATE
    if key.exists() and not _remembers(state):
        raise KeyFileIsUnusable(
            f"{state} is missing or broken: what was cosigned with {key} is not known any more. Put it back, or delete "
            "both and give your partners the verifier key of the new witness."
        )
    data.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(state)) as connection:
        connection.execute(_TABLE)
    return Witness(load_or_make_witness_key(data, name, NAME), logs, state)


def _remembers(state: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{state.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("SELECT size FROM cosigned").fetchall()
    except sqlite3.Error:
        return False
    return True


def witness_app(witness: Witness) -> Starlette:
    """The witness over HTTP. Requests are known by the log's signature alone, as the specification has it."""

    async def add_checkpoint(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST:
                return Response("The body is too long.\n", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        answer = await run_in_threadpool(witness.add_checkpoint, body)
        return Response(answer.body, answer.status, {"Content-Type": answer.kind})  # as it is, without a charset

    return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])
