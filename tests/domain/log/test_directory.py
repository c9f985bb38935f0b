"""A whole log in a directory, checked offline: with `verify.py` as a library and as a program of its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.log import verify
from domain.log.verify import DoesNotVerify, check_directory
from served_log import LOG, ORIGIN, OTHER, SIZE, WITNESS, Log, key

Change = Callable[[str, bytes], None]
TRUSTED = [LOG.verifier]
FILES = [
    "checkpoint",
    "tile/0/000",
    "tile/0/001",
    "tile/0/002.p/88",
    "tile/1/000.p/2",
    "tile/entries/000",
    "tile/entries/001",
    "tile/entries/002.p/88",
]


def refusal(log: Log, **how: object) -> str:
    with pytest.raises(DoesNotVerify) as refused:
        check_directory(log.folder, TRUSTED, **how)  # type: ignore[arg-type]
    return str(refused.value)


def test_a_whole_log_verifies(log: Log) -> None:
    seen: list[int] = []
    found = check_directory(
        log.folder,
        TRUSTED,
        old=log.checkpoint(300).encode(),
        witnesses=[WITNESS.verifier],
        quorum=1,
        progress=seen.append,
    )
    assert (found.checkpoint.origin, found.checkpoint.size, found.entries) == (ORIGIN, SIZE, SIZE)
    assert found.witnesses == ("birch.example",)
    assert sum(seen) == SIZE
    assert sorted(str(p.relative_to(log.folder)) for p in log.folder.rglob("*") if p.is_file()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_changed_byte_of_every_file_is_noticed(log: Log, changed: Change, name: str) -> None:
    whole = (log.folder / name).read_bytes()
    places = range(0, len(whole), 1 if len(whole) < 1000 else len(whole) // 40)
    for place in places:
        changed(name, whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(DoesNotVerify):
            check_directory(log.folder, TRUSTED, witnesses=[WITNESS.verifier], quorum=1)
    for other in (whole[:-1], whole + b"\0" * 32, b""):
        changed(name, other)
        with pytest.raises(DoesNotVerify):
            check_directory(log.folder, TRUSTED, witnesses=[WITNESS.verifier], quorum=1)


def test_the_first_place_that_is_wrong_is_named(log: Log, changed: Change) -> None:
    entries = (log.folder / "tile/entries/001").read_bytes()
    changed("tile/entries/001", entries.replace(b'{"position":300}', b'{"position":301}'))
    assert refusal(log) == "The entry at index 299 is not the one in the tree."
    changed("tile/entries/001", entries)
    tile = (log.folder / "tile/1/000.p/2").read_bytes()
    changed("tile/1/000.p/2", tile[::-1])
    assert refusal(log) == "tile/1/000.p/2 does not follow from the entries."
    changed("tile/1/000.p/2", tile)
    tile = (log.folder / "tile/0/001").read_bytes()
    changed("tile/0/001", tile[:-32])
    assert refusal(log) == "tile/0/001 holds 255 hashes, not 256."


def test_entries_that_do_not_say_their_place_are_noticed(tmp_path: Path) -> None:
    for entry in (b'{"position":7}', b"[]", b"{}", b"nothing"):
        wrong = Log(tmp_path / entry.hex())
        wrong.entries[4] = entry
        wrong.rebuild()
        wrong.write()
        assert refusal(wrong) == "The entry at index 4 does not say that its position is 5."


def test_an_earlier_checkpoint_must_be_part_of_the_log(log: Log) -> None:
    for size in (0, 1, 255, 256, 300, SIZE):
        check_directory(log.folder, TRUSTED, old=log.checkpoint(size).encode())
    other = Log(log.folder)
    other.entries[100] = b"another"
    other.rebuild()
    assert refusal(log, old=other.checkpoint(300).encode()) == (
        "The first 300 entries are not those of the kept checkpoint."
    )
    longer = Log(log.folder)
    longer.entries.append(b"more")
    longer.rebuild()
    assert refusal(log, old=longer.checkpoint(SIZE + 1).encode()) == (
        f"The log was rewound: it had {SIZE + 1} entries and has {SIZE}."
    )
    elsewhere = log.checkpoint(300, log=key(1, "other.example"), origin="other.example")
    with pytest.raises(DoesNotVerify, match=r"The kept checkpoint is of other\.example, the log of example\.org/log\."):
        check_directory(log.folder, [*TRUSTED, key(1, "other.example").verifier], old=elsewhere.encode())


def test_the_witnesses_must_have_cosigned(log: Log) -> None:
    assert refusal(log, witnesses=[OTHER.verifier, WITNESS.verifier], quorum=2) == (
        "1 of the witnesses cosigned the checkpoint; 2 are needed."
    )


def test_a_key_that_is_not_trusted_is_none(log: Log) -> None:
    with pytest.raises(DoesNotVerify, match="is not signed by a key that you trust"):
        check_directory(log.folder, [key(9).verifier])


def test_single_facts_with_their_proofs(log: Log, tmp_path: Path) -> None:
    """As an audit pack of one relationship holds them: the tree's hashes, and few entries."""
    pack = Log(tmp_path / "log")
    pack.write(only_hashes=True)
    facts = tmp_path / "log" / "facts"
    facts.mkdir()
    for index in (0, 299):
        (facts / f"{index + 1}.json").write_bytes(pack.entries[index])
        (facts / f"{index + 1}.tlog-proof").write_text(pack.proof(index))
    assert check_directory(tmp_path, TRUSTED).entries == 2
    hashes = (tmp_path / "log" / "tile/0/001").read_bytes()
    (tmp_path / "log" / "tile/0/001").write_bytes(hashes[::-1])
    with pytest.raises(DoesNotVerify, match=r"The 600 entries do not lead to the root of the checkpoint\."):
        check_directory(tmp_path, TRUSTED)
    (tmp_path / "log" / "tile/0/001").write_bytes(hashes)
    (facts / "300.json").rename(facts / "301.json")
    (facts / "300.tlog-proof").rename(facts / "301.tlog-proof")
    with pytest.raises(DoesNotVerify, match=r"The entry 301\.json is not proven to stand at its place in this log\."):
        check_directory(tmp_path, TRUSTED)
    (facts / "301.json").unlink()
    (facts / "1.tlog-proof").unlink()
    with pytest.raises(DoesNotVerify, match=r"1\.tlog-proof cannot be read: No such file or directory\."):
        check_directory(tmp_path, TRUSTED)


