"""Asks witnesses for their cosignatures of a checkpoint. Source: c2sp.org/tlog-witness."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import NamedTuple

import httpx

from domain.log.policy import Witness
from domain.log.proofs import Submission
from domain.log.verify import Checkpoint, DoesNotVerify, Note, Signature, parse_signatures, signers

TIMEOUT = httpx.Timeout(5, connect=3)
ATTEMPTS = 4
LONGEST = 65_536
SIZE_TYPE = "text/x.tlog.size"
Prove = Callable[[int], Sequence[bytes]]
"""The proof that the checkpoint's tree has grown from one of this size."""


class Cosigned(NamedTuple):
    """It has recorded this checkpoint as the latest."""

    signatures: tuple[Signature, ...]


class Unanswered(NamedTuple):
    """It gave no cosignature; it may be asked again."""

    reason: str


class Ahead(NamedTuple):
    """It has cosigned a greater size already."""

    size: int


class Differs(NamedTuple):
    """It has seen another history of the first `size` events."""

    size: int


Outcome = Cosigned | Unanswered | Ahead | Differs


def ask(client: httpx.Client, witness: Witness, checkpoint: Checkpoint, note: bytes, old: int, prove: Prove) -> Outcome:
    """What the witness makes of the signed checkpoint. `old` is the size it is believed to have cosigned last."""
    for _ in range(ATTEMPTS):
        sent = bytes(Submission(old, tuple(prove(old)), note))
        try:
            status, kind, body = _post(client, witness, sent)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Unanswered(f"{witness.name} does not answer ({type(error).__name__}).")
        if status == HTTPStatus.OK:
            return _cosigned(witness, note, body)
        if status == HTTPStatus.UNPROCESSABLE_ENTITY and 0 < old < checkpoint.size:
            return Differs(old)
        size = _size(body) if kind == SIZE_TYPE else None
        if status == HTTPStatus.CONFLICT and old == checkpoint.size and size in {None, old}:
            return Differs(old)
        if status != HTTPStatus.CONFLICT or size is None:
            return Unanswered(f"{witness.name} answers with status {status}.")
        if size > checkpoint.size:
            return Ahead(size)
        old = size
    return Unanswered(f"{witness.name} names another size each time it is asked.")


def _post(client: httpx.Client, witness: Witness, body: bytes) -> tuple[int, str, bytes]:
    url = f"{(witness.url or '').rstrip('/')}/add-checkpoint"
    received = b""
    with client.stream("POST", url, content=body, timeout=TIMEOUT) as answer:
        for chunk in answer.iter_bytes():
            received += chunk
            if len(received) > LONGEST:
                raise httpx.DecodingError("The answer is too long.")
    return answer.status_code, answer.headers.get("content-type", "").partition(";")[0].strip(), received


def _size(body: bytes) -> int | None:
    digits = body.removesuffix(b"\n")
    is_number = digits.isdigit() and len(digits) < 20 and (digits == b"0" or not digits.startswith(b"0"))
    return int(digits) if is_number and body.endswith(b"\n") else None


def _cosigned(witness: Witness, note: bytes, body: bytes) -> Outcome:
    """Signatures of other keys are passed over."""
    text = note.decode().rpartition("\n\n")[0] + "\n"
    try:
        lines = parse_signatures(body.decode())
        for line in lines:
            if (line.name, line.key_id) == (witness.key.name, witness.key.key_id):
                signers(Note(text, (line,)), [witness.key])
                return Cosigned((line,))
    except (DoesNotVerify, UnicodeDecodeError):
        pass
    return Unanswered(f"{witness.name} answers without a cosignature of the key in the policy.")
