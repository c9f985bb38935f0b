"""The checkpoints against the tree, the log's keys and the policy; and how far followers say they have come."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, or_, select

from api.trail.keys import LogKeys
from api.trail.verifying.findings import Findings, rows
from domain.log.policy import Policy
from domain.log.tree import nodes_over
from domain.log.verify import Checkpoint, DoesNotVerify, Frontier, open_checkpoint, signers
from domain.store import nodes
from domain.store.checkpoints import CheckpointRow
from domain.store.prepared import Prepared
from domain.store.schema import checkpoint, tracking

AT_ONCE = 200
_next = Prepared(
    select(checkpoint)
    .where(checkpoint.c.size > bindparam("after"))
    .order_by(checkpoint.c.size)
    .limit(bindparam("most"))
)
_ahead = Prepared(
    select(tracking.c.application_name, tracking.c.notification_id)
    .where(or_(tracking.c.notification_id < 0, tracking.c.notification_id > bindparam("size")))
    .order_by(tracking.c.application_name)
    .limit(100)
)


class Vouched:
    """What a log is signed with, and by whom besides."""

    def __init__(self, origin: str, keys: LogKeys | None, policy: Policy) -> None:
        self.origin = origin
        self.keys = keys.verifiers if keys else ()
        self.policy = policy
        self.witnesses = [witness.key for witness in policy.witnesses.values()]


def check_checkpoints(connection: Connection, size: int, vouched: Vouched, findings: Findings) -> None:
    """Every checkpoint, in the order of their sizes."""
    under_the_policy = False
    after = -1
    while some := [CheckpointRow(*row) for row in rows(connection, _next, after=after, most=AT_ONCE)]:
        known = roots(connection, [row.size for row in some if 1 <= row.size <= size])
        for row in some:
            if not 1 <= row.size <= size:
                said = f"A checkpoint vouches for {row.size} events, and the log has {size}."
                findings.add("checkpoint", size + 1, said)
                continue
            if row.root != known[row.size]:
                said = f"The first {row.size} events do not have the root of their checkpoint."
                findings.add("checkpoint", row.size, said)
            under_the_policy = _check_note(row, vouched, findings, under_the_policy)
        after = some[-1].size


def roots(connection: Connection, sizes: Sequence[int]) -> dict[int, bytes | None]:
    """The root of the stored tree at each of these sizes, None where a node of it is missing."""
    peaks = {size: list(nodes_over((0, size))) for size in sizes}
    wanted = {node for some in peaks.values() for node in some}
    found = nodes.named(connection, wanted)
    return {
        size: Frontier(size, [found[node] for node in some]).root if all(node in found for node in some) else None
        for size, some in peaks.items()
    }


def _check_note(row: CheckpointRow, vouched: Vouched, findings: Findings, under_the_policy: bool) -> bool:
    """Whether the policy of today makes this checkpoint final, or one before it."""
    if row.note is None:
        if row.final:
            findings.add("checkpoint", row.size, f"The checkpoint of {row.size} events is final, and not signed.")
        return under_the_policy
    try:
        signed, note = open_checkpoint(row.note.encode(), vouched.keys)
        if signed != Checkpoint(vouched.origin, row.size, row.root):
            raise DoesNotVerify("it was signed with another root, size or origin.")
        is_final = vouched.policy.is_final(signers(note, vouched.witnesses))
    except (DoesNotVerify, UnicodeError) as error:
        findings.add("checkpoint", row.size, f"The checkpoint of {row.size} events does not verify: {error}")
        return under_the_policy
    if is_final != row.final and (is_final or under_the_policy):
        said = "is" if is_final else "is not"
        findings.add("checkpoint", row.size, f"The checkpoint of {row.size} events {said} final by the policy.")
    return under_the_policy or is_final


def check_kept(connection: Connection, size: int, kept: bytes, vouched: Vouched, findings: Findings) -> None:
    """The log still has in it all that an earlier checkpoint, kept elsewhere, covers. Raises DoesNotVerify for none."""
    old, _ = open_checkpoint(kept, vouched.keys)
    if old.origin != vouched.origin:
        raise DoesNotVerify(f"The kept checkpoint is of {old.origin}, the log of {vouched.origin}.")
    if old.size > size:
        findings.add("checkpoint", size + 1, f"The log was rewound: it had {old.size} events and has {size}.")
    elif roots(connection, [old.size])[old.size] != old.root:
        said = f"The first {old.size} events are not those of the kept checkpoint."
        findings.add("checkpoint", old.size, said)


def check_followers(connection: Connection, size: int, findings: Findings) -> None:
    """No follower has come further than the log."""
    for name, reached in rows(connection, _ahead, size=size):
        findings.add(
            "follower", size or None, f"The follower {name} says that it has come to {reached} of {size} events."
        )
