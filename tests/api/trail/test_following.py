"""The publisher beside the server, and how the register says that it stands still. Source: docs/audit.md 3."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from sqlalchemy import text

from api.app import create_app
from api.trail import following
from api.trail.following import Publishing
from domain.log.verify import open_checkpoint
from domain.store import checkpoints
from domain.store.checkpoints import HaltedRow
from domain.store.engine import writing
from domain.store.head import set_read_only
from local_ids import A, uid
from serving import Served
from trailing import Trail, running, trail

DEADLINE = 60.0


def wait_until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.02)


@pytest.fixture
def served(migrated: str, tmp_path: Path) -> Iterator[Served]:
    made = Served(migrated, tmp_path)
    yield made
    made.close()


def figure(served: Served, name: str) -> str:
    answer = served.send("GET", "/metrics", headers={"Authorization": f"Bearer {served.services.token}"})
    [line] = [line for line in answer.text.splitlines() if line.startswith(f"{name} ")]
    return line.removeprefix(f"{name} ")


def test_a_server_publishes_what_is_recorded(migrated: str, tmp_path: Path) -> None:
    with trail(migrated, tmp_path) as register:
        other = Trail(migrated, tmp_path)  # closed by the application
        with running(create_app(other.services)) as url:
            for names in (["Aster AG", "Birch BV"], ["Cedar Ltd"]):
                size = register.record(*names)
                wait_until(lambda size=size: [row.size for row in register.rows][-1:] == [size])  # type: ignore[misc]
            assert httpx.get(f"{url}/readyz").text == "ready\n"
        for row in register.rows:
            assert open_checkpoint((row.note or "").encode(), [register.log_key])[0].size == row.size


def test_several_servers_publish_beside_each_other(database_url: str, tmp_path: Path) -> None:
    with trail(database_url, tmp_path) as register:
        several = [Trail(database_url, tmp_path) for _ in range(3)]
        publishing = [Publishing(each.services) for each in several]
        for each in publishing:
            each.start()
        for n in range(30):
            size = register.record(f"Organisation {n}")
        wait_until(lambda: [row.size for row in register.rows][-1:] == [size])
        for each in publishing:
            each.stop()
        for opened in several:
            opened.close()
        assert register.halts == []
        assert register.read_only is None
        assert all(row.final for row in register.rows)


def test_many_events_are_published_without_waiting(
    migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "EVERY_SECONDS", 1e9)
    monkeypatch.setattr(following, "MANY_EVENTS", 3)
    with trail(migrated, tmp_path) as register:
        publishing = Publishing(register.services)
        publishing.look()  # the first round comes at once
        register.record("Aster AG", "Birch BV")
        publishing.look()
        assert register.rows == []
        register.record("Cedar Ltd")
        publishing.look()
        assert [row.size for row in register.rows] == [3]
        register.record("Dill SA", "Elder Oy")
        publishing.look()
        assert [row.size for row in register.rows] == [3]


def test_a_database_that_fails_for_a_while_is_survived_and_said_once(migrated: str, tmp_path: Path) -> None:
    with trail(migrated, tmp_path) as register, structlog.testing.capture_logs() as logs:
        register.record("Aster AG")
        with writing(register.services.engine) as connection:
            connection.execute(text("ALTER TABLE checkpoint RENAME TO elsewhere"))
        publishing = Publishing(register.services)
        publishing.start()
        wait_until(lambda: any(line["event"] == "not_publishing" for line in logs))
        with writing(register.services.engine) as connection:
            connection.execute(text("ALTER TABLE elsewhere RENAME TO checkpoint"))
        wait_until(lambda: any(line["event"] == "publishing_again" for line in logs))
        publishing.stop()
        assert [row.size for row in register.rows] == [1]
        said = [(line["event"], line["log_level"]) for line in logs]
        assert said == [("not_publishing", "warning"), ("publishing_again", "info")]


def test_it_stops_before_it_has_started(migrated: str, tmp_path: Path) -> None:
    with trail(migrated, tmp_path) as register:
        Publishing(register.services).stop()
        assert register.rows == []


def test_a_halted_publisher_is_told_to_probes_figures_and_the_log(served: Served) -> None:
    served.cast()
    assert served.send("GET", "/readyz").text == "ready\n"
    assert figure(served, 'counterfoil_halted_at{name="publisher"}') == "0.0"
    with writing(served.services.engine) as connection:
        connection.execute(text("UPDATE event SET envelope = '{}' WHERE position = 3"))
    with structlog.testing.capture_logs() as logs:
        publishing = Publishing(served.services)
        publishing.start()
        wait_until(lambda: bool(logs))
        publishing.stop()
    found = "The event at position 3 is not the one that was recorded."
    assert [(line["event"], line["log_level"]) for line in logs] == [("not_publishing", "error")]
    assert found in logs[0]["reason"]
    answer = served.send("GET", "/readyz")
    assert (answer.status_code, answer.text) == (503, f"The publisher has halted at position 3: {found}\n")
    assert figure(served, 'counterfoil_halted_at{name="publisher"}') == "3.0"
    assert served.ask("{ viewer { actor { id } } }") == {"viewer": {"actor": {"id": "operator"}}}
    served.services.publisher.resume()
    assert served.send("GET", "/readyz").text == "ready\n"


def test_any_halted_follower_makes_it_not_ready(served: Served) -> None:
    with writing(served.services.engine) as connection:
        checkpoints.halt(connection, HaltedRow("scorecards", 5, "No rule fits.", "2026-06-30T12:00:00.000000Z"))
    assert served.send("GET", "/readyz").text == "The scorecards has halted at position 5: No rule fits.\n"


def test_a_read_only_register_refuses_facts_and_answers_questions(served: Served) -> None:
    served.cast()
    assert figure(served, "counterfoil_read_only") == "0.0"
    with writing(served.services.engine) as connection:
        set_read_only(connection, "the witness birch has cosigned another history.")
    made = {"commitmentId": uid(1), "byParty": A, "toParties": [A], "title": "t", "dueOn": "2027-01-01"}
    refused = served.record("late", {"commitmentMade": made})
    assert (refused["__typename"], refused["code"]) == ("Refused", "REGISTER_IS_READ_ONLY")
    assert refused["message"] == "The register is read-only: the witness birch has cosigned another history."
    assert served.send("GET", "/readyz").text == "ready\n"
    assert figure(served, "counterfoil_read_only") == "1.0"
    assert served.services.store.size() == 6


def test_the_figures_say_what_is_signed_and_what_is_final(served: Served) -> None:
    served.cast()
    assert figure(served, 'counterfoil_checkpoint_size{kind="signed"}') == "0.0"
    served.services.publisher.publish()
    served.promise(1, "2026-01-01")
    assert figure(served, 'counterfoil_checkpoint_size{kind="signed"}') == "6.0"
    assert figure(served, 'counterfoil_checkpoint_size{kind="final"}') == "6.0"
    assert figure(served, "counterfoil_log_size") == "7.0"
