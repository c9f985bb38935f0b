"""`counterfoil checkpoint` and `witness`. Source: docs/contract.md 3, docs/audit.md 3 and 4."""

import json
import re
import signal
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from command_line import STORY_SIZE, Cli, story
from domain.log.signing import SigningKey
from domain.log.verify import COSIGNATURE, LOG_SIGNATURE, open_checkpoint, parse_key
from interchange_files import write
from program import DEADLINE, run, start

LOG = SigningKey.make("counterfoil.local/register", LOG_SIGNATURE)


@pytest.fixture
def told(cli: Cli, tmp_path: Path) -> Path:
    """The folder of a register with the story."""
    assert cli("record", write(tmp_path / "story.ndjson", story())).status == 0
    return tmp_path


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "register.db")) as connection:
        connection.execute(statement)
        connection.commit()


def test_nothing_to_publish_is_said(cli: Cli) -> None:
    assert cli("checkpoint") == (0, "Nothing is recorded yet that a checkpoint could cover.\n", "")
    assert cli("checkpoint", "--json").out == "null\n"
    assert cli("checkpoint", "--final").err == "Nothing is recorded yet that a checkpoint could cover.\n"


def test_it_prints_a_signed_checkpoint_that_its_key_verifies(cli: Cli, told: Path) -> None:
    said = cli("checkpoint")
    [key] = cli("checkpoint", "--keys").out.splitlines()
    checkpoint, _ = open_checkpoint(said.out.encode(), [parse_key(key)])
    assert (said.status, checkpoint.origin, checkpoint.size) == (0, "counterfoil.local/register", STORY_SIZE)
    assert cli("checkpoint", "--final").out == said.out
    found = json.loads(cli("checkpoint", "--json").out)
    assert (found["size"], found["root"], found["note"]) == (STORY_SIZE, checkpoint.root.hex(), said.out)
    assert (found["final"], found["cosigned_by"], found["missing"]) == (True, [], [])


def test_what_is_not_final_is_refused_where_final_is_asked_for(cli: Cli, told: Path) -> None:
    key = SigningKey.make("birch.example/w", COSIGNATURE).verifier
    (told / "witness.policy").write_text(f"witness birch {key}\nquorum birch\n")
    said = cli("checkpoint", "--final")
    assert (said.status, said.out) == (1, "")
    assert said.err == (
        f"The checkpoint of {STORY_SIZE} events is not final: the policy needs more cosignatures. Missing: birch.\n"
    )
    assert cli("checkpoint").status == 0
    found = json.loads(cli("checkpoint", "--json").out)
    assert (found["final"], found["missing"]) == (False, ["birch"])


def test_a_broken_policy_is_wrong_usage(cli: Cli, told: Path) -> None:
    (told / "witness.policy").write_text("quorum x\n")
    said = cli("checkpoint")
    assert (said.status, said.out) == (2, "")
    assert said.err.endswith("witness.policy: Line 1 of the policy: 'quorum x' is not a line that can stand here.\n")
    assert cli("serve", "--port", 0).status == 2


def test_a_key_is_rotated_and_the_former_one_retired(cli: Cli, told: Path) -> None:
    [old] = cli("checkpoint", "--keys").out.splitlines()
    new, former = cli("checkpoint", "--rotate-key").out.splitlines()
    assert former == old != new
    note = cli("checkpoint").out.encode()
    for key in (old, new):
        open_checkpoint(note, [parse_key(key)])
    key_id = parse_key(old).key_id.hex()
    assert cli("checkpoint", "--retire", key_id).out == f"{new}\n{old}  (retired)\n"
    assert json.loads(cli("checkpoint", "--keys", "--json").out) == [
        {"verifier_key": new, "key_id": parse_key(new).key_id.hex(), "signs": True},
        {"verifier_key": old, "key_id": key_id, "signs": False},
    ]
    said = cli("checkpoint", "--retire", key_id)
    assert (said.status, said.err) == (1, f"No former key has the id {key_id}; those that sign still: none.\n")


