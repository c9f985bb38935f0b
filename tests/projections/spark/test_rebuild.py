"""What `rebuild --engine spark` refuses, and what it leaves when it only prepares."""

from pathlib import Path

import pytest

from domain.store.engine import reading
from projections.spark.asking import asked_in
from projections.spark.failures import FolderIsTaken, SparkFailed, SparkIsMissing
from projections.spark.rebuild import Scored, of_today, prepare, rebuild
from rebuilding import engine_of, history, with_refs
from recording import NOW
from telling import told


def test_a_folder_that_holds_something_else_is_left_alone(migrated: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "letter.txt").write_text("keep me")
    with told(migrated) as register, pytest.raises(FolderIsTaken, match=r"letter\.txt"):
        prepare(engine_of(register), folder, NOW)
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("name", ["evidence", "asked"])
def test_a_folder_without_our_mark_is_left_alone(migrated: str, tmp_path: Path, name: str) -> None:
    letter = tmp_path / "out" / name / "letter.txt"
    letter.parent.mkdir(parents=True)
    letter.write_text("keep me")
    with told(migrated) as register, pytest.raises(FolderIsTaken, match=f"out holds {name}, which is not of this"):
        prepare(engine_of(register), tmp_path / "out", NOW)
    assert letter.read_text() == "keep me"


def test_a_folder_with_our_mark_and_something_else_is_left_alone(migrated: str, tmp_path: Path) -> None:
    with told(migrated) as register:
        prepare(engine_of(register), tmp_path / "out", NOW)
        (tmp_path / "out" / "letter.txt").write_text("keep me")
        with pytest.raises(FolderIsTaken, match=r"letter\.txt"):
            prepare(engine_of(register), tmp_path / "out", NOW)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["asked", "journal", "letter.txt"]


def test_without_java_nothing_is_written(migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with told(migrated) as register, pytest.raises(SparkIsMissing, match="Java 17"):
        rebuild(engine_of(register), tmp_path / "out", NOW, "local[1]")
    assert not (tmp_path / "out").exists()


def test_what_is_asked_is_every_relationship_as_of_its_today(migrated: str, tmp_path: Path) -> None:
    with told(migrated, with_refs(history())) as register:
        size = register.register.store.size()
        done = prepare(engine_of(register), tmp_path / "out", NOW)
        with reading(engine_of(register)) as connection:
            questions = of_today(connection, NOW)
    assert done == Scored(size, 2)
    [asked] = asked_in(tmp_path / "out" / "asked")
    assert asked.questions == tuple(questions)
    assert [(str(q.as_of), q.known_at, q.party) for q in asked.questions] == [("2026-11-23", size, None)] * 2


def test_preparing_again_replaces_what_was_there(migrated: str, tmp_path: Path) -> None:
    stale = tmp_path / "out" / "scorecard" / "policy_version=9"
    with told(migrated, with_refs(history())) as register:
        prepare(engine_of(register), tmp_path / "out", NOW)
        stale.mkdir(parents=True)
        prepare(engine_of(register), tmp_path / "out", NOW)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["asked", "journal"]


@pytest.mark.usefixtures("java")
def test_what_spark_refuses_is_one_line(migrated: str, tmp_path: Path) -> None:
    with told(migrated) as register, pytest.raises(SparkFailed, match=r"^Spark: [^\n]+$"):
        rebuild(engine_of(register), tmp_path / "out", NOW, "local[no]")
    assert not (tmp_path / "out").exists()
