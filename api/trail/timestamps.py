"""Checkpoints timestamped by an outside authority: RFC 3161, over HTTP as its section 3.4 says.

What is stamped is the checkpoint with the log's first signature alone: cosignatures that come in later change nothing
about it. Whether the authority's own signature is good is for those to check who trust it (`openssl ts -verify`).
"""

from hashlib import sha256

import httpx

from api.trail.publisher import TrailRefuses
from api.wiring import Services
from domain.log.verify import Note, parse_note
from domain.store import checkpoints
from domain.store.checkpoints import CheckpointRow
from domain.store.engine import writing

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
SECONDS = 30.0
LARGEST = 2**18
"""Bytes of an answer; one with a whole chain of certificates takes some thousands."""
GRANTED = (0, 1)  # RFC 3161, 2.4.2: granted, grantedWithMods
HINT = "pip install 'counterfoil[timestamps]'"


class NoTimestamp(TrailRefuses):
    """No timestamp was given, or not one of the checkpoint."""


def stamped_bytes(row: CheckpointRow) -> bytes:
    """What is timestamped of a signed checkpoint: its text, an empty line and the log's first signature line."""
    note = parse_note((row.note or "").encode())
    return str(Note(note.text, note.signatures[:1])).encode()


def stamped(services: Services, row: CheckpointRow) -> CheckpointRow:
    """The signed checkpoint with a timestamp, asked for and stored now where there is none and an authority is set.

    Raises NoTimestamp.
    """
    url = services.settings.timestamp_url
    if url is None or row.timestamp is not None:
        return row
    answer = timestamp(url, stamped_bytes(row))
    with writing(services.engine) as connection:
        if (now := checkpoints.at(connection, row.size)) is None or now.timestamp is None:
            checkpoints.stamp(connection, row.size, answer)
        stored = checkpoints.at(connection, row.size)
    assert stored is not None, row.size
    return stored


def timestamp(url: str, data: bytes) -> bytes:
    """The authority's whole response, in DER. Raises NoTimestamp where it is none of this data."""
    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response  # noqa: PLC0415
    except ImportError as error:
        raise NoTimestamp(f"Timestamps need a package that is not installed: {HINT}.") from error
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = _posted(url, request.as_bytes())
    try:
        response = decode_timestamp_response(answer)
        if response.status not in GRANTED:
            raise NoTimestamp(f"The timestamp authority {url} refuses: status {response.status}.")
        said = response.tst_info
        is_ours = (said.message_imprint.message, said.nonce) == (sha256(data).digest(), request.nonce)
    except ValueError as error:
        raise NoTimestamp(f"The timestamp authority {url} does not answer with a timestamp: {error}.") from error
    if not is_ours:
        raise NoTimestamp(f"The timestamp of {url} is not of this checkpoint.")
    return answer


def _posted(url: str, query: bytes) -> bytes:
    try:
        answer = httpx.post(url, content=query, headers={"Content-Type": QUERY, "Accept": REPLY}, timeout=SECONDS)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoTimestamp(f"The timestamp authority {url} does not answer: {str(error).splitlines()[0]}.") from error
    if len(answer.content) > LARGEST:
        raise NoTimestamp(f"The timestamp authority {url} answers with {len(answer.content)} bytes, which is no reply.")
    return answer.content
