"""The feed says what the log says, however it came to say it. Source: docs/bi/index.md."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

import histories
from domain.store.engine import reading, writing
from feeding import Rows, applied, fed, of, unmarked
from projections.bi import follower
from projections.bi.follower import Progress, Stand, catch_up, forget, last_turn, position
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards
from random_register import live
from rebuilding import corrected, done, history, promise, voided, with_refs
from recording import NOW, Recorded, recorded
from telling import Line, line, opening, stages, tell, told, uid

REL = uid("r")


class Clock:
    """What the register and the feed take for now."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def engine_of(found: Recorded) -> Engine:
    return found.register.store.engine


@pytest.fixture
def register(database: Engine) -> Iterator[Recorded]:
    with told(database, with_refs(history())) as found:
        yield found


def lived(seed: int, database: Engine) -> Iterator[tuple[Recorded, Rows, Clock]]:
    """A random history recorded over four months; after every few days the increment is put on top of the last."""
    chance, clock = Random(seed), Clock(datetime(2026, 7, 20, 9, tzinfo=UTC))
    found = recorded(database, histories.opening(three=seed % 2 == 0), clock)
    author = histories.Author(chance)
    held: Rows = {}
    for _ in range(6):
        live(found, author, 30)
        engine = engine_of(found)
        with reading(engine) as connection:
            before = position(connection)
        held = fed(engine, clock.now) if before is None else applied(held, fed(engine, clock.now, after=before))
        yield found, held, clock
        clock.now += timedelta(days=chance.choice((0, 1, 25, 40)))


@pytest.mark.parametrize("seed", [1])
def test_increments_on_top_of_each_other_are_the_whole_feed(seed: int, database: Engine) -> None:
    for found, held, clock in lived(seed, database):
        assert held == fed(engine_of(found), clock.now)


@pytest.mark.parametrize("seed", [5])
def test_a_feed_kept_up_is_the_one_that_is_made_at_once(seed: int, database: Engine, tmp_path: Path) -> None:
    kept: Rows = {}
    log: list[tuple[int, str]] = []
    now = NOW
    for found, held, clock in lived(seed, database):
        log, kept, now = found.register.store.envelopes(0, 1_000_000), held, clock.now
    other = recorded(f"sqlite:///{tmp_path / 'other.db'}")
    with other.register.store.append() as append:
        append.put_stored([text for _, text in log])
    assert unmarked(fed(engine_of(other), now)) == unmarked(kept)
    assert of(kept, "fact_indicator_score", is_restated=True)
    engine_of(other).dispose()


def test_ten_more_events_are_exactly_what_an_increment_holds(register: Recorded) -> None:
    engine = engine_of(register)
    before = fed(engine)
    size = register.register.store.size()
    tell(register, *(promise(f"n{n}", "2024-05-01") for n in range(8)), voided("c3"), corrected("c4", **_of_c4()))
    increment, after = fed(engine, after=size), fed(engine)
    changed = {t: {k for k in before[t].keys() | after[t].keys() if before[t].get(k) != after[t].get(k)} for t in after}
    assert {t: set(some) for t, some in increment.items()} == changed
    assert len(changed["event_fact"]) == 12  # the ten, the one voided and the one corrected
    assert len(of(increment, "item_commitment", is_deleted=True)) == 1
    assert applied(before, increment) == after


def _of_c4() -> dict[str, Any]:
    made = {"commitment_id": uid("c4"), "by_party": uid("a"), "to_parties": [uid("b")], "title": "c4 again"}
    return {"data": {**made, "due_on": "2024-03-04"}}


def test_a_day_that_passes_moves_the_latest_scores_at_the_same_position(register: Recorded) -> None:
    engine, size = engine_of(register), register.register.store.size()
    fed(engine)
    assert not any(fed(engine, after=size).values())
    tomorrow = NOW + timedelta(days=1)
    increment = fed(engine, tomorrow, after=size)
    latest = of(increment, "fact_relationship_score")
    assert {(row["snapshot"], row["as_of"], row["changed_at"]) for row in latest} == {("latest", tomorrow.date(), size)}
    assert len(latest) == 2
    assert not increment["event_fact"]
    assert not fed(engine, tomorrow, after=size)["event_fact"]


