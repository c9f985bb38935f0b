"""A whole log in one file, and back into an empty register. The format is described in docs/operations.md.

Lines of JSON, in gzip where the name ends in .gz: a header, then every event verbatim, every command, the keys and
texts of the vault as they are encrypted, every checkpoint, and last the SHA-256 of all lines before. The header says
how many there are of each, so that every line has one meaning. What can be worked out again (tree, read models) and
the key-encryption key of the vault are not in it.
"""

import gzip
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypeVar

import eventsourcing.persistence as library
import msgspec
from msgspec import Meta, Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, CursorResult, Select, Table, func, insert, select
from sqlalchemy.exc import IntegrityError, NoResultFound

from api.trail.files import made_whole
from domain.errors import Refusal
from domain.store import checkpoints, nodes
from domain.store.append import Append, Store
from domain.store.checkpoints import CheckpointRow
from domain.store.commands import CommandRow
from domain.store.engine import reading
from domain.store.head import tree_of
from domain.store.schema import checkpoint, command, event, vault_key, vault_value
from domain.store.vault import Vault, VaultIsUnreadable

FORMAT = "counterfoil-log"
AT_ONCE = 1000
LONGEST_LINE = 2**20
GZIP = b"\x1f\x8b"
Progress = Callable[[int], object]
"""Is told how many lines more are done."""
S = TypeVar("S", bound=Struct)
_Count = Annotated[int, Meta(ge=0)]
_Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class ArchiveIsRefused(Exception):
    """The file is not restored; nothing of it is stored. The message names the line."""


class RegisterIsNotEmpty(Exception):
    """A log is restored into an empty register alone."""


class Header(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line: whose log it is, how many lines follow of each kind, and the root that the events have."""

    format: str
    version: int
    origin: str
    size: _Count
    root: bytes
    commands: _Count
    vault_keys: _Count
    vault_values: _Count
    checkpoints: _Count

    @property
    def lines(self) -> int:
        """Those behind this one, but for the last."""
        return self.size + self.commands + self.vault_keys + self.vault_values + self.checkpoints


class Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recorded command; the positions are null where it appended nothing."""

    command_id: Annotated[str, Meta(min_length=1, max_length=200)]
    content_sha256: _Hash
    first_position: int | None
    last_position: int | None
    recorded_at: Annotated[str, Meta(max_length=27)] | None


class VaultKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The data key of a subject, encrypted."""

    subject: str
    nonce: bytes
    wrapped_key: bytes


class VaultValue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sealed text, encrypted."""

    subject: str
    sha256: _Hash
    nonce: bytes
    ciphertext: bytes


class Checkpoint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A checkpoint; `note` is null where it is not signed."""

    size: Annotated[int, Meta(ge=1)]
    root: bytes
    recorded_at: Annotated[str, Meta(max_length=27)]
    note: str | None
    final: bool
    timestamp: bytes | None


class End(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last line: the SHA-256 of all bytes before it."""

    sha256: _Hash


_TABLES: tuple[tuple[Table, type[Struct]], ...] = (
    (command, Command),
    (vault_key, VaultKey),
    (vault_value, VaultValue),
    (checkpoint, Checkpoint),
)


# --- Export ---


def export_log(store: Store, origin: str, path: Path, progress: Progress = lambda _: None) -> Header:
    """The file holds the whole log as it is at one moment, or is not there. Raises FileIsThere."""
    with reading(store.engine) as connection, made_whole(path) as draft:
        header = _header(connection, origin)
        with _to_write(draft, compressed=path.suffix == ".gz") as file:
            digest = sha256()
            for line in _lines(connection, header):
                digest.update(line)
                file.write(line)
                progress(1)
            file.write(_json(End(sha256=digest.hexdigest())))
    return header


def _header(connection: Connection, origin: str) -> Header:
    tree = tree_of(connection)
    counts = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table, _ in _TABLES]
    commands, vault_keys, vault_values, checkpoints = counts
    return Header(
        format=FORMAT,
        version=1,
        origin=origin,
        size=tree.size,
        root=tree.root,
        commands=commands,
        vault_keys=vault_keys,
        vault_values=vault_values,
        checkpoints=checkpoints,
    )


def _lines(connection: Connection, header: Header) -> Iterator[bytes]:
    yield _json(header)
    for (text,) in _streamed(connection, select(event.c.envelope).order_by(event.c.position)):
        yield text.encode() + b"\n"
    for table, kind in _TABLES:
        for row in _streamed(connection, select(table).order_by(*_in_order(connection, table))).mappings():
            yield _json(kind(**row))


def _in_order(connection: Connection, table: Table) -> Iterator[Any]:
    """By primary key; texts by their code points on every database."""
    for column in table.primary_key.columns:
        is_text = column.type.python_type is str
        yield column.collate("C") if is_text and connection.dialect.name == "postgresql" else column


def _streamed(connection: Connection, statement: Select[Any]) -> CursorResult[Any]:
    return connection.execute(statement, execution_options={"yield_per": AT_ONCE})


def _json(line: Struct) -> bytes:
    return msgspec.json.encode(line) + b"\n"


@contextmanager
def _to_write(path: Path, *, compressed: bool) -> Iterator[BinaryIO]:
    with path.open("wb") as file:
        if not compressed:
            yield file
            return
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:  # the same log is the same file
            yield packed  # type: ignore[misc]  # a GzipFile writes bytes as any binary file does


# --- Restore ---


