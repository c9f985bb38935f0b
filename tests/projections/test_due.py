"""The due list: what is promised or has a limit, until it is done."""

from collections.abc import Iterator
from datetime import date
from typing import Any, get_args
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from domain.store.engine import reading
from domain.values import Sealed
from due_cases import ASKED, ASSIGNED, BODY, CASES, DECIDED, GOAL, NEEDED, ON, PLANNED, PROMISED, RISK, A, B
from projections.due import KINDS, DueItem, Kind, due
from projections.scorecards.question import Question
from recording import Recorded
from telling import Line, line, opening, relationship, tell, told, uid


@pytest.fixture
def register(database: Engine) -> Iterator[Recorded]:
    with told(database, opening()) as found:
        yield found


def listed(register: Recorded, on: str, until: str | None = None, party: UUID | None = None) -> list[DueItem]:
    question = Question(relationship_id=UUID(uid("r")), as_of=date.fromisoformat(on), known_at=1000, party=party)
    with reading(register.register.store.engine) as connection:
        return due(connection, [question], None if until is None else date.fromisoformat(until))


def test_every_kind_has_a_case() -> None:
    assert {kind for kind, *_ in CASES} == set(KINDS) == set(get_args(Kind))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].lower())
def test_it_is_on_the_list_from_the_day_it_is_known_until_the_day_it_is_done(
    register: Recorded, case: tuple[Kind, list[Line], list[Line], str, str, str | None, UUID | None]
) -> None:
    kind, made, done, item, due_on, title, party = case
    position = tell(register, *made)
    tell(register, *done)

    def of_kind(on: str) -> list[DueItem]:
        return [each for each in listed(register, on) if each.kind == kind]

    assert of_kind("2024-02-29") == []
    (found,) = of_kind(ON)
    assert (found.kind, found.item, found.position) == (kind, UUID(uid(item)), position)
    assert (found.relationship_id, found.party, found.title) == (UUID(uid("r")), party, title)
    assert found.due_on == date.fromisoformat(due_on)
    assert found.days_left == (found.due_on - date(2024, 3, 1)).days
    assert of_kind("2024-03-09") != []
    assert of_kind("2024-03-10") == []


def test_what_is_overdue_stays_on_the_list(register: Recorded) -> None:
    tell(register, line("resource.committed", ON, **NEEDED, needed_by="2024-03-20"))
    assert [i.days_left for day in ("2024-03-19", "2024-03-20", "2024-03-21") for i in listed(register, day)] == [
        1,
        0,
        -1,
    ]


def test_an_objective_leaves_the_list_the_day_after_it_was_due(register: Recorded) -> None:
    tell(register, line("objective.agreed", ON, **GOAL, due_on="2024-03-20", owner_party=uid("b")))
    assert [len(listed(register, day)) for day in ("2024-03-20", "2024-03-21")] == [1, 0]


def test_a_lapsed_commitment_can_still_be_kept_but_one_declared_broken_or_released_cannot(register: Recorded) -> None:
    def promise(name: str) -> Line:
        return line("commitment.made", ON, **{**PROMISED, "commitment_id": uid(name), "title": name}, due_on=ON)

    tell(
        register,
        *(promise(name) for name in ("c1", "c2", "c3")),
        line("commitment.broken", "2024-03-02", commitment_id=uid("c2"), reason_code="x"),
        line("commitment.withdrawn", ON, commitment_id=uid("c3"), agreed_by=[uid("a"), uid("b")]),
    )
    assert [(i.title, i.days_left) for i in listed(register, "2024-06-01")] == [("c1", -92)]


@pytest.mark.parametrize("end", ["withdrawn", "declined"])
def test_a_request_withdrawn_or_declined_waits_no_more(register: Recorded, end: str) -> None:
    more: Line = {} if end == "withdrawn" else {"ground": "secret", "permitted": False}
    tell(
        register,
        line("information.requested", ON, **ASKED, needed_by="2024-03-20"),
        line(f"information.request_{end}", "2024-03-10", request_id=uid("ir"), **more),
    )
    assert [len(listed(register, day)) for day in ("2024-03-09", "2024-03-10")] == [1, 0]


def test_a_decision_reversed_or_without_a_day_is_not_on_the_list(register: Recorded) -> None:
    tell(
        register,
        BODY,
        line("decision.taken", ON, **DECIDED, decision_id=uid("d1"), due_on="2024-03-20"),
        line("decision.taken", ON, **DECIDED, decision_id=uid("d2")),
        line("decision.reversed", "2024-03-10", decision_id=uid("d1")),
    )
    assert [i.item for i in listed(register, "2024-03-09")] == [UUID(uid("d1"))]
    assert listed(register, "2024-03-10") == []


