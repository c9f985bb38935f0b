"""The log's keys in their files. Source: docs/audit.md 3."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.settings import WrongSettings
from api.trail.keys import load_or_make_log_keys, load_or_make_witness_key, retire, rotate
from api.wiring import load_policy
from domain.log.policy import NO_WITNESSES
from domain.log.signing import SigningKey
from domain.log.verify import COSIGNATURE, LOG_SIGNATURE, open_checkpoint
from domain.store.keyfile import KeyFileIsUnusable
from trailing import ORIGIN, trail


def test_the_key_is_made_once_for_its_owner_alone_under_the_origin(tmp_path: Path) -> None:
    keys = load_or_make_log_keys(tmp_path, ORIGIN)
    assert (keys.current.name, keys.current.kind, keys.former, keys.retired) == (ORIGIN, LOG_SIGNATURE, (), ())
    assert load_or_make_log_keys(tmp_path, ORIGIN).verifiers == keys.verifiers
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("log.key", 0o600)]


def test_a_name_of_other_letters_is_kept(tmp_path: Path) -> None:
    assert load_or_make_log_keys(tmp_path, "zürich.example/kä").current.name == "zürich.example/kä"


def test_all_who_make_the_key_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: load_or_make_log_keys(tmp_path, ORIGIN).verifiers, range(8)))
    assert len(made) == 1


@pytest.mark.parametrize("text", ["", "junk", "PRIVATE+KEY+example.org/register+00000000+AQ==", "\xff\x00"])
def test_a_file_without_a_key_is_refused_and_never_overwritten(tmp_path: Path, text: str) -> None:
    (tmp_path / "log.key").write_text(text, encoding="latin-1")
    with pytest.raises(KeyFileIsUnusable, match=r"log\.key holds no signing key"):
        load_or_make_log_keys(tmp_path, ORIGIN)
    assert (tmp_path / "log.key").read_text(encoding="latin-1") == text


def test_the_key_of_another_log_or_of_a_witness_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.key").write_text(SigningKey.make("example.org/other", LOG_SIGNATURE).encode())
    with pytest.raises(KeyFileIsUnusable, match=r"the key of example\.org/other, not of example\.org/register\."):
        load_or_make_log_keys(tmp_path, ORIGIN)
    (tmp_path / "log.key").write_text(SigningKey.make(ORIGIN, COSIGNATURE).encode())
    with pytest.raises(KeyFileIsUnusable, match=r"the key of a witness, not of a log\."):
        load_or_make_log_keys(tmp_path, ORIGIN)


def test_the_witness_keeps_its_name(tmp_path: Path) -> None:
    made = load_or_make_witness_key(tmp_path, "birch.example/witness", "default.example")
    assert (made.name, made.kind) == ("birch.example/witness", COSIGNATURE)
    assert load_or_make_witness_key(tmp_path, None, "default.example").verifier == made.verifier
    with pytest.raises(KeyFileIsUnusable, match=r"the key of birch\.example/witness, not of other\.example\."):
        load_or_make_witness_key(tmp_path, "other.example", "default.example")
    assert load_or_make_witness_key(tmp_path / "new", None, "default.example").name == "default.example"


def test_no_key_is_made_for_a_log_that_another_has_signed(database_url: str, tmp_path: Path) -> None:
    with trail(database_url, tmp_path) as register:
        register.record("Aster AG")
        note = register.publish().note
    kept = (tmp_path / "log.key").rename(tmp_path / "kept")
    with trail(database_url, tmp_path) as register:
        with pytest.raises(KeyFileIsUnusable, match=r"log\.key is missing, and checkpoints are signed: put it back\."):
            register.publish()
        assert not (tmp_path / "log.key").exists()
        kept.rename(tmp_path / "log.key")
        assert register.publish().note == note


def test_a_key_that_signed_none_of_the_log_s_checkpoints_is_refused(database_url: str, tmp_path: Path) -> None:
    with trail(database_url, tmp_path) as register:
        register.record("Aster AG")
        register.publish()
        (tmp_path / "log.key").write_text(SigningKey.make(ORIGIN, LOG_SIGNATURE).encode())
        register.record("Birch BV")
        with pytest.raises(KeyFileIsUnusable, match=r"signed by none of the log's keys: put log\.key back\."):
            register.publish()
        assert [row.size for row in register.rows] == [1]
        assert register.halts == []


def test_a_rotated_key_signs_together_with_the_former_one_until_that_is_retired(
    database_url: str, tmp_path: Path
) -> None:
    with trail(database_url, tmp_path) as register:
        old = register.log_key
        register.record("Aster AG")
        first = register.publish()
        rotate(tmp_path, ORIGIN)
        new = register.log_key
        assert new != old
        again = register.publish()  # the newest checkpoint carries the new signature too
        register.record("Birch BV")
        both = register.publish()
        for row in (again, both):
            for key in (old, new):
                assert open_checkpoint((row.note or "").encode(), [key])[0].size == row.size
        retire(tmp_path, ORIGIN, old.key_id.hex())
        register.record("Cedar Ltd")
        last = register.publish()
        names = {(line.name, line.key_id) for line in open_checkpoint((last.note or "").encode(), [new])[1].signatures}
        assert names == {(ORIGIN, new.key_id)}
        assert open_checkpoint((first.note or "").encode(), [old])[0].size == 1
        keys = register.services.log_keys()
        assert ([key.verifier for key in keys.signing], keys.retired) == ([new], (old,))
    assert sorted(path.name for path in tmp_path.glob("log*")) == [f"log-{old.key_id.hex()}.vkey", "log.key"]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("log*")} == {0o600}


def test_a_rotation_that_was_cut_off_loses_no_key(tmp_path: Path) -> None:
    before = load_or_make_log_keys(tmp_path, ORIGIN)
    linked = tmp_path / f"log-{before.current.verifier.key_id.hex()}.key"
    linked.write_text(before.current.encode())  # the former key was put aside, the new one not yet in its place
    (tmp_path / "log.key.0123456789abcdef").write_text(SigningKey.make(ORIGIN, LOG_SIGNATURE).encode())
    assert load_or_make_log_keys(tmp_path, ORIGIN).verifiers == before.verifiers
    after = rotate(tmp_path, ORIGIN)
    assert [key.verifier for key in after.former] == [before.current.verifier]


def test_only_a_former_key_can_be_retired(tmp_path: Path) -> None:
    current = load_or_make_log_keys(tmp_path, ORIGIN).current.verifier.key_id.hex()
    for key_id in (current, "00000000", "../log"):
        with pytest.raises(KeyFileIsUnusable, match="No former key has the id"):
            retire(tmp_path, ORIGIN, key_id)


def test_a_retired_key_of_another_name_is_refused(tmp_path: Path) -> None:
    other = SigningKey.make("example.org/other", LOG_SIGNATURE).verifier
    (tmp_path / f"log-{other.key_id.hex()}.vkey").write_text(str(other))
    with pytest.raises(KeyFileIsUnusable, match=r"holds another key, of example\.org/other\."):
        load_or_make_log_keys(tmp_path, ORIGIN)
    (tmp_path / f"log-{other.key_id.hex()}.vkey").write_text("junk")
    with pytest.raises(KeyFileIsUnusable, match="holds no verifier key"):
        load_or_make_log_keys(tmp_path, ORIGIN)


def test_without_a_policy_no_witness_is_needed_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    assert load_policy(tmp_path / "witness.policy") == NO_WITNESSES
    (tmp_path / "witness.policy").write_text("quorum nobody\n")
    with pytest.raises(WrongSettings, match=r"witness\.policy: Line 1 of the policy: 'quorum nobody'"):
        load_policy(tmp_path / "witness.policy")