def restore(store: Store, vault: Vault, origin: str, path: Path, progress: Progress = lambda _: None) -> Header:
    """The empty register holds what the file does, with the same root. What is refused leaves nothing behind.

    Raises ArchiveIsRefused and RegisterIsNotEmpty.
    """
    with path.open("rb") as file:
        reader = _Reader(_unpacked(file))
        header = reader.header(origin)
        with store.append() as append:
            _refuse_what_is_not_empty(append)
            try:
                _restore(append, vault, header, reader, progress)
            except (library.IntegrityError, IntegrityError) as error:
                raise reader.refusal("it, or one before it, says again what another line says.") from error
            except (NoResultFound, AssertionError, LookupError, ValueError) as error:
                raise reader.refusal(
                    f"the events up to here do not make a history ({type(error).__name__})."
                ) from error
    return header


def header_of(path: Path) -> Header:
    """The header of a file, for whoever wants to know its length. Raises ArchiveIsRefused."""
    with path.open("rb") as file:
        return _Reader(_unpacked(file)).header(None)


def _refuse_what_is_not_empty(append: Append) -> None:
    for table, _ in (*_TABLES, (event, Struct)):
        if append.connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise RegisterIsNotEmpty("The register is not empty: a log is restored into a new database alone.")


def _restore(append: Append, vault: Vault, header: Header, reader: "_Reader", progress: Progress) -> None:
    connection = append.connection
    for texts in reader.texts(header.size):
        _put(append, texts, reader)
        progress(len(texts))
    if nodes.tree_at(connection, header.size).root != header.root:
        raise reader.refusal("the events up to here do not have the root of the header.")
    for commands in reader.parsed(Command, header.commands):
        append.remember_all([CommandRow(**asdict(row)) for row in commands])
        progress(len(commands))
    for keys in reader.parsed(VaultKey, header.vault_keys):
        connection.execute(insert(vault_key), [asdict(row) for row in keys])
        try:
            vault.keys_of(connection, {row.subject for row in keys})
        except VaultIsUnreadable as error:
            raise reader.refusal("its texts are sealed under another key: put that one into vault.key.") from error
        progress(len(keys))
    for values in reader.parsed(VaultValue, header.vault_values):
        connection.execute(insert(vault_value), [asdict(row) for row in values])
        progress(len(values))
    for [row] in reader.parsed(Checkpoint, header.checkpoints, at_once=1):
        if row.size > header.size or nodes.tree_at(connection, row.size).root != row.root:
            raise reader.refusal(f"the first {row.size} events do not have the root of their checkpoint.")
        checkpoints.put(connection, [CheckpointRow(**asdict(row))])
        progress(1)
    reader.end()


def _put(append: Append, texts: list[str], reader: "_Reader") -> None:
    try:
        append.put_stored(texts)
    except Refusal:  # before any of them was stored: which one is it?
        for behind, text in zip(range(len(texts) - 1, -1, -1), texts, strict=True):
            try:
                append.put_stored([text])
            except Refusal as error:
                raise reader.refusal(error.message, behind) from error
        raise


class _Reader:
    """The lines one after the other. Whatever is wrong is refused with the number of the line."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = sha256()
        self._number = 0

    def refusal(self, why: str, behind: int = 0) -> ArchiveIsRefused:
        """Of the line that was read last, or of one so many lines before it."""
        return ArchiveIsRefused(f"Line {self._number - behind}: {why}")

    def header(self, origin: str | None) -> Header:
        header = self._parse(Header, self._line())
        if header.format != FORMAT or header.version != 1:
            raise self.refusal(f"this release reads version 1 of {FORMAT}, not {header.version} of {header.format}.")
        if origin not in {None, header.origin}:
            raise self.refusal(f"the log is of {header.origin}, and COUNTERFOIL_ORIGIN is {origin}.")
        return header

    def texts(self, count: int) -> Iterator[list[str]]:
        """Events, some at a time."""
        for start in range(0, count, AT_ONCE):
            yield [self._text() for _ in range(min(AT_ONCE, count - start))]

    def parsed(self, kind: type[S], count: int, at_once: int = AT_ONCE) -> Iterator[list[S]]:
        for start in range(0, count, at_once):
            yield [self._parse(kind, self._line()) for _ in range(min(at_once, count - start))]

    def end(self) -> None:
        """The last line is right, and no other follows."""
        digest = self._digest.hexdigest()
        if self._parse(End, self._line()).sha256 != digest:
            raise self.refusal("the lines before it are not those that were written.")
        if self._read():
            self._number += 1
            raise self.refusal("nothing may stand behind the end.")

    def _text(self) -> str:
        try:
            return self._line().decode()
        except UnicodeDecodeError as error:
            raise self.refusal("it is not UTF-8.") from error

    def _parse(self, kind: type[S], line: bytes) -> S:
        try:
            parsed = msgspec.json.decode(line, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self.refusal(f"it is not the {kind.__name__} that belongs here: {error}.") from error
        if msgspec.json.encode(parsed) != line:
            raise self.refusal(f"the {kind.__name__} is not written as it was exported.")
        return parsed

    def _line(self) -> bytes:
        line = self._read()
        self._number += 1
        if not line.endswith(b"\n"):
            raise self.refusal("the file ends here." if len(line) <= LONGEST_LINE else "the line is too long.")
        self._digest.update(line)
        return line[:-1]

    def _read(self) -> bytes:
        try:
            return self._file.readline(LONGEST_LINE + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self._number += 1
            raise self.refusal("the packed file is cut off or damaged here.") from error


def _unpacked(file: BinaryIO) -> BinaryIO:
    is_packed = file.read(2) == GZIP
    file.seek(0)
    return gzip.GzipFile(fileobj=file) if is_packed else file  # type: ignore[return-value]  # read as any binary file


def shown(root: bytes) -> str:
    """As it stands in checkpoints."""
    return b64encode(root).decode()
