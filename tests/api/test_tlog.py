"""The log as foreign tools fetch it: c2sp.org/tlog-tiles over HTTP, proofs over GraphQL."""

from base64 import b64decode
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from api.trail.layout import path_of
from domain.log.tiles import bundles, tiles
from domain.log.verify import (
    DoesNotVerify,
    check_consistency,
    check_directory,
    check_entry,
    check_inclusion,
    leaf_hash,
    open_checkpoint,
    parse_note,
)
from local_ids import A, B, uid
from serving import Served

PROOF = """
  proof {
    index envelope leafHash hashes tlogProof
    checkpoint { origin size rootHash state note recordedAt }
  }"""
CAST = 6
"""The events of `Served.cast`."""


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    found = Served(database_url, tmp_path / "data")
    found.cast()
    yield found
    found.close()


def promises(served: Served, numbers: range) -> None:
    """Commitments, all in one command."""
    made = {"byParty": A, "toParties": [B], "title": "Deliver", "dueOn": "2026-12-01", "on": "2025-01-10"}
    served.facts(
        f"promises-{numbers.start}",
        *({"commitmentMade": {**made, "commitmentId": uid(0x10000 + n)}} for n in numbers),
    )


def got(served: Served, path: str, **headers: str) -> Any:
    return served.send("GET", f"/tlog/{path}", headers={"Authorization": f"Bearer {served.services.token}", **headers})


def keys(served: Served) -> Any:
    return served.services.log_keys().verifiers


def test_a_log_fetched_tile_by_tile_verifies(served: Served, tmp_path: Path) -> None:
    promises(served, range(100))
    promises(served, range(100, 200))
    promises(served, range(200, 300))
    served.services.publisher.publish()
    log = tmp_path / "fetched"
    size = CAST + 300
    for path in ["checkpoint", *(path_of(tile) for tile in chain(tiles(size), bundles(size)))]:
        answer = got(served, path)
        assert answer.status_code == 200, path
        (log / path).parent.mkdir(parents=True, exist_ok=True)
        (log / path).write_bytes(answer.content)
    verified = check_directory(log, keys(served))
    assert (verified.checkpoint.size, verified.entries) == (size, size)


def test_tiles_are_bytes_that_never_change_and_the_checkpoint_is_text_that_does(served: Served) -> None:
    served.services.publisher.publish()
    checkpoint, tile = got(served, "checkpoint"), got(served, f"tile/0/000.p/{CAST}")
    assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
    assert checkpoint.headers["cache-control"] == "private, no-cache"
    assert tile.headers["content-type"] == "application/octet-stream"
    assert tile.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert len(tile.content) == 32 * CAST


def test_bundles_travel_compressed_to_those_who_ask(served: Served) -> None:
    served.services.publisher.publish()
    path = f"tile/entries/000.p/{CAST}"
    plain, packed = (
        got(served, path, **{"Accept-Encoding": "identity"}),
        got(served, path, **{"Accept-Encoding": "gzip"}),
    )
    assert ("content-encoding" in plain.headers, packed.headers["content-encoding"]) == (False, "gzip")
    assert plain.content == packed.content


@pytest.mark.parametrize(
    "path",
    [
        f"tile/0/000.p/{CAST + 1}",  # more than the checkpoint covers
        "tile/0/000",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
        "tile/0/000.p/0",
        "tile/0/000.p/06",
        "tile/0/000.p/256",
        "tile/0/0",
        "tile/0/x000/000.p/6",
        "tile/00/000.p/6",
        "tile/64/000.p/6",
        "tile/-1/000.p/6",
        "tile/entries/000",
        "tile/data/000.p/6",
        "tile/",
        "other",
    ],
)
def test_what_the_checkpoint_does_not_cover_is_not_there(served: Served, path: str) -> None:
    served.services.publisher.publish()
    assert got(served, f"tile/0/000.p/{CAST}").status_code == 200
    assert got(served, path).status_code == 404


def test_events_are_served_once_a_checkpoint_covers_them(served: Served) -> None:
    assert got(served, "checkpoint").status_code == 404
    assert got(served, "tile/0/000.p/1").status_code == 404
    served.services.publisher.publish()
    served.promise(1, "2025-03-01")
    assert got(served, f"tile/0/000.p/{CAST + 1}").status_code == 404
    served.services.publisher.publish()
    assert got(served, f"tile/0/000.p/{CAST + 1}").status_code == 200


def test_the_log_is_for_principals(served: Served) -> None:
    served.services.publisher.publish()
    assert served.send("GET", "/tlog/checkpoint").status_code == 401
    assert served.send("GET", f"/tlog/tile/0/000.p/{CAST}").status_code == 401


