"""The log in position order, as files of many envelopes each, a line an envelope; the next while one is worked on.

An envelope is RFC 8785 JSON and holds no line end, so the database joins a block of them to one text: the fewer objects
Python makes, the faster it goes.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, bindparam, func, literal_column, select

from domain.store.schema import event

BLOCK = 4_000
"""Events that are read at a time: a few megabytes."""
_LINE_END: Any = literal_column("'\n'")
_block = select(func.aggregate_strings(event.c.envelope, _LINE_END)).where(
    event.c.position > bindparam("after"), event.c.position <= bindparam("to")
)


def blocks(engine: Engine, after: int, to: int) -> Iterator[str]:
    """The envelopes after one position up to another, each block in a transaction of its own: the log never changes."""
    for start in range(after, to, BLOCK):
        with engine.connect() as connection:
            yield connection.execute(_block, {"after": start, "to": min(start + BLOCK, to)}).scalar_one() or ""


def files(
    engine: Engine, size: int, each: int, folder: Path, progress: Callable[[int], None]
) -> Iterator[tuple[Path, int]]:
    """The first `size` events in files of so many, each with its last position; the file is gone after its turn."""

    def write(start: int) -> tuple[Path, int]:
        end = min(start + each, size)
        path = folder / f"{end}.ndjson"
        with path.open("wb") as file:
            for n, block in enumerate(blocks(engine, start, end), start=1):
                file.write(block.encode())
                file.write(b"\n")
                progress(min(start + n * BLOCK, end))
        return path, end

    with ThreadPoolExecutor(max_workers=1) as reader:
        starts = range(0, size, each)
        coming = reader.submit(write, 0) if starts else None
        for following in [*starts[1:], None]:
            if coming is None:
                return
            path, end = coming.result()
            coming = None if following is None else reader.submit(write, following)
            yield path, end
            path.unlink()
