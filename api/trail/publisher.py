"""Publishes checkpoints: checks what was recorded, signs it, and asks the witnesses. Source: docs/audit.md 3 and 4.

Every step can be interrupted and done again, by several processes at once: a row is stored once per size, signatures
are only ever added to it, and what is stored is checked again before it is signed.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import httpx
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from api.trail.checking import LogIsInconsistent, Progress, grow, prove_growth, tree_at
from api.trail.keys import LogKeys
from api.trail.witnesses import Ahead, Cosigned, Differs, Outcome, Unanswered, ask
from domain.errors import RegisterIsReadOnly
from domain.log.policy import Policy, Witness
from domain.log.verify import (
    Checkpoint,
    DoesNotVerify,
    Frontier,
    Note,
    Signature,
    VerifierKey,
    open_checkpoint,
    parse_note,
    signers,
)
from domain.register import utc_now
from domain.store import checkpoints
from domain.store.checkpoints import CheckpointRow, HaltedRow
from domain.store.engine import reading, writing
from domain.store.head import read_only_reason, set_read_only, size_of, tree_of
from domain.store.instants import format_instant
from domain.store.keyfile import KeyFileIsUnusable

NAME = "publisher"
"""As which it stands in the table of followers that stopped."""
REOPEN = "put back the database that it saw, then run counterfoil checkpoint --reopen"


class TrailRefuses(Exception):
    """Nothing is vouched for. The message says why."""


class PublisherHasHalted(TrailRefuses):
    """What is stored contradicts itself; nothing is signed until it is repaired and the publisher resumed."""


class CheckpointIsNotFinal(TrailRefuses):
    """Cosignatures are missing that the policy asks for."""


class PositionIsNotRecorded(TrailRefuses):
    """No checkpoint can cover what is not there."""


class _Present(NamedTuple):
    """The log at one moment."""

    tree: Frontier
    signed: CheckpointRow | None
    unsigned: list[CheckpointRow]


class Publisher:
    """The publisher of one register. `keys` is asked anew for each signature, so that a rotation takes effect."""

    def __init__(
        self,
        engine: Engine,
        origin: str,
        keys: Callable[[], LogKeys],
        policy: Policy,
        clock: Callable[[], datetime] = utc_now,
        client: httpx.Client | None = None,
    ) -> None:
        self.engine = engine
        self.origin = origin
        self.keys = keys
        self.policy = policy
        self._clock = clock
        self._given_client = client
        self._cosigned_last: dict[VerifierKey, int] = {}

    def publish(self, *, progress: Progress = lambda _: None) -> CheckpointRow | None:
        """One round for the present head: signed, and shown to the witnesses. None where nothing is recorded.

        Raises PublisherHasHalted, and RegisterIsReadOnly where a witness has seen another history.
        """
        self._refuse_when_read_only()
        row = self._signed_head(progress)
        return row and self._cosigned(row)

    def covering(self, position: int, *, final: bool = False) -> CheckpointRow:
        """A signed checkpoint that has the event at this position in it, published at once where there is none yet.

        Raises as `publish`, PositionIsNotRecorded, and where a final one is asked for CheckpointIsNotFinal.
        """
        with reading(self.engine) as connection:
            row = checkpoints.covering(connection, position)
            if final:
                row = checkpoints.newest(connection, final=True)
            if position > size_of(connection):
                raise PositionIsNotRecorded(f"No event is recorded at position {position}.")
        if row and row.size >= position and (not final or self._is_final(row)):
            with self._halting():
                self._opened(row)
            return row
        if final:
            return self.final()
        self._refuse_when_read_only()
        row = self._signed_head()
        assert row is not None
        return row

    def final(self, *, progress: Progress = lambda _: None) -> CheckpointRow:
        """As `publish`, of a final checkpoint. Raises CheckpointIsNotFinal where cosignatures are missing."""
        row = self.publish(progress=progress)
        if row is None:
            raise CheckpointIsNotFinal("Nothing is recorded yet that a checkpoint could cover.")
        if not self._is_final(row):
            missing = ", ".join(self.missing(row)) or "none that is named"
            raise CheckpointIsNotFinal(
                f"The checkpoint of {row.size} events is not final: the policy needs more cosignatures. "
                f"Missing: {missing}."
            )
        return row

    def reopen(self) -> CheckpointRow | None:
        """Facts are recorded again if every witness accepts the present head. Raises RegisterIsReadOnly if not."""
        row = self._signed_head()
        outcomes = {} if row is None else self._outcomes(row, self._with_address, anew=True)
        against = [why for name, outcome in outcomes.items() if (why := self._why_not(name, outcome))]
        if against:
            raise RegisterIsReadOnly(f"The register stays read-only: {' '.join(against)}")
        if row is not None:
            row = self._with(row.size, _signatures(outcomes))
        with writing(self.engine) as connection:
            set_read_only(connection, None)
        return row

    def resume(self) -> None:
        """After a repair: the next round checks again, from the last signed checkpoint on."""
        with writing(self.engine) as connection:
            checkpoints.resume(connection, NAME)

    def is_settled(self, size: int) -> bool:
        """Whether a round would find nothing to do for a log of this size."""
        with reading(self.engine) as connection:
            row = checkpoints.newest(connection)
        seen = all(witness.key in self._cosigned_last for witness in self._with_address)
        return (row.size if row else 0) == size and (row is None or (seen and not self._to_ask(row)))

    def missing(self, row: CheckpointRow) -> list[str]:
        """The names of the witnesses that have not cosigned it."""
        have = self.cosigners(row)
        return [witness.name for witness in self.policy.witnesses.values() if witness.key not in have]

    def cosigners(self, row: CheckpointRow) -> list[VerifierKey]:
        """Those of the policy whose cosignatures in the checkpoint verify."""
        keys = [witness.key for witness in self.policy.witnesses.values()]
        note = parse_note((row.note or "").encode())
        if note.text != str(self._checkpoint(row)):
            return []
        found = []
        for line in note.signatures:
            with suppress(DoesNotVerify):
                found += signers(Note(note.text, (line,)), keys)
        return found

    # --- Signing ---

    def _signed_head(self, progress: Progress = lambda _: None) -> CheckpointRow | None:
        with self._halting():
            present = self._present()
            signed, size = present.signed, present.tree.size
            last = Checkpoint(self.origin, 0, Frontier().root) if signed is None else self._opened(signed)
            self._refuse_a_lost_end(present)
            if last.size == size:
                if last.root != present.tree.root:
                    raise LogIsInconsistent(size, f"The head of {size} events has not the root of their checkpoint.")
                return signed and self._with_our_signatures(signed)
            tree = tree_at(self.engine, last.size, last.root)
            for wanted, root in [*((row.size, row.root) for row in present.unsigned), (size, present.tree.root)]:
                grow(self.engine, tree, wanted, progress)
                if tree.root != root:
                    raise LogIsInconsistent(wanted, f"The first {wanted} events do not lead to the root stored.")
                prove_growth(self.engine, last.size, last.root, wanted, root)
                signed = self._with_our_signatures(self._stored(wanted, root))
                last = self._opened(signed)
            if tree.peaks != present.tree.peaks:
                raise LogIsInconsistent(size, f"The {size} events do not lead to the peaks of the head.")
            return signed

    def _present(self) -> _Present:
        with reading(self.engine) as connection:
            for halt in checkpoints.halts(connection):
                if halt.name == NAME:
                    raise PublisherHasHalted(_halted(halt.position, halt.reason))
            signed = checkpoints.newest(connection)
            unsigned = checkpoints.unsigned(connection, signed.size if signed else 0)
            try:
                tree = tree_of(connection)
            except DoesNotVerify as error:
                raise LogIsInconsistent(size_of(connection), f"The head cannot be read: {error}") from error
        return _Present(tree, signed, unsigned)

    @staticmethod
    def _refuse_a_lost_end(present: _Present) -> None:
        rows = [*present.unsigned, *([present.signed] if present.signed else [])]
        size = present.tree.size
        for row in rows:
            if row.size > size:
                said = f"There is a checkpoint of {row.size} events, and the head says {size}."
                raise LogIsInconsistent(size + 1, said)

    def _opened(self, row: CheckpointRow) -> Checkpoint:
        """What a stored checkpoint says, which must be what was signed."""
        keys = self.keys().verifiers
        try:
            note = parse_note((row.note or "").encode())
            known = {(key.name, key.key_id) for key in keys}
            if not any((line.name, line.key_id) in known for line in note.signatures):
                raise KeyFileIsUnusable(
                    f"The checkpoint of {row.size} events is signed by none of the log's keys: put log.key back."
                )
            opened, _ = open_checkpoint((row.note or "").encode(), keys)
        except DoesNotVerify as error:
            raise LogIsInconsistent(row.size, f"The checkpoint of {row.size} events: {error}") from error
        if opened != self._checkpoint(row):
            raise LogIsInconsistent(row.size, f"The checkpoint of {row.size} events was signed as another one.")
        return opened

    def _checkpoint(self, row: CheckpointRow) -> Checkpoint:
        return Checkpoint(self.origin, row.size, row.root)

    def _stored(self, size: int, root: bytes) -> CheckpointRow:
        """The row of this size as the database gives it back."""
        with suppress(IntegrityError), writing(self.engine) as connection:  # another process may have been faster
            if checkpoints.at(connection, size) is None:
                instant = format_instant(self._clock())
                checkpoints.put(connection, [CheckpointRow(size, root, instant)])
        with reading(self.engine) as connection:
            row = checkpoints.at(connection, size)
        if row is None or row.root != root:
            raise LogIsInconsistent(size, f"The checkpoint of {size} events was stored with another root.")
        return row

    def _with_our_signatures(self, row: CheckpointRow) -> CheckpointRow:
        """Signed by all keys that sign. The signatures verify, or nothing is stored."""
        keys = self.keys()
        text = str(self._checkpoint(row))
        have = {(line.name, line.key_id) for line in parse_note(row.note.encode()).signatures} if row.note else set()
        new = [key for key in keys.signing if (key.name, key.verifier.key_id) not in have]
        made = [key.sign(text) for key in new]
        for key, line in zip(new, made, strict=True):
            signers(Note(text, (line,)), [key.verifier])
        return self._with(row.size, made) if made else row

    def _with(self, size: int, signatures: Iterable[Signature]) -> CheckpointRow:
        """The row with these signatures too; of each key it keeps the first."""
        with writing(self.engine) as connection:
            row = checkpoints.locked(connection, size)
            assert row is not None, size
            text = str(self._checkpoint(row))
            lines = list(parse_note(row.note.encode()).signatures) if row.note else []
            have = {(line.name, line.key_id) for line in lines}
            added = [line for line in signatures if (line.name, line.key_id) not in have]
            note = str(Note(text, (*lines, *added)))
            final = self._is_final(CheckpointRow(row.size, row.root, row.recorded_at, note))
            if (note, final) != (row.note, row.final):
                checkpoints.sign(connection, size, note, final=final)
            row = checkpoints.at(connection, size)
        assert row is not None, size
        return row

    # --- Witnesses ---

    @property
    def _with_address(self) -> list[Witness]:
        return [witness for witness in self.policy.witnesses.values() if witness.url]

    def _to_ask(self, row: CheckpointRow) -> list[Witness]:
        """Those whose cosignature is missing, and those that this process has not heard of yet."""
        have = self.cosigners(row)
        return [w for w in self._with_address if w.key not in have or w.key not in self._cosigned_last]

    def _cosigned(self, row: CheckpointRow) -> CheckpointRow:
        outcomes = self._outcomes(row, self._to_ask(row))
        row = self._with(row.size, _signatures(outcomes))
        for name, outcome in outcomes.items():
            if reason := self._fork(name, outcome, row.size):
                self._make_read_only(reason)
                raise RegisterIsReadOnly(f"The register is read-only: {reason}")
        return row

    def _outcomes(
        self, row: CheckpointRow, witnesses: Sequence[Witness], *, anew: bool = False
    ) -> Mapping[str, Outcome]:
        """What each witness makes of the checkpoint, all asked at once."""
        if not witnesses:
            return {}
        note = (row.note or "").encode()
        checkpoint, client = self._checkpoint(row), self._client

        def prove(old: int) -> Sequence[bytes]:
            return self._proof(old, checkpoint)

        def asked(witness: Witness) -> Outcome:
            old = 0 if anew else min(self._cosigned_last.get(witness.key, 0), row.size)
            return ask(client, witness, checkpoint, note, old, prove)

        with self._halting(), ThreadPoolExecutor(len(witnesses)) as threads:
            outcomes = dict(zip((w.name for w in witnesses), threads.map(asked, witnesses), strict=True))
        for witness in witnesses:
            match outcomes[witness.name]:
                case Cosigned():
                    self._cosigned_last[witness.key] = row.size
                case Ahead(size):
                    self._cosigned_last[witness.key] = size
                case _:
                    self._cosigned_last.pop(witness.key, None)
        return outcomes

    def _proof(self, old: int, checkpoint: Checkpoint) -> Sequence[bytes]:
        if old in {0, checkpoint.size}:
            return []
        root = tree_at(self.engine, old).root
        return prove_growth(self.engine, old, root, checkpoint.size, checkpoint.root)

    @cached_property
    def _client(self) -> httpx.Client:
        return self._given_client or httpx.Client()

    def close(self) -> None:
        """The connections to the witnesses are closed."""
        if "_client" in self.__dict__:
            self._client.close()

    def _fork(self, name: str, outcome: Outcome, size: int) -> str | None:
        """Why the register must stop, None where it need not."""
        match outcome:
            case Ahead(seen):
                with reading(self.engine) as connection:
                    present = size_of(connection)
                if seen > present:
                    found = f"has cosigned {seen} events, and here are {present}: the log was rewound"
                    return f"the witness {name} {found}; {REOPEN}."
            case Differs(seen):
                found = (
                    f"has cosigned {seen} events that are not the first {seen} of the {size} here: the log was forked"
                )
                return f"the witness {name} {found}; {REOPEN}."
        return None

    def _why_not(self, name: str, outcome: Outcome) -> str | None:
        match outcome:
            case Cosigned():
                return None
            case Unanswered(reason):
                return reason
            case Ahead(size):
                return f"The witness {name} has cosigned {size} events."
            case Differs(size):
                return f"The witness {name} has cosigned other events among the first {size}."

    def _is_final(self, row: CheckpointRow) -> bool:
        return row.note is not None and self.policy.is_final(self.cosigners(row))

    # --- Standing still ---

    def _refuse_when_read_only(self) -> None:
        with reading(self.engine) as connection:
            reason = read_only_reason(connection)
        if reason is not None:
            raise RegisterIsReadOnly(f"The register is read-only: {reason}")

    def _make_read_only(self, reason: str) -> None:
        with writing(self.engine) as connection:
            if read_only_reason(connection) is None:
                set_read_only(connection, reason)

    @contextmanager
    def _halting(self) -> Iterator[None]:
        """What contradicts itself halts the publisher."""
        try:
            yield
        except LogIsInconsistent as error:
            row = HaltedRow(NAME, error.position, error.reason, format_instant(self._clock()))
            with suppress(IntegrityError), writing(self.engine) as connection:
                checkpoints.halt(connection, row)
            raise PublisherHasHalted(_halted(error.position, error.reason)) from error


def _halted(position: int, reason: str) -> str:
    return (
        f"No checkpoint is signed any more, from position {position} on: {reason} "
        "After a repair: counterfoil checkpoint --resume."
    )


def _signatures(outcomes: Mapping[str, Outcome]) -> Collection[Signature]:
    return [line for outcome in outcomes.values() if isinstance(outcome, Cosigned) for line in outcome.signatures]