def test_every_event_has_a_proof_that_stands_alone(served: Served) -> None:
    served.promise(1, "2025-03-01")
    edges = served.ask(f"{{ events(first: 50) {{ edges {{ node {{ position {PROOF} }} }} }} }}")["events"]["edges"]
    assert [edge["node"]["position"] for edge in edges] == [str(n) for n in range(1, CAST + 2)]
    for edge in edges:
        found = edge["node"]["proof"]
        entry, index = found["envelope"].encode(), int(edge["node"]["position"]) - 1
        at, checkpoint, _ = check_entry(entry, found["tlogProof"].encode(), keys(served))
        assert (at, str(at), checkpoint.size) == (index, found["index"], CAST + 1)
        assert b64decode(found["leafHash"]) == leaf_hash(entry)
        hashes = [b64decode(hashed) for hashed in found["hashes"]]
        check_inclusion(index, checkpoint.size, leaf_hash(entry), hashes, b64decode(found["checkpoint"]["rootHash"]))
        with pytest.raises(DoesNotVerify):
            check_entry(entry + b" ", found["tlogProof"].encode(), keys(served))


def test_proofs_of_many_events_take_no_more_statements_than_of_few(served: Served) -> None:
    promises(served, range(40))
    served.services.publisher.publish()
    counts = []
    for first in (2, 40):
        served.ask(f"{{ events(first: {first}) {{ edges {{ node {{ {PROOF} }} }} }} }}")
        counts.append(len(served.statements))
    assert counts[0] == counts[1]


def test_a_checkpoint_is_signed_for_the_head_as_it_is(served: Served) -> None:
    found = served.ask("{ checkpoint { origin size rootHash state note } }")["checkpoint"]
    checkpoint, _ = open_checkpoint(found["note"].encode(), keys(served))
    assert (found["origin"], found["size"]) == (checkpoint.origin, str(CAST)) == ("counterfoil.local/register", "6")
    assert b64decode(found["rootHash"]) == checkpoint.root
    assert found["state"] == "FINAL"  # no policy asks for witnesses


def test_an_answer_with_a_checkpoint_is_not_kept(served: Served) -> None:
    """Cosignatures come in while the log stands still."""
    query = "{ checkpoint { note } }"
    first = served.ask(query)["checkpoint"]["note"]
    key = served.services.log_keys().verifiers[0]
    with served.services.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE checkpoint SET note = note || '— somebody.else ' || 'AAAAAAAAAAA=' || '\n'",
        )
    second = served.ask(query)["checkpoint"]["note"]
    assert [line.name for line in parse_note(second.encode()).signatures] == [key.name, "somebody.else"]
    assert second != first


def test_two_checkpoints_are_joined_by_a_consistency_proof(served: Served) -> None:
    old = served.ask("{ checkpoint { size rootHash } }")["checkpoint"]
    promises(served, range(5))
    served.services.publisher.publish()
    asked = "{ checkpoint { size rootHash consistency(oldSize: %d) { oldSize size hashes } } }"
    new = served.ask(asked % CAST)["checkpoint"]
    proof = new["consistency"]
    assert (proof["oldSize"], proof["size"], new["size"]) == (str(CAST), str(CAST + 5), str(CAST + 5))
    hashes = [b64decode(hashed) for hashed in proof["hashes"]]
    check_consistency(CAST, CAST + 5, b64decode(old["rootHash"]), b64decode(new["rootHash"]), hashes)
    assert served.ask(asked % 0)["checkpoint"]["consistency"]["hashes"] == []
    assert served.ask(asked % (CAST + 5))["checkpoint"]["consistency"]["hashes"] == []
    for wrong in (-1, CAST + 6):
        said = f"oldSize is {wrong}; it must be between 0 and {CAST + 5}."
        assert served.error(asked % wrong) == ("BAD_USER_INPUT", said)


def test_a_checkpoint_is_found_by_its_size(served: Served) -> None:
    served.services.publisher.publish()
    found = served.ask(f"{{ checkpoint(size: {CAST}, final: true) {{ size }} }}")["checkpoint"]
    assert found == {"size": str(CAST)}
    assert served.error("{ checkpoint(size: 5) { size } }") == (
        "LOG_IS_NOT_SIGNED",
        "There is no checkpoint of size 5 yet.",
    )


def test_an_empty_register_has_no_checkpoint(database_url: str, tmp_path: Path) -> None:
    empty = Served(database_url, tmp_path)
    assert empty.error("{ checkpoint { size } }") == ("LOG_IS_NOT_SIGNED", "There is no checkpoint yet.")
    empty.close()


def test_final_is_never_granted_for_a_provisional_one(served: Served) -> None:
    served.services.publisher.publish()
    with served.services.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE checkpoint SET final = false")
    assert served.ask("{ checkpoint { state } }")["checkpoint"] == {"state": "PROVISIONAL"}
    assert served.error("{ checkpoint(final: true) { size } }") == (
        "LOG_IS_NOT_SIGNED",
        "There is no final checkpoint yet.",
    )