def test_an_empty_log_verifies(tmp_path: Path) -> None:
    empty = Log(tmp_path, 0)
    empty.write()
    assert check_directory(tmp_path, TRUSTED).checkpoint.size == 0


# The program


def run(*arguments: object) -> tuple[int, str, str]:
    """With nothing on its path but the standard library and installed packages."""
    done = subprocess.run(
        [sys.executable, "-I", verify.__file__, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_file_is_a_program(log: Log, tmp_path: Path) -> None:
    (tmp_path / "old").write_text(log.checkpoint(300))
    key_ = str(LOG.verifier)
    status, out, err = run(log.folder, "--key", key_, "--old", tmp_path / "old", "--witness", WITNESS.verifier)
    assert (status, err) == (0, "")
    assert out.splitlines()[0].startswith(f"The log {ORIGIN} verifies: {SIZE} entries, root ")
    assert out.splitlines()[1:] == [
        f"Entries read here and found at their places: {SIZE}.",
        "Cosigned by: birch.example.",
    ]


def test_the_program_says_what_is_wrong(
    log: Log, tmp_path: Path, changed: Change, capsys: pytest.CaptureFixture[str]
) -> None:
    key_ = str(LOG.verifier)
    for arguments, said in (
        ([log.folder, "--key", "nonsense"], "DOES NOT VERIFY: 'nonsense' is not a verifier key (NAME+ID+KEY).\n"),
        (
            [tmp_path, "--key", key_],
            f"DOES NOT VERIFY: {tmp_path}/checkpoint cannot be read: No such file or directory.\n",
        ),
        (
            [log.folder, "--key", key_, "--witness", OTHER.verifier],
            "DOES NOT VERIFY: 0 of the witnesses cosigned the checkpoint; 1 are needed.\n",
        ),
    ):
        assert verify.main([str(argument) for argument in arguments]) == 1
        assert capsys.readouterr().err == said
    assert verify.main([str(log.folder), "--key", key_, "--witness", str(OTHER.verifier), "--quorum", "0"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Cosigned by: none of the witnesses named."
    changed("tile/0/000", b"")
    status, out, err = run(log.folder, "--key", key_)
    assert (status, out, err) == (1, "", "DOES NOT VERIFY: tile/0/000 holds 0 hashes, not 256.\n")
    assert run(log.folder)[0] == 2
