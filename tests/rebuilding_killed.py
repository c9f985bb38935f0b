"""Rebuilds that are killed: `python rebuilding_killed.py URL BATCH MOMENT …`, one after the other, in forked processes.

Each is killed at a moment, a share of the time that a whole one takes; that time is measured first. For each, one line:
whether it was killed or had already ended. Nothing is opened before a rebuild is forked.
"""

import os
import signal
import sys
import time

from domain.store.engine import connect
from projections.rebuild import rebuild


def forked(url: str, batch: int, seconds: float | None) -> bool:
    """Whether a rebuild came to its end, killed after so many seconds."""
    child = os.fork()
    if child == 0:
        try:
            rebuild(connect(url), batch=batch)
            os._exit(0)
        finally:
            os._exit(1)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return not os.WIFSIGNALED(status)


if __name__ == "__main__":
    address, size, *moments = sys.argv[1:]
    started = time.monotonic()
    assert forked(address, int(size), None)
    whole = time.monotonic() - started
    for moment in moments:
        ended = forked(address, int(size), float(moment) * whole)
        print("ended" if ended else "killed", flush=True)  # noqa: T201 - the answer
        sys.stdin.readline()
