"""A DuckDB of our own for one piece of work, in a folder that is gone afterwards, and bounded in memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from projections.bulk.failures import BulkFailed, NoRoom

MEMORY = "2GB"
"""What DuckDB may take before it moves to the disk; Python and the text in transit come on top."""
INTERRUPTED = "Query interrupted"
"""What DuckDB makes of a KeyboardInterrupt within a query."""


@contextmanager
def scratch(memory: str = MEMORY, threads: int | None = None) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """An empty database and its folder, in the system's folder for temporary files."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-", ignore_cleanup_errors=True) as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": f"{folder}/spilt",
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
        }
        if threads is not None:
            config["threads"] = threads
        try:
            with duckdb.connect(":memory:", config=config) as connection:
                connection.execute("SET enable_progress_bar = false")
                yield connection, Path(folder)
        except RuntimeError as error:
            if str(error) == INTERRUPTED:
                raise KeyboardInterrupt from error
            raise
        except duckdb.Error as error:
            failure = NoRoom if isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException) else BulkFailed
            raise failure(f"DuckDB stopped: {str(error).strip().splitlines()[0].rstrip('.')}.") from error
