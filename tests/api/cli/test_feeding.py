"""`counterfoil export`. Source: docs/contract.md 3."""

import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from command_line import ASTER, BIRCH, STORY_SIZE, WINGS, Cli, story
from interchange_files import write
from projections.bi.catalogue import TABLES


@pytest.fixture
def full(cli: Cli, tmp_path: Path) -> Cli:
    """Over a register that holds the story."""
    assert cli("record", write(tmp_path / "story.ndjson", story())).status == 0
    return cli


def lines(folder: Path, table: str) -> list[str]:
    return (folder / f"{table}.csv").read_text().splitlines()


def test_an_export_holds_a_file_for_each_table(full: Cli, tmp_path: Path) -> None:
    said = full("export", "out")
    assert said.status == 0
    assert said.out.endswith(f" in out, described in datapackage.json; up to position {STORY_SIZE}.\n")
    described = json.loads((tmp_path / "out" / "datapackage.json").read_text())
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "datapackage.json", *(resource["path"] for resource in described["resources"])
    }  # fmt: skip
    for table in TABLES:
        assert pq.read_schema(tmp_path / "out" / f"{table.name}.parquet").names == [f.name for f in table.columns]
    events = pq.read_table(tmp_path / "out" / "event_fact.parquet")
    assert events.num_rows == STORY_SIZE
    assert events["occurred_on"][0].as_py() < date.today()  # noqa: DTZ011


def test_increments_applied_are_a_full_export_byte_for_byte(full: Cli, tmp_path: Path) -> None:
    full("export", "first", "--format", "csv")
    its = {"relationship_id": WINGS, "on_behalf_of": ASTER}
    made = {"by_party": ASTER, "to_parties": [BIRCH], "title": "More"}
    more = [
        {"type": "commitment.made", "on": "2024-03-01", **its, "data": {**made, "due_on": f"2024-05-{n:02}"}}
        for n in range(1, 11)
    ]
    assert full("record", write(tmp_path / "more.ndjson", more)).status == 0
    said = json.loads(full("export", "changes", "--format", "csv", "--after", STORY_SIZE, "--json").out)
    assert (said["position"], said["after"]) == (STORY_SIZE + 10, STORY_SIZE)
    assert (said["rows"]["event_fact"], said["rows"]["item_commitment"], said["rows"]["dim_indicator"]) == (10, 10, 0)
    full("export", "whole", "--format", "csv")
    for table in TABLES:
        head, *held = lines(tmp_path / "first", table.name)
        names = head.split(",")
        keys = [names.index(name) for name in table.key]
        by_key = {tuple(row.split(",")[n] for n in keys): row for row in held}
        for row in lines(tmp_path / "changes", table.name)[1:]:
            place = tuple(row.split(",")[n] for n in keys)
            by_key.pop(place, None)
            if not row.endswith(",true"):
                by_key[place] = row
        assert sorted(by_key.values()) == sorted(lines(tmp_path / "whole", table.name)[1:]), table.name


def test_an_export_for_a_party_leaves_out_what_others_keep_to_themselves(full: Cli, tmp_path: Path) -> None:
    full("export", "aster", "--format", "csv", "--party", "aster")
    full("export", "birch", "--format", "csv", "--party", "birch")
    assert not [row for row in lines(tmp_path / "aster", "item_risk") if BIRCH in row]
    assert [row for row in lines(tmp_path / "birch", "item_risk") if BIRCH in row]
    assert not [row for row in lines(tmp_path / "aster", "event_fact") if f",{BIRCH},2024" in row and ",risk." in row]
    assert json.loads((tmp_path / "birch" / "datapackage.json").read_text())["party"] == BIRCH


def test_an_export_that_is_made_again_replaces_the_files(full: Cli, tmp_path: Path) -> None:
    full("export", "out", "--format", "csv")
    before = lines(tmp_path / "out", "event_fact")
    (tmp_path / "out" / ".event_fact.csv.part").write_text("cut off")
    (tmp_path / "out" / "event_fact.csv").write_text("half")
    full("export", "out", "--format", "csv")
    assert lines(tmp_path / "out", "event_fact") == before
    assert not list((tmp_path / "out").glob(".*"))


def test_what_cannot_be_exported_is_said_in_one_line(full: Cli, tmp_path: Path) -> None:
    assert full("export", "out", "--after", 999) == (
        1, "", f"999 is not a position of the log, which goes from 0 to {STORY_SIZE}.\n"
    )  # fmt: skip
    assert full("export", "out", "--party", "nobody").status == 1
    assert full("export", "out", "--format", "xlsx").status == 2
    (tmp_path / "file").write_text("")
    assert full("export", "file").status == 2
    assert not (tmp_path / "out").exists()