@pytest.mark.parametrize(("agreed_by", "left"), [(["a"], 1), (["a", "b"], 0)])
def test_a_meeting_leaves_the_list_when_all_cancel_it(register: Recorded, agreed_by: list[str], left: int) -> None:
    tell(
        register,
        BODY,
        line("meeting.scheduled", ON, meeting_id=uid("m"), body_id=uid("body"), scheduled_for="2024-03-20"),
        line("meeting.cancelled", "2024-03-10", meeting_id=uid("m"), agreed_by=[uid(party) for party in agreed_by]),
    )
    assert len(listed(register, "2024-03-10")) == left


def test_treatments_of_a_closed_risk_are_not_on_the_list(register: Recorded) -> None:
    tell(
        register,
        RISK,
        line("risk.treatment_planned", ON, **PLANNED, due_on="2024-03-20", owner_party=uid("b")),
        line("risk.closed", "2024-03-10", risk_id=uid("risk")),
    )
    assert [len(listed(register, day)) for day in ("2024-03-09", "2024-03-10")] == [1, 0]


def test_handovers_of_other_than_key_roles_are_not_on_the_list(register: Recorded) -> None:
    tell(
        register,
        line("role.assigned", "2024-02-01", **{**ASSIGNED, "role": "engineer"}),
        line("role.vacated", ON, role_id=uid("role")),
    )
    assert listed(register, "2024-03-10") == []


def test_a_trigger_observed_twice_and_assessed_once_between_is_on_the_list_once(register: Recorded) -> None:
    def of(kind: str, on: str, **data: Any) -> Line:
        return line(f"exit_trigger.{kind}", on, trigger_id=uid("tr"), **data)

    tell(
        register,
        of("defined", "2024-02-01", condition="Loss of licence"),
        of("observed", "2024-02-10"),
        of("assessed", "2024-02-20", decision="continue"),
        of("observed", "2024-03-01"),
    )
    assert [i.due_on for i in listed(register, "2024-03-10")] == [date(2024, 3, 31)]


def test_sealed_texts_are_named_and_can_be_opened(register: Recorded) -> None:
    tell(register, BODY, line("decision.taken", ON, **DECIDED, decision_id=uid("d"), due_on="2024-03-20"))
    (found,) = listed(register, ON)
    assert (found.title, isinstance(found.sealed_title, Sealed)) == (None, True)
    assert found.sealed_title is not None
    with reading(register.register.store.engine) as connection:
        assert register.register.vault.open(connection, found.sealed_title) == "Buy it"


def test_the_list_goes_up_to_and_includes_the_day_asked_for(register: Recorded) -> None:
    tell(register, line("resource.committed", ON, **NEEDED, needed_by="2024-03-20"))
    assert [len(listed(register, ON, until)) for until in ("2024-03-19", "2024-03-20")] == [0, 1]


def test_own_entries_are_on_the_list_of_their_party_alone(register: Recorded) -> None:
    tell(register, line("resource.committed", ON, **NEEDED, own=True, needed_by="2024-03-20"))
    assert [len(listed(register, ON, party=party)) for party in (None, A, B)] == [0, 1, 0]


def test_many_relationships_are_asked_in_two_statements_and_listed_by_due_date(register: Recorded) -> None:
    def needed(rel: str, name: str, by: str) -> Line:
        return line("resource.committed", ON, "a", rel, **{**NEEDED, "resource_id": uid(name)}, needed_by=by)

    tell(
        register,
        relationship("r2", "a", "b"),
        needed("r", "n1", "2024-03-22"),
        needed("r2", "n2", "2024-03-21"),
        needed("r", "n3", "2024-03-20"),
        needed("r2", "n4", "2024-03-20"),
    )
    questions = [
        Question(relationship_id=UUID(uid(name)), as_of=date(2024, 3, 1), known_at=1000) for name in ("r", "r2")
    ]
    statements: list[str] = []
    with reading(register.register.store.engine) as connection:
        event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
        found = due(connection, questions)
    assert [i.item for i in found] == [UUID(uid(name)) for name in ("n3", "n4", "n2", "n1")]
    assert [i.relationship_id for i in found] == [UUID(uid(name)) for name in ("r", "r2", "r2", "r")]
    assert len(statements) == 2


def test_a_corrected_title_and_due_date_are_those_of_the_list(register: Recorded) -> None:
    tell(
        register,
        line("commitment.made", ON, **PROMISED, due_on="2024-03-20", ref="made"),
        line(
            "entry.corrected",
            "2024-03-05",
            target_event_id="made",
            reason="typed wrongly",
            data={**PROMISED, "title": "Deliver more", "due_on": "2024-03-25"},
        ),
    )
    assert [(i.title, i.due_on) for i in listed(register, "2024-03-02")] == [("Deliver more", date(2024, 3, 25))]
