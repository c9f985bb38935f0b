"""The vault against the commitments in the events. Source: docs/audit.md 6."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy import BindParameter, Connection, bindparam, select

from api.trail.verifying.findings import Findings, rows
from api.trail.verifying.log import Read
from domain.facts.people import PersonErased, people
from domain.facts.structure import tag
from domain.session import stream_id
from domain.store.prepared import Prepared
from domain.store.schema import event, vault_key, vault_value
from domain.store.vault import Vault, VaultIsUnreadable
from domain.values import Sealed

SUBJECTS_AT_ONCE = 500
_UNREADABLE = (VaultIsUnreadable, ValueError, TypeError)  # a nonce may have become none at all
_SEALED = re.compile(r'\{"\$sealed":"([^"]*)","sha256":"([0-9a-f]{64})"\}')
_PERSON = re.compile(r'"person_id":"([^"]*)"')
_subjects: BindParameter[str] = bindparam("subjects", expanding=True)
_erasures = Prepared(
    select(event.c.position, event.c.envelope)
    .where(event.c.type == bindparam("erased"), event.c.position <= bindparam("size"))
    .order_by(event.c.position)
)
_values = Prepared(
    select(vault_value.c.subject, vault_value.c.sha256)
    .where(
        (vault_value.c.subject > bindparam("subject"))
        | ((vault_value.c.subject == bindparam("same")) & (vault_value.c.sha256 > bindparam("sha")))
    )
    .order_by(vault_value.c.subject, vault_value.c.sha256)
    .limit(bindparam("most"))
)
_keys_without_values = Prepared(
    select(vault_key.c.subject)
    .where(~select(vault_value.c.sha256).where(vault_value.c.subject == vault_key.c.subject).exists())
    .limit(100)
)
_streams = select(event.c.stream_id).where(event.c.event_id.in_(_subjects))
_in_streams = (
    select(event.c.position, event.c.envelope).where(event.c.stream_id.in_(_subjects)).order_by(event.c.position)
)


class VaultCheck:
    """Takes the events in as the log is read: each commitment opens, or its subject was erased."""

    def __init__(self, connection: Connection, vault: Vault, findings: Findings, size: int) -> None:
        self._connection = connection
        self._vault = vault
        self._findings = findings
        self._erased: dict[str, int] = {}
        """The position of the last erasure of each person."""
        for position, text in rows(connection, _erasures, erased=tag(PersonErased), size=size):
            if found := _PERSON.search(text):
                self._erased[found[1]] = position

    def check(self, read: Sequence[Read]) -> None:
        committed: dict[Sealed, int] = {}
        for each in read:
            for sealed in _sealed_in(each.text):
                committed.setdefault(sealed, each.position)
        if not committed:
            return
        opened = self._open(committed)
        streams = {each.position: each.envelope["stream_id"] for each in read}
        for sealed, position in committed.items():
            if sealed in opened or self._erased.get(sealed.subject, 0) >= position:
                continue
            if sealed.subject in self._erased or not self._is_about_the_erased(streams[position]):
                self._tell(sealed, position, "cannot be opened, and nobody erased it")

    def _is_about_the_erased(self, stream: str) -> bool:
        """Whether the stream names a person who was erased, with whom its free texts may have gone."""
        texts = [text for _, text in self._connection.execute(_in_streams, {"subjects": [stream]})]
        return any(f'"{person}"' in text for person in self._erased for text in texts)

    def _tell(self, sealed: Sealed, position: int, why: str) -> None:
        self._findings.add("vault", position, f"The text sealed as {sealed.sha256} at position {position} {why}.")

    def _open(self, committed: Mapping[Sealed, int]) -> set[Sealed]:
        """Those that open, and are what was committed to."""
        try:
            return set(self._vault.committed(self._connection, committed))
        except _UNREADABLE:
            found: set[Sealed] = set()
        for sealed in committed:
            try:
                found.update(self._vault.committed(self._connection, [sealed]))
            except _UNREADABLE:
                continue
        return found

    def finish(self) -> None:
        """Whatever else lies in the vault is committed to by no event."""
        for (subject,) in rows(self._connection, _keys_without_values):
            self._findings.add("vault", None, f"The vault has a key of {subject}, and no text under it.")
        subject = sha = ""
        while some := rows(self._connection, _values, subject=subject, same=subject, sha=sha, most=SUBJECTS_AT_ONCE):
            committed = self._committed_to({row[0] for row in some})
            for subject, sha in some:
                sealed = Sealed(subject=subject, sha256=sha)
                position = committed.get(sealed)
                if position is None:
                    said = f"The vault holds a text for {subject}, sealed as {sha}, that no event commits to."
                    self._findings.add("vault", None, said)
                elif position < self._erased.get(subject, 0):
                    self._tell(sealed, position, f"is there, though {subject} was erased")

    def _committed_to(self, subjects: set[str]) -> Mapping[Sealed, int]:
        """What the streams of these subjects commit to, and where last: people, and entries with what is about them."""
        wanted = {"subjects": sorted(subjects)}
        streams = set(self._connection.execute(_streams, wanted).scalars())
        for subject in subjects:
            with suppress(ValueError):
                streams.add(str(stream_id(people, UUID(subject))))
        found = self._connection.execute(_in_streams, {"subjects": sorted(streams)}).all()
        return {sealed: position for position, text in found for sealed in _sealed_in(text)}


def _sealed_in(text: str) -> Iterator[Sealed]:
    """The commitments in an envelope: nowhere else can that text stand, whose quotes are not escaped."""
    return (Sealed(subject=found[1], sha256=found[2]) for found in _SEALED.finditer(text))
