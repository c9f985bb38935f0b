"""The Merkle log: what an append pays for it, a proof from a large log, and the check of all of it."""

import multiprocessing
import os
import random
import resource
import statistics
from collections.abc import Callable, Sequence
from unittest.mock import patch

from sqlalchemy import Connection

from api.trail.verifying.checkpoints import Vouched
from api.trail.verifying.whole import verify
from api.wiring import Services
from benchmarks import filling, setting
from domain.facts.fact import Draft
from domain.log.policy import NO_WITNESSES
from domain.log.tree import inclusion_ranges
from domain.log.verify import Frontier, check_inclusion, leaf_hash
from domain.register import Command
from domain.store import nodes
from domain.store.engine import reading

EVENTS = int(os.environ.get("BENCH_EVENTS", "4000"))
LARGE = int(os.environ.get("BENCH_LARGE", "1000000"))
TURNS = 10
"""With and without the log take turns, so that both meet the same machine."""


def grow_nothing(_: Connection, tree: Frontier, leaves: Sequence[bytes]) -> None:
    """As if there were no tree: the head counts on, with peaks of the right number."""
    tree.size += len(leaves)
    tree.peaks = [bytes(32)] * tree.size.bit_count()


def no_hash(_: bytes) -> bytes:
    return b""


def record(opened: Services, facts: Sequence[Draft], at_once: int, name: str) -> None:
    for n in range(0, len(facts), at_once):
        some = tuple(facts[n : n + at_once])
        opened.register.record(Command(command_id=f"{name}-{n}", drafts=some, actor="bench"))


def append(engine: str, at_once: int) -> None:
    """Two registers are filled side by side with the same facts, one of them without a tree."""
    facts = setting.drafts(EVENTS, 50)
    piece = EVENTS // TURNS
    took: dict[bool, list[float]] = {True: [], False: []}
    with setting.services(engine) as one, setting.services(engine) as other:
        for turn in range(TURNS):
            some = facts[turn * piece : (turn + 1) * piece]

            def plain(some: Sequence[Draft] = some, turn: int = turn) -> None:
                with (
                    patch("domain.store.nodes.grow", grow_nothing),
                    patch("domain.store.recorder.leaf_hash", no_hash),
                ):
                    record(other, some, at_once, f"{turn}")

            def logged(some: Sequence[Draft] = some, turn: int = turn) -> None:
                record(one, some, at_once, f"{turn}")

            works: list[tuple[bool, Callable[[], None]]] = [(True, logged), (False, plain)]
            for with_log, work in works if turn % 2 else reversed(works):
                took[with_log].append(setting.seconds(work))
    rates = [piece / statistics.median(took[with_log]) for with_log in (True, False)]
    cost = statistics.median(took[True]) / statistics.median(took[False]) - 1
    setting.say(engine, at_once, *(f"{rate:,.0f}" for rate in rates), f"{cost:.0%}")


def prove(opened: Services) -> None:
    chance = random.Random(1)
    with reading(opened.engine) as connection:
        root = nodes.tree_at(connection, LARGE).root

        def one() -> tuple[int, list[bytes]]:
            index = chance.randrange(LARGE)
            return index, nodes.spanning(connection, inclusion_ranges(index, LARGE))

        times = setting.milliseconds(one, 2000, 100)
        index, proof = one()
        [(_, text)] = opened.store.envelopes(index, 1)
        check_inclusion(index, LARGE, leaf_hash(text.encode()), proof, root)
    setting.say(opened.engine.dialect.name, "one inclusion proof", setting.p50_p95(times))


def check_all(opened: Services) -> None:
    """In a process of its own, whose memory can be seen."""
    found = verify(opened.engine, opened.vault, Vouched("bench", opened.log_keys(), NO_WITNESSES))
    assert found.ok, found.findings[:3]


def checked(url: str, data: str) -> None:
    from pathlib import Path  # noqa: PLC0415

    from api.settings import Settings  # noqa: PLC0415
    from api.wiring import open_services  # noqa: PLC0415

    opened = open_services(Settings(database_url=url, data=Path(data)))
    seconds = setting.seconds(lambda: check_all(opened))
    ours, theirs = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    opened.close()
    memory = f"{ours} MiB, and {theirs} MiB in the second process"
    setting.say(opened.engine.dialect.name, "verify", f"{seconds:.0f} s, {LARGE / seconds:,.0f} events/s; {memory}")


def main() -> None:
    setting.title(f"Recording {EVENTS} facts with the log and without")
    setting.header("database", "facts a command", "with, facts/s", "without, facts/s", "cost of the log")
    for engine in setting.engines():
        for at_once in (1, 100):
            append(engine, at_once)
    setting.title(f"A log of {LARGE:,} events")
    setting.header("database", "what", "figure")
    for engine in setting.engines():
        with setting.services(engine) as opened:
            filling.fill(opened, LARGE)
            prove(opened)
            url = opened.engine.url.render_as_string(hide_password=False)
            process = multiprocessing.get_context("spawn").Process(
                target=checked, args=(url, str(opened.settings.data))
            )
            process.start()
            process.join()


if __name__ == "__main__":
    main()