def test_a_change_behind_its_back_halts_it_until_it_is_repaired(cli: Cli, told: Path) -> None:
    change(told, "CREATE TABLE kept AS SELECT * FROM event WHERE position = 7")
    change(told, "UPDATE event SET envelope = replace(envelope, '2024', '2023') WHERE position = 7")
    line = (
        "No checkpoint is signed any more, from position 7 on: The event at position 7 is not the one that was "
        "recorded. After a repair: counterfoil checkpoint --resume.\n"
    )
    for arguments in ([], ["--final"], ["--resume"], ["--json"]):
        assert cli("checkpoint", *arguments) == (1, "", line)
    said = cli("doctor", "--quiet")
    assert (said.status, said.err) == (
        1,
        "FAIL  publisher: halted at position 7: The event at position 7 is not the one that was recorded.\n",
    )
    change(told, "UPDATE event SET envelope = (SELECT envelope FROM kept) WHERE position = 7")
    assert cli("checkpoint").status == 1  # it stands still until it is told that it was repaired
    assert cli("checkpoint", "--resume").status == 0
    assert cli("doctor", "--quiet") == (0, "", "")


def test_a_read_only_register_says_so_and_is_reopened(cli: Cli, told: Path) -> None:
    change(told, "UPDATE head SET read_only = 'the witness birch has cosigned another history.'")
    reason = "he register is read-only: the witness birch has cosigned another history.\n"
    assert cli("checkpoint") == (1, "", f"T{reason}")
    assert cli("record", told / "story.ndjson").err.endswith(f"T{reason}")
    assert cli("doctor", "--quiet") == (1, "", f"FAIL  recording: t{reason}")
    assert cli("checkpoint", "--reopen").status == 0
    assert cli("doctor", "--quiet") == (0, "", "")


def test_only_one_thing_is_done_at_a_time(cli: Cli) -> None:
    said = cli("checkpoint", "--keys", "--reopen")
    assert (said.status, said.out) == (2, "")


def test_a_junk_key_file_is_one_clear_line(cli: Cli, told: Path) -> None:
    (told / "log.key").write_text("junk")
    for arguments in (["checkpoint"], ["checkpoint", "--keys"], ["serve", "--port", "0"]):
        said = cli(*arguments)
        assert (said.status, said.out) == (1, "")
        assert re.fullmatch(r"The key file \S+log\.key holds no signing key: [^\n]+\n", said.err)
    assert cli("doctor").status == 1


# counterfoil witness


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing option '--log'"),
        (["--log", "junk"], "'junk' is not a verifier key"),
        (["--log", str(SigningKey.make("birch.example/w", COSIGNATURE).verifier)], "is the key of a witness"),
        (["--log", str(LOG.verifier), "--name", "a b"], "'a b' is not a name"),
    ],
)
def test_a_witness_needs_the_key_of_a_log(cli: Cli, tmp_path: Path, arguments: list[str], said: str) -> None:
    answer = cli("witness", "--data", tmp_path / "w", *arguments)
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err
    assert not (tmp_path / "w").exists()


def test_the_witness_of_a_partner_makes_checkpoints_final(tmp_path: Path) -> None:
    """The two programs as two partners run them, each with a folder of its own."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    assert run(ours, "record", str(write(ours / "story.ndjson", story())))[0] == 0
    log_key = run(ours, "checkpoint", "--keys")[1].strip()
    process = start(theirs, "witness", "--log", log_key, "--name", "birch.example/w", "--port", "0")
    watch = threading.Timer(DEADLINE, process.kill)
    watch.start()
    try:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("The witness serves on ").strip()
        key = process.stdout.readline().removeprefix("verifier key: ").strip()
        assert (parse_key(key).name, parse_key(key).kind) == ("birch.example/w", COSIGNATURE)
        (ours / "data" / "witness.policy").write_text(f"witness birch {key} {url}\nquorum birch\n")
        status, out, err = run(ours, "checkpoint", "--final", "--json")
        assert (status, err) == (0, "")
        assert json.loads(out)["cosigned_by"] == ["birch.example/w"]
        assert httpx.get(url).status_code == 404
    finally:
        watch.cancel()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=DEADLINE)
    assert sorted(path.name for path in (theirs / "data").iterdir()) == ["witness.db", "witness.key"]