def test_a_day_that_begins_within_one_of_utc_is_in_the_increment(database: Engine) -> None:
    """In Berlin it is 23:00 of the 20th, then 01:00 of the 21st, when what was promised for the 20th is overdue."""
    evening, night = datetime(2026, 7, 20, 21, tzinfo=UTC), datetime(2026, 7, 20, 23, tzinfo=UTC)
    facts = [in_berlin(fact) for fact in opening()]
    found = recorded(database, [*facts, promise("c1", "2026-07-20"), promise("c2", "2026-07-21")], lambda: evening)
    engine, size = engine_of(found), found.register.store.size()
    before = fed(engine, evening)
    increment, whole = fed(engine, night, after=size), fed(engine, night)
    [latest] = of(increment, "fact_relationship_score", period="latest")
    assert (str(latest["as_of"]), latest["changed_at"]) == ("2026-07-21", size)
    assert [(row["title"], row["state"]) for row in of(before, "item_commitment")] == [
        ("c1", "PENDING"),
        ("c2", "PENDING"),
    ]
    assert [(row["title"], row["state"]) for row in of(increment, "item_commitment")] == [("c1", "OVERDUE")]
    assert applied(before, increment) == whole != before


def in_berlin(fact: Line) -> Line:
    is_it = fact["type"] == "relationship.registered"
    return {**fact, "data": {**fact["data"], "time_zone": "Europe/Berlin"}} if is_it else fact


