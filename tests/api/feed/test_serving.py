"""`/bi` over HTTP. Source: docs/contract.md 4."""

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from domain.store import checkpoints
from domain.store.engine import reading, writing
from local_ids import A, B
from projections.bi import follower
from projections.bi.catalogue import TABLES
from projections.bi.follower import catch_up
from serving import NOW, Served


def get(served: Served, path: str, token: str | None = None, **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {token or served.services.token}", **headers}
    return served.send("GET", path, headers=sent)


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def promise(served: Served, name: str) -> None:
    made = {"byParty": A, "toParties": [B], "title": name, "dueOn": "2026-12-01", "on": "2025-01-10"}
    served.facts(name, {"commitmentMade": made})


def test_every_table_is_served_in_every_form(served: Served) -> None:
    size = served.services.store.size()
    described = get(served, "/bi/datapackage.json")
    assert described.json()["position"] == size
    for table in TABLES:
        [resource] = [r for r in described.json()["resources"] if r["name"] == table.name]
        parquet = get(served, f"/bi/{resource['path']}")
        found = rows(get(served, f"/bi/{table.name}.csv"))
        assert pq.read_table(io.BytesIO(parquet.content)).num_rows == len(found)
        lines = get(served, f"/bi/{table.name}.ndjson")
        assert len(lines.text.splitlines()) == len(found)
        assert lines.headers["counterfoil-position"] == str(size)
    assert len(rows(get(served, "/bi/event_fact.csv"))) == size


def test_a_query_after_a_mutation_sees_it(served: Served) -> None:
    size = served.services.store.size()
    assert not rows(get(served, f"/bi/item_commitment.csv?after={size}"))
    promise(served, "Deliver")
    [found] = rows(get(served, f"/bi/item_commitment.csv?after={size}"))
    assert (found["title"], found["state"], found["by_party"], found["changed_at"]) == (
        "Deliver",
        "PENDING",
        A,
        str(size + 1),
    )


def test_what_the_caller_has_is_not_sent_again(served: Served) -> None:
    first = get(served, "/bi/dim_indicator.csv")
    again = get(served, "/bi/dim_indicator.csv", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = get(served, "/bi/dim_indicator.ndjson", **{"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    promise(served, "Deliver")
    assert get(served, "/bi/dim_indicator.csv", **{"If-None-Match": first.headers["etag"]}).status_code == 200


def test_rows_that_change_at_the_same_position_and_day_are_sent_again(served: Served) -> None:
    """A day begins in Berlin at 23:00 of UTC; a rebuild mends a row that was spoilt."""
    engine, path = served.services.engine, "/bi/fact_relationship_score.csv"
    first = get(served, path)
    late = NOW.replace(hour=23)
    assert catch_up(engine, late).position == int(first.headers["counterfoil-position"])
    second = get(served, path, **{"If-None-Match": first.headers["etag"]})
    assert [row["as_of"] for row in rows(second) if row["period"] == "latest"] == ["2026-11-24"]
    with writing(engine) as connection:
        connection.execute(text("UPDATE bi_fact_relationship_score SET band = 'spoilt'"))
    follower.forget(engine)
    assert catch_up(engine, late).written > 0
    third = get(served, path, **{"If-None-Match": second.headers["etag"]})
    assert third.text == second.text
    follower.forget(engine)
    assert catch_up(engine, late).written == 0
    assert get(served, path, **{"If-None-Match": third.headers["etag"]}).status_code == 304


def test_what_a_broken_off_run_wrote_changes_the_tag(served: Served) -> None:
    """Whoever goes on with it finds these rows as they should be, and has nothing to write."""
    engine, path = served.services.engine, "/bi/fact_relationship_score.csv"
    first = get(served, path)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catch_up(engine, NOW.replace(hour=23), stop)
    assert catch_up(engine, NOW.replace(hour=23)).written == 0
    second = get(served, path, **{"If-None-Match": first.headers["etag"]})
    assert [row["as_of"] for row in rows(second) if row["period"] == "latest"] == ["2026-11-24"]


def test_a_tag_is_known_again_though_weak_or_one_of_several(served: Served) -> None:
    path = "/bi/dim_stage.csv"
    tag = get(served, path).headers["etag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', f'W/"other",W/{tag} , "more"', "*"):
        again = get(served, path, **{"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), held
    for other in ('"other"', f'W/{tag[:-2]}"', tag.strip('"')):
        assert get(served, path, **{"If-None-Match": other}).status_code == 200, other


@pytest.mark.parametrize(("part", "status"), [("bytes=0-9", 206), ("bytes=9999999-", 416), ("lines=1-2", 400)])
def test_no_answer_leaves_a_file_behind(
    part: str, status: int, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert get(served, "/bi/dim_stage.csv", Range=part).status_code == status
    assert get(served, "/bi/dim_stage.csv").status_code == 200
    assert list(folder.glob("counterfoil-bi-*")) == []


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/bi/no_table.csv", 404, "There is no such table; /bi/datapackage.json lists them, as parquet, csv, ndjson."),
        ("/bi/dim_date.xlsx", 404, "There is no such table; /bi/datapackage.json lists them, as parquet, csv, ndjson."),
        ("/bi/dim_date.csv?after=soon", 400, "'soon' is not a position of the log."),
        ("/bi/dim_date.csv?after=-1", 400, "'-1' is not a position of the log."),
        ("/bi/dim_date.csv?after=000000000000000000000", 400, "'000000000000000000000' is not a position of the log."),
        ("/bi/dim_date.csv?after=99999999999999999999", 400,
         "99999999999999999999 is not a position of the log, which goes from 0 to 6."),
        ("/bi/dim_date.csv?after=9999", 400, "9999 is not a position of the log, which goes from 0 to 6."),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_one_line(path: str, status: int, said: str, served: Served) -> None:
    answer = get(served, path)
    assert (answer.status_code, answer.json()["error"]["message"]) == (status, said)


def test_nobody_reads_without_a_token(served: Served) -> None:
    assert served.send("GET", "/bi/dim_date.csv").status_code == 401


def test_a_feed_that_cannot_go_on_stands_still_and_says_so(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def poisoned(*_: object) -> None:
        raise ValueError("no such currency: XAU")

    get(served, "/bi/dim_date.csv")
    promise(served, "Deliver")
    size = served.services.store.size()
    with monkeypatch.context() as broken:
        broken.setattr(follower, "_worked_out", poisoned)
        answer = get(served, "/bi/dim_date.csv")
    said = (
        f"The BI feed has halted at position {size}: ValueError. After a repair: counterfoil rebuild --projection bi."
    )
    assert (answer.status_code, answer.json()["error"]["message"]) == (503, said)
    assert get(served, "/bi/dim_date.csv").status_code == 503
    odata = get(served, "/odata/dim_date")
    assert (odata.status_code, odata.json()["error"]["message"]) == (503, said)
    ready = served.send("GET", "/readyz")
    assert (ready.status_code, ready.text) == (503, f"The bi has halted at position {size}: ValueError.\n")
    with reading(served.services.engine) as connection:
        [halt] = checkpoints.halts(connection)
    assert (halt.name, halt.reason) == ("bi", "ValueError: no such currency: XAU")  # for counterfoil doctor
    with writing(served.services.engine) as connection:
        checkpoints.resume(connection, "bi")
    assert get(served, "/bi/dim_date.csv").status_code == 200
