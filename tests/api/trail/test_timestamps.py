"""Checkpoints stamped by an authority of our own, made with openssl. Source: RFC 3161."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from api.interchange import record_file
from api.settings import Settings
from api.trail.timestamps import NoTimestamp, stamped, stamped_bytes, timestamp
from api.wiring import open_services
from audited import audited
from domain.store import checkpoints
from domain.store.engine import reading
from interchange_files import write

CONFIGURATION = """
[tsa]
default_tsa = stamps
[stamps]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[req]
distinguished_name = name
prompt = no
x509_extensions = stamping
[name]
CN = Time of the tests
[stamping]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""


class Authority:
    """A timestamp authority with a certificate that it signed itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self._openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-config", "tsa.cnf",
            "-keyout", "tsa.key", "-out", "tsa.pem",
        )  # fmt: skip

    def _openssl(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        self._openssl(
            "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-signer", "tsa.pem", "-inkey", "tsa.key",
            "-out", "reply",
        )  # fmt: skip
        return (self.folder / "reply").read_bytes()

    def confirms(self, data: bytes, reply: bytes) -> bool:
        """What `openssl ts -verify` says of a reply over the data."""
        (self.folder / "data").write_bytes(data)
        (self.folder / "kept").write_bytes(reply)
        asked = ["openssl", "ts", "-verify", "-data", "data", "-in", "kept", "-CAfile", "tsa.pem"]
        return subprocess.run(asked, cwd=self.folder, check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "tsa")


@contextmanager
def answering(status: int, make: Callable[[bytes], bytes]) -> Iterator[str]:
    """The address of a server that answers every query with what `make` makes of it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.headers["Content-Type"])
            body = make(query)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert set(asked) <= {"application/timestamp-query"}


def test_a_checkpoint_is_stamped_once_and_openssl_confirms_it(authority: Authority, tmp_path: Path) -> None:
    queries: list[bytes] = []

    def reply(query: bytes) -> bytes:
        queries.append(query)
        return authority.reply(query)

    with answering(200, reply) as url:
        settings = Settings(
            database_url=f"sqlite:///{tmp_path / 'register.db'}", data=tmp_path / "data", timestamp_url=url
        )
        services = open_services(settings)
        record_file(services.register, write(tmp_path / "lines.ndjson", audited()), actor="tester")
        row = services.publisher.publish()
        assert row is not None
        done = stamped(services, row)
        again = stamped(services, done)
        with reading(services.engine) as connection:
            stored = checkpoints.newest(connection)
        services.close()
    assert stored == done == again
    assert done.timestamp is not None
    assert len(queries) == 1
    assert authority.confirms(stamped_bytes(done), done.timestamp)
    assert not authority.confirms(stamped_bytes(done) + b" ", done.timestamp)


def test_without_an_authority_nothing_is_asked(tmp_path: Path) -> None:
    services = open_services(Settings(database_url=f"sqlite:///{tmp_path / 'register.db'}", data=tmp_path / "data"))
    record_file(services.register, write(tmp_path / "lines.ndjson", audited()), actor="tester")
    row = services.publisher.publish()
    assert row is not None
    assert stamped(services, row) is row
    services.close()


def test_a_stamp_of_something_else_is_none(authority: Authority) -> None:
    kept: list[bytes] = []

    def the_first_again(query: bytes) -> bytes:
        kept.append(authority.reply(query))
        return kept[0]

    with answering(200, the_first_again) as url:
        timestamp(url, b"one")
        with pytest.raises(NoTimestamp, match="is not of this checkpoint"):
            timestamp(url, b"another")
        with pytest.raises(NoTimestamp, match="is not of this checkpoint"):
            timestamp(url, b"one")  # a reply of before: its nonce is another


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"", "does not answer with a timestamp"),
        (200, b"<html>", "does not answer with a timestamp"),
        (200, b"x" * (2**18 + 1), "which is no reply"),
        (500, b"", "does not answer: "),
    ],
)
def test_what_is_no_reply_is_said_in_one_line(status: int, body: bytes, said: str) -> None:
    with answering(status, lambda _: body) as url, pytest.raises(NoTimestamp, match=said) as error:
        timestamp(url, b"data")
    assert "\n" not in str(error.value)


def test_an_authority_that_is_not_there_is_said_in_one_line() -> None:
    with answering(200, lambda _: b"") as url:
        pass
    with pytest.raises(NoTimestamp, match="does not answer"):
        timestamp(url, b"data")


def test_a_refusal_of_the_authority_is_said(authority: Authority) -> None:
    def refuse(_: bytes) -> bytes:
        return authority.reply(b"no query")

    with answering(200, refuse) as url, pytest.raises(NoTimestamp, match="refuses: status 2"):
        timestamp(url, b"data")
