"""Sealed texts as their commitments bind them, for an auditor who was given them. Source: docs/audit.md 6."""

import json
import re
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from domain.store import reads
from domain.store.vault import Vault
from domain.values import Sealed

AT_ONCE = 1000
_SEALED = re.compile(r'\{"\$sealed":"([^"\\]+)","sha256":"([0-9a-f]{64})"\}')


def committed_texts(connection: Connection, vault: Vault, positions: Sequence[int] | None, size: int) -> Iterator[str]:
    """A line of JSON for each sealed text of the entries that has not been erased, of these positions where given.

    `committed` is the text whose SHA-256 stands in the entry.
    """
    wanted = None if positions is None else set(positions)
    for after in range(0, size, AT_ONCE):
        texts = reads.texts(connection, after, min(AT_ONCE, size - after))
        found = [
            (position, Sealed(subject=subject, sha256=commitment))
            for position, text in texts
            if wanted is None or position in wanted
            for subject, commitment in _SEALED.findall(text)
        ]
        opened = vault.committed(connection, (sealed for _, sealed in found))
        for position, sealed in found:
            if (committed := opened.get(sealed)) is not None:
                line = {"position": position, "sha256": sealed.sha256, "committed": committed.decode()}
                yield json.dumps(line, ensure_ascii=False) + "\n"