def test_what_a_rebuild_mends_is_in_the_increment_at_the_same_position(register: Recorded) -> None:
    engine, size = engine_of(register), register.register.store.size()
    right = fed(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE bi_item_commitment SET title = 'spoilt' WHERE title = 'c1'"))
        connection.execute(text("UPDATE bi_dim_organisation SET legal_name = 'spoilt' WHERE legal_name = 'Bee again'"))
    spoilt = fed(engine)
    assert [row["title"] for row in of(spoilt, "item_commitment")].count("spoilt") == 1
    forget(engine)
    increment = fed(engine, after=size)
    assert {table: len(some) for table, some in increment.items() if some} == {
        "item_commitment": 1,
        "dim_organisation": 1,
    }
    assert [row["title"] for row in of(increment, "item_commitment")] == ["c1"]
    assert unmarked(applied(spoilt, increment)) == unmarked(fed(engine)) == unmarked(right)


def test_a_rebuild_works_out_again_what_was_published(register: Recorded) -> None:
    """A day that passes takes it as it stands, which is why it never changes otherwise."""
    engine, december = engine_of(register), datetime(2026, 12, 2, tzinfo=UTC)
    right = fed(engine, december)
    assert all(row["published_known_at"] for row in of(right, "fact_relationship_score", period="2026-11"))
    with writing(engine) as connection:
        spoil = "UPDATE bi_fact_relationship_score SET published_score = 1 WHERE period = '2026-11'"
        assert connection.execute(text(spoil)).rowcount == 2
    kept = fed(engine, december + timedelta(days=1))
    assert {str(row["published_score"]) for row in of(kept, "fact_relationship_score", period="2026-11")} == {"0.01"}
    forget(engine)
    mended = unmarked(fed(engine, december))
    assert mended["fact_relationship_score"] == unmarked(right)["fact_relationship_score"]


def test_a_month_that_ends_gets_a_snapshot(register: Recorded) -> None:
    engine, size = engine_of(register), register.register.store.size()
    fed(engine)
    increment = fed(engine, NOW + timedelta(days=8), after=size)
    assert {row["period"] for row in of(increment, "fact_relationship_score")} == {"latest", "2026-11"}


def test_scores_are_those_of_the_scorecards(register: Recorded) -> None:
    found, size = fed(engine_of(register), datetime(2024, 7, 1, tzinfo=UTC)), register.register.store.size()
    for row in of(found, "fact_relationship_score", relationship_id=REL):
        its = {"relationship_id": REL, "period": row["period"]}
        question = Question(relationship_id=UUID(REL), as_of=row["as_of"], known_at=size)
        with reading(engine_of(register)) as connection:
            card = scorecards(connection, [question])[0]
        for principle in card.principles:
            [p] = of(
                found,
                "fact_principle_score",
                relationship_id=REL,
                principle_id=principle.principle,
                period=row["period"],
            )
            assert (_text(p["score"]), p["band"], str(p["coverage"])) == (
                principle.score,
                principle.band,
                principle.coverage,
            )
            for indicator in principle.indicators:
                [i] = of(found, "fact_indicator_score", **its, indicator_id=indicator.id)
                assert (i["status"], *map(_text, (i["value"], i["numerator"], i["denominator"], i["score"]))) == (
                    indicator.status,
                    indicator.value,
                    indicator.numerator,
                    indicator.denominator,
                    indicator.score,
                )
        if row["period"] == "latest":
            assert row["digest"] == card.digest()
            counted = {(i.id, n) for p in card.principles for i in p.indicators for n in i.counted}
            excluded = {(i.id, n, why) for p in card.principles for i in p.indicators for n, why in i.excluded}
            said = of(found, "fact_contribution", relationship_id=REL)
            assert counted == {(r["indicator_id"], r["position"]) for r in said if r["reason"] == "counted"}
            assert excluded == {
                (r["indicator_id"], r["position"], r["reason"]) for r in said if r["reason"] != "counted"
            }
            assert counted


def _valid(row: dict[str, Any]) -> tuple[str, str | None]:
    return str(row["valid_from"]), _text(row["valid_to"])


def _text(value: object) -> str | None:
    return None if value is None else f"{value}"


def test_a_restatement_shows_beside_what_was_published(database: Engine) -> None:
    clock = Clock(datetime(2024, 3, 20, tzinfo=UTC))
    found = recorded(database, [*opening(), *stages(2, 3, 4, 5)], clock)
    found.record(*(promise(f"p{n}", f"2024-03-0{n}") for n in range(1, 7)))
    found.record(*(done(f"p{n}", f"2024-03-0{n}") for n in range(1, 6)))
    clock.now = datetime(2024, 4, 10, tzinfo=UTC)
    published = found.register.store.size()
    [row] = of(fed(engine_of(found), clock.now), "fact_indicator_score", indicator_id="TC1", period="2024-03")
    assert (row["value"], row["published_value"], row["is_restated"]) == (row["value"], row["value"], False)
    assert f"{row['numerator']}/{row['denominator']}" == "5.0000/6.0000"
    found.record(done("p6", "2024-03-06"))
    [row] = of(fed(engine_of(found), clock.now), "fact_indicator_score", indicator_id="TC1", period="2024-03")
    assert (f"{row['value']}", f"{row['published_value']}", row["is_restated"]) == ("1.0000", "0.8333", True)
    assert row["published_known_at"] == published
    [february] = of(fed(engine_of(found), clock.now), "fact_relationship_score", period="2024-02")
    assert (february["published_known_at"], february["published_band"], february["is_restated"]) == (None, None, False)


def test_a_relationship_has_a_version_for_every_change(database: Engine) -> None:
    changes = [
        line("relationship.tiered", "2024-02-01", tier="strategic"),
        line("relationship.suspended", "2024-03-01", reason="pause"),
        line("relationship.resumed", "2024-04-01"),
    ]
    with told(database, [*opening(), *stages(2), *changes]) as found:
        versions = of(fed(engine_of(found)), "dim_relationship")
    said = [(*_valid(v), v["stage"], v["tier"], v["status"]) for v in versions]
    assert sorted(said) == [
        ("2024-01-02", "2024-01-03", 1, None, "open"),
        ("2024-01-03", "2024-02-01", 2, None, "open"),
        ("2024-02-01", "2024-03-01", 2, "strategic", "open"),
        ("2024-03-01", "2024-04-01", 2, "strategic", "suspended"),
        ("2024-04-01", None, 2, "strategic", "open"),
    ]
    assert [v["is_current"] for v in sorted(versions, key=lambda v: v["valid_from"])] == [False] * 4 + [True]


def test_parties_have_the_times_for_which_they_were_active(database: Engine) -> None:
    moves = [
        line("relationship.party_joined", "2024-02-01", "a", party=uid("c")),
        line("relationship.party_left", "2024-03-01", "a", party=uid("c")),
    ]
    with told(database, [*opening(), *moves]) as found:
        rows = of(fed(engine_of(found)), "bridge_relationship_party")
    assert sorted((r["organisation_id"], *_valid(r)) for r in rows) == [
        (uid("a"), "2024-01-02", None),
        (uid("b"), "2024-01-02", None),
        (uid("c"), "2024-02-01", "2024-03-01"),
    ]


def test_every_event_is_one_row_as_it_stands_after_its_corrections(register: Recorded) -> None:
    found, size = fed(engine_of(register)), register.register.store.size()
    assert sorted(row["position"] for row in of(found, "event_fact")) == list(range(1, size + 1))
    by_item = {row["item_id"]: row for row in of(found, "event_fact", type="commitment.made")}
    assert {
        name: (str(by_item[uid(name)]["due_on"]), by_item[uid(name)]["is_corrected"], by_item[uid(name)]["is_void"])
        for name in ("c1", "c2", "c3", "c4")
    } == {
        "c1": ("2024-03-01", False, False),
        "c2": ("2024-03-02", True, False),
        "c3": ("2024-03-01", True, False),
        "c4": ("2024-03-01", False, False),
    }
    assert [str(row["occurred_on"]) for row in of(found, "event_fact", type="commitment.fulfilled", is_void=True)] == [
        "2024-03-01"
    ]


@pytest.mark.parametrize(
    ("currency", "given", "shown"), [("EUR", "12.34", "12.3400"), ("JPY", "12", "12.0000"), ("KWD", "1.234", "1.2340")]
)
def test_money_is_in_major_units_of_the_currency(currency: str, given: str, shown: str, database: Engine) -> None:
    money = {"amount": given, "currency": currency, "rate": "1"}
    idea = line("initiative.proposed", "2024-02-01", initiative_id=uid("i"), by_party=uid("a"), title="Idea",
                value_type="cost", expected=money)  # fmt: skip
    facts = [fact if fact["type"] != "relationship.registered" else _in(fact, currency) for fact in opening()]
    with told(database, [*facts, idea]) as register:
        found = fed(engine_of(register))
    [event] = of(found, "event_fact", type="initiative.proposed")
    [item] = of(found, "item_initiative")
    assert (f"{event['amount']}", f"{item['expected']}") == (shown, shown)


def _in(fact: dict[str, object], currency: str) -> dict[str, object]:
    return {**fact, "data": {**fact["data"], "currency": currency}}  # type: ignore[dict-item]


def test_items_are_open_from_the_day_they_began_to_the_day_they_ended(database: Engine) -> None:
    both = [uid("a"), uid("b")]
    facts = [
        *opening(),
        promise("c1", "2024-03-01"),
        promise("c2", "2024-03-01"),
        promise("c3", "2024-03-01"),
        done("c1", "2024-03-09"),
        line("commitment.withdrawn", "2024-02-20", commitment_id=uid("c2"), agreed_by=both),
    ]
    with told(database, facts) as found:
        rows = of(fed(engine_of(found)), "item_commitment")
    assert {r["title"]: (r["state"], *_valid(r)) for r in rows} == {
        "c1": ("LATE", "2024-02-01", "2024-03-09"),
        "c2": ("WITHDRAWN", "2024-02-01", "2024-02-20"),
        "c3": ("BROKEN", "2024-02-01", None),
    }


def test_a_party_sees_what_is_shared_and_its_own(register: Recorded) -> None:
    engine = engine_of(register)
    everything, a, b, c = (fed(engine, party=party) for party in (None, uid("a"), uid("b"), uid("c")))
    assert [row["title"] for row in of(everything, "item_commitment", own_of=uid("a"))] == ["c4"]
    assert [row["title"] for row in of(a, "item_commitment", own_of=uid("a"))] == ["c4"]
    for other in (b, c):
        assert not of(other, "item_commitment", own_of=uid("a"))
        assert not of(other, "event_fact", own_of=uid("a"))
        assert not of(other, "event_fact", relationship_id=None)
    assert {row["relationship_id"] for row in of(b, "fact_relationship_score")} == {REL}
    assert {row["relationship_id"] for row in of(c, "fact_relationship_score")} == {uid("r2")}
    assert {row["organisation_id"] for row in of(c, "dim_organisation")} == {uid("a"), uid("c")}
    assert len(of(b, "dim_indicator")) == 54


def test_a_party_that_joins_gets_what_was_there_before_it(register: Recorded) -> None:
    engine, size = engine_of(register), register.register.store.size()
    before = fed(engine, party=uid("c"))
    tell(register, line("relationship.party_joined", "2024-07-01", "a", party=uid("c")))
    increment = fed(engine, after=size, party=uid("c"))
    assert of(increment, "event_fact", type="commitment.made")
    assert applied(before, increment) == fed(engine, party=uid("c"))


def test_working_everything_out_anew_writes_nothing_that_is_the_same(register: Recorded) -> None:
    engine = engine_of(register)
    before = fed(engine)
    forget(engine)
    assert catch_up(engine, NOW).written == 0
    assert fed(engine) == before


def test_many_relationships_are_worked_out_in_duckdb_as_one_is(
    register: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_of(register)
    assert catch_up(engine, NOW).written > 2_000
    forget(engine)
    monkeypatch.setattr(follower, "MANY", 2)
    assert catch_up(engine, NOW) == Stand(position=register.register.store.size(), written=0)


def test_followers_at_the_same_time_do_not_disturb_each_other(register: Recorded) -> None:
    engine = engine_of(register)
    with ThreadPoolExecutor(4) as threads:
        assert len({stand.position for stand in threads.map(lambda _: catch_up(engine, NOW), range(8))}) == 1
    together = fed(engine)
    forget(engine)
    assert fed(engine) == together


def between(monkeypatch: pytest.MonkeyPatch, work: Callable[[], None]) -> Progress:
    """For a follower that takes one relationship at a time: the work is done after the first of two."""
    monkeypatch.setattr(follower, "AT_ONCE", 1)

    def progress(done: int, count: int) -> None:
        assert count == 2
        if done == 1:
            work()

    return progress


def turn(engine: Engine) -> int:
    with reading(engine) as connection:
        return last_turn(connection)


def test_what_a_slower_follower_writes_after_a_client_has_read_is_in_the_increment(
    register: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One begins as a new day begins; another, still of the old day, reaches the position meanwhile."""
    engine, tomorrow = engine_of(register), NOW + timedelta(days=1)
    fed(engine)
    size = tell(register, promise("n1", "2024-05-01"))
    client: list[tuple[int, Rows]] = []

    def read() -> None:
        found = fed(engine, NOW)
        client.append((turn(engine), found))

    assert catch_up(engine, tomorrow, between(monkeypatch, read)).position == size
    [(turn_read, held)] = client
    increment, whole = fed(engine, tomorrow, after=size), fed(engine, tomorrow)
    latest = of(whole, "fact_relationship_score", period="latest")
    assert [(row["as_of"], row["changed_at"]) for row in latest] == [(tomorrow.date(), size)] * 2
    assert applied(held, increment) == whole != held
    assert turn(engine) > turn_read


def test_what_a_follower_writes_after_a_rebuild_beside_it_has_a_later_turn(
    register: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, size = engine_of(register), register.register.store.size()
    today, tomorrow = NOW, NOW + timedelta(days=1)
    fed(engine, today)
    client: list[tuple[int, Rows]] = []

    def rebuild() -> None:
        forget(engine)
        assert catch_up(engine, today).written > 0  # the first relationship, which stood at tomorrow
        client.append((turn(engine), fed(engine, today)))

    catch_up(engine, tomorrow, between(monkeypatch, rebuild))
    [(turn_read, held)] = client
    assert turn(engine) > turn_read
    increment, whole = fed(engine, tomorrow, after=size), fed(engine, tomorrow)
    assert applied(held, increment) == whole != held


def test_a_run_that_was_left_behind_writes_nothing_into_a_feed_that_is_further(
    register: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where a rebuild has forgotten how far each relationship was."""
    engine, tomorrow = engine_of(register), NOW + timedelta(days=1)
    fed(engine)

    def go_further() -> None:
        tell(register, promise("n1", "2024-05-01"), *stages(2, rel="r2"))
        catch_up(engine, tomorrow)
        forget(engine)

    catch_up(engine, tomorrow, between(monkeypatch, go_further))
    found = fed(engine, tomorrow)
    forget(engine)
    assert fed(engine, tomorrow) == found


def test_a_run_that_is_broken_off_has_used_up_the_turns_of_what_it_wrote(
    register: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, tomorrow = engine_of(register), NOW + timedelta(days=1)
    fed(engine)
    before = turn(engine)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catch_up(engine, tomorrow, between(monkeypatch, stop))
    assert turn(engine) == before + 1
    assert catch_up(engine, tomorrow).written > 0
    assert turn(engine) == before + 2
    assert catch_up(engine, tomorrow).written == 0
    assert turn(engine) == before + 2


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_follower_that_waited_for_another_takes_the_turn_after_its(register: Recorded) -> None:
    engine, tomorrow = engine_of(register), NOW + timedelta(days=1)
    fed(engine)
    before = turn(engine)
    with ThreadPoolExecutor(1) as threads:
        with writing(engine) as connection:
            connection.execute(text("LOCK TABLE bi_standing IN SHARE ROW EXCLUSIVE MODE"))
            waiting = threads.submit(catch_up, engine, tomorrow)
            wants = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'bi_standing'::regclass"
            ends = time.monotonic() + 20
            while connection.execute(text(wants)).scalar_one() == 0:
                assert time.monotonic() < ends, "it does not wait"
                time.sleep(0.02)
            connection.execute(text("UPDATE bi_reached SET last_turn = last_turn + 5"))
        waiting.result()
    with reading(engine) as connection:
        taken = "SELECT min(changed_turn) FROM bi_fact_relationship_score WHERE snapshot = 'latest'"
        assert connection.execute(text(taken)).scalar_one() == before + 6


def test_a_new_policy_scores_everything_anew(register: Recorded) -> None:
    engine = engine_of(register)
    before = fed(engine)
    size = register.register.store.size()
    changes = {"indicators": {"TC1": {"target": "0.99"}}}
    tell(
        register,
        {
            "type": "scoring_policy.published",
            "on": "2024-06-01",
            "relationship_id": None,
            "on_behalf_of": None,
            "data": {"policy_version": 1, "effective_from": "2026-11-24", "changes": changes, "reason": "stricter"},
        },
    )
    increment = fed(engine, after=size)
    assert [row["policy_version"] for row in of(increment, "dim_policy")] == [1]
    [was] = of(increment, "bridge_policy_indicator", policy_version=1, indicator_id="TC1")
    assert (f"{was['floor']}", f"{was['target']}") == ("0.5000", "0.9900")
    tomorrow = fed(engine, NOW + timedelta(days=1), after=size)
    assert {row["policy_version"] for row in of(tomorrow, "fact_relationship_score")} == {1}
    assert {row["policy_version"] for row in of(before, "fact_relationship_score")} == {0}
