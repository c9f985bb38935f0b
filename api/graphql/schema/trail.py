"""The log's checkpoints and proofs. Source: docs/audit.md, c2sp.org/tlog-checkpoint, c2sp.org/tlog-proof."""

from base64 import b64encode
from datetime import datetime
from enum import Enum

import strawberry

from api.graphql.errors import LOG_IS_NOT_SIGNED, UserError
from api.graphql.schema.context import Info
from api.graphql.schema.fields import described
from api.graphql.schema.scalars import BigInt
from domain.log.proofs import proof_text
from domain.log.tree import consistency_ranges
from domain.log.verify import leaf_hash, parse_checkpoint, parse_note
from domain.store import nodes
from domain.store.checkpoints import CheckpointRow
from domain.store.instants import parse_instant


@strawberry.enum(description="Whether the partners' witnesses have cosigned a checkpoint.")
class CheckpointState(Enum):
    PROVISIONAL = "provisional"
    FINAL = "final"


@strawberry.type(description="That the log of one size is the beginning of the log of another (RFC 6962, 2.1.2).")
class ConsistencyProof:
    old_size: BigInt
    size: BigInt
    hashes: list[str] = strawberry.field(description="In base64.")


@strawberry.type(description="The head of the log at one size, signed.")
class Checkpoint:
    origin: str
    size: BigInt
    root_hash: str = strawberry.field(description="In base64.")
    state: CheckpointState
    recorded_at: datetime
    note: str = strawberry.field(
        description="As signed, with the cosignatures that came in (c2sp.org/tlog-checkpoint)."
    )

    @described("The proof that the log grew to this size from an earlier one, unchanged.")
    async def consistency(self, info: Info, old_size: BigInt) -> ConsistencyProof:
        old = int(old_size)
        if not 0 <= old <= self.size:
            raise UserError(f"oldSize is {old}; it must be between 0 and {self.size}.")
        hashes = await info.context.read(nodes.spanning, consistency_ranges(old, self.size))
        return ConsistencyProof(old_size=old_size, size=self.size, hashes=[_base64(hashed) for hashed in hashes])


@strawberry.type(description="That an event is in the log at its place (RFC 6962, 2.1.1).")
class InclusionProof:
    index: BigInt = strawberry.field(description="Its place in the tree, from 0.")
    envelope: str = strawberry.field(description="The stored text, whose UTF-8 bytes are the tree's leaf.")
    leaf_hash: str = strawberry.field(description="In base64.")
    hashes: list[str] = strawberry.field(description="From the leaf's sibling up, in base64.")
    checkpoint: Checkpoint = strawberry.field(description="The signed head to whose root the hashes lead.")
    tlog_proof: str = strawberry.field(
        description="All of it as a file with the ending .tlog-proof (c2sp.org/tlog-proof)."
    )


async def checkpoint(info: Info, size: int | None, *, final: bool) -> Checkpoint:
    """The newest one, or that of a size. Raises UserError where there is none."""
    info.context.keeps_answer = False
    row = await info.context.load.checkpoints.load((size, final))
    if row is None and size is None and not final and (newest := await info.context.size()):
        row = await info.context.covering(newest)
    if row is None:
        wanted = "final checkpoint" if final else "checkpoint"
        raise UserError(f"There is no {wanted}{'' if size is None else f' of size {size}'} yet.", LOG_IS_NOT_SIGNED)
    return _checkpoint(row)


async def proof(info: Info, position: int) -> InclusionProof:
    """Of the event at this position, in the newest checkpoint. Raises UserError where the log cannot be signed."""
    info.context.keeps_answer = False
    found = await info.context.load.proofs.load(position)
    head = _checkpoint(found.checkpoint)
    return InclusionProof(
        index=position - 1,
        envelope=found.text,
        leaf_hash=_base64(leaf_hash(found.text.encode())),
        hashes=[_base64(hashed) for hashed in found.hashes],
        checkpoint=head,
        tlog_proof=proof_text(position - 1, found.hashes, head.note),
    )


def _checkpoint(row: CheckpointRow) -> Checkpoint:
    assert row.note is not None, row.size
    return Checkpoint(
        origin=parse_checkpoint(parse_note(row.note.encode()).text).origin,
        size=row.size,
        root_hash=_base64(row.root),
        state=CheckpointState.FINAL if row.final else CheckpointState.PROVISIONAL,
        recorded_at=parse_instant(row.recorded_at),
        note=row.note,
    )


def _base64(hashed: bytes) -> str:
    return b64encode(hashed).decode()
