"""What another policy would make of every relationship is what it makes of them once it is published."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from api.interchange import record_file
from domain.store.engine import reading
from projections.bulk.opening import bulk
from projections.bulk.rescoring import Move, moves, summary
from projections.scorecards.asking import every
from projections.scorecards.policy import proposed
from projections.scorecards.question import Question
from projections.scorecards.scorecard import fixed
from projections.scorecards.service import scorecards
from rebuilding import engine_of
from recording import recorded

DEMO = Path(__file__).parents[3] / "api" / "demo"
FILES = ("00_register", "01_aero_wings", "02_ward_devices", "14_tele_clinic")
AS_OF = date(2026, 11, 20)
CHANGES: dict[str, Any] = {
    "indicators": {"TC1": {"weight": "5"}, "MO1": {"enabled": False}},
    "principles": {"P7": "2"},
    "bands": {"amber_from": "55", "green_from": "95"},
}


def test_moves_are_those_of_the_published_policy(database_url: str) -> None:
    found = recorded(database_url)
    for name in FILES:
        record_file(found.register, DEMO / f"{name}.ndjson", actor="demo")
    engine, size = engine_of(found), found.register.store.size()
    with reading(engine) as connection:
        policy = proposed(connection, CHANGES)
        questions = [Question(relationship_id=r.id, as_of=AS_OF, known_at=size) for r in every(connection)]
        before = scorecards(connection, questions, explained=False)
    told = moves(engine, size, questions, policy)
    assert found.register.store.size() == size
    published = {"policy_version": policy.version, "effective_from": "2026-01-01", "reason": "so", "changes": CHANGES}
    wide = {"relationship_id": None, "on_behalf_of": None, "type": "scoring_policy.published", "on": "2026-11-20"}
    known_at = found.record({**wide, "data": published})
    asked = [Question(relationship_id=q.relationship_id, as_of=AS_OF, known_at=known_at) for q in questions]
    with reading(engine) as connection:
        after = scorecards(connection, asked, explained=False)
    assert {m.question.relationship_id: (fixed(m.old[0], 2), m.old[1]) for m in told} == {
        card.relationship: (card.score, card.band) for card in before
    }
    assert {m.question.relationship_id: (fixed(m.new[0], 2), m.new[1]) for m in told} == {
        card.relationship: (card.score, card.band) for card in after
    }
    sizes = [abs(move.difference or 0) for move in told]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[1] > 0 == sizes[2]
    assert summary(told)["up"] + summary(told)["down"] == 2
    engine.dispose()


def test_a_policy_at_its_limits_is_scored_as_it_is_live(migrated: str) -> None:
    most, heaviest = "1000000000", "9999999.99"
    changes = {
        "indicators": {
            "TC1": {"weight": heaviest, "window_days": 3650},
            "VC1": {"target": most, "weight": heaviest},
            "RK3": {"floor": f"-{most}", "target": most, "min_n": 1_000_000},
        },
        "principles": {"P1": heaviest, "P7": heaviest},
    }
    found = recorded(migrated)
    for name in FILES:
        record_file(found.register, DEMO / f"{name}.ndjson", actor="demo")
    engine = engine_of(found)
    published = {"policy_version": 3, "effective_from": "2026-01-01", "reason": "so", "changes": changes}
    wide = {"relationship_id": None, "on_behalf_of": None, "type": "scoring_policy.published", "on": "2026-11-20"}
    size = found.record({**wide, "data": published})
    with reading(engine) as connection:
        questions = [Question(relationship_id=r.id, as_of=AS_OF, known_at=size) for r in every(connection)]
        live = scorecards(connection, questions)
    with bulk(engine) as scoring:
        assert list(scoring.scorecards(questions)) == live
    assert {card.policy_version for card in live} == {3}
    assert [p.weight for p in live[0].principles if p.principle in {"P1", "P7"}] == [heaviest, heaviest]
    engine.dispose()


def test_a_summary_counts_each_way() -> None:
    question = Question(relationship_id=UUID(int=1), as_of=AS_OF, known_at=1)
    found = [
        Move(question=question, old=(7000, "AMBER"), new=(7600, "GREEN")),
        Move(question=question, old=(7000, "AMBER"), new=(6900, "AMBER")),
        Move(question=question, old=(7000, "AMBER"), new=(7000, "RED")),
        Move(question=question, old=(None, "NOT_RATED"), new=(7000, "AMBER")),
        Move(question=question, old=(7000, "AMBER"), new=(None, "NOT_RATED")),
        Move(question=question, old=(None, "NOT_RATED"), new=(None, "NOT_RATED")),
    ]
    ways = {"up": 1, "down": 1, "unchanged": 2, "newly_rated": 1, "no_longer_rated": 1}
    assert summary(found) == {**ways, "band_changes": 4}
    assert [move.difference for move in found] == [600, -100, 0, None, None, None]
