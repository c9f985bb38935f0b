"""Writers that are killed: `python killed.py URL MOMENT …` records facts in forked processes, one after the other.

Each is killed so many seconds after its first answer. What was acknowledged, the last position of each command, goes
to standard output, a line each. Nothing is opened before a writer is forked.
"""

import os
import signal
import sys
import time

from domain.facts import FACTS
from domain.facts.fact import Draft
from domain.parsing import parse_fact
from domain.register import Command, Register
from domain.store.append import Store
from domain.store.engine import connect
from domain.store.vault import Vault
from projections.journal import Journal

NUMBER_BYTES = 8


def command(name: str) -> Command:
    """Two facts with a sealed text each."""
    fact = parse_fact("organisation.registered", {"legal_name": name, "country": "DE"})
    return Command(command_id=name, drafts=(Draft(fact=fact, note=name),) * 2, actor="writer")


def write(url: str, name: str, told: int) -> None:
    """Records until it is killed."""
    register = Register(Store(connect(url), FACTS, [Journal().project]), Vault(b"k" * 32), {})
    number = 0
    while True:
        answer = register.record(command(f"{name}/{number}"))
        os.write(told, answer.position.to_bytes(NUMBER_BYTES, "big"))
        number += 1


def killed(url: str, name: str, seconds: float) -> list[int]:
    """What a writer acknowledged that was killed so long after its first answer."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write(url, name, writes)
        finally:
            os._exit(1)
    os.close(writes)
    told = os.read(reads, NUMBER_BYTES)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), status
    with os.fdopen(reads, "rb") as pipe:
        told += pipe.read()
    return [int.from_bytes(told[n : n + NUMBER_BYTES], "big") for n in range(0, len(told), NUMBER_BYTES)]


if __name__ == "__main__":
    address, *moments = sys.argv[1:]
    for turn, moment in enumerate(moments):
        for position in killed(address, f"{os.getpid()}, {turn}", float(moment)):
            print(position)  # noqa: T201 - the answer
