"""Competences: docs/principles.md A51."""

from datetime import date

from domain.errors import IsOutOfOrder, UnknownId
from domain.facts.competences import CompetenceAssessed, CompetenceRequired, Competences, competences
from domain.facts.roles import RoleAssigned, RoleVacated
from given import ANNE, A, at, given, uid

ROLE = uid(1)
ASSIGNED = RoleAssigned(role_id=ROLE, role="engineer", party=A, person=ANNE)
REQUIRED = CompetenceRequired(role="engineer", competence="negotiation", level=3)


def assessed(valid_until: date = date(2026, 2, 1)) -> CompetenceAssessed:
    return CompetenceAssessed(role_id=ROLE, competence="negotiation", level=4, valid_until=valid_until)


def test_a_level_is_required_of_a_role_name() -> None:
    assert given(competences).when(at("2025-01-10", REQUIRED)) == REQUIRED


def test_the_level_required_already_holds() -> None:
    assert given(competences, at("2025-01-10", REQUIRED)).when(at("2025-01-11", REQUIRED)) is None


def test_another_level_role_or_competence_is_a_new_requirement() -> None:
    book = given(competences, at("2025-01-10", REQUIRED))
    higher = CompetenceRequired(role="engineer", competence="negotiation", level=4)
    of_another = CompetenceRequired(role="buyer", competence="negotiation", level=3)
    another = CompetenceRequired(role="engineer", competence="planning", level=3)
    for fact in (higher, of_another, another):
        assert book.when(at("2025-01-11", fact)) == fact


def test_the_last_required_level_counts() -> None:
    lower = CompetenceRequired(role="engineer", competence="negotiation", level=2)
    book = given(competences, at("2025-01-10", REQUIRED), at("2025-03-10", lower))
    assert book.state() == Competences(required={("engineer", "negotiation"): 2})
    assert book.when(at("2025-03-11", REQUIRED)) == REQUIRED


def test_an_assessment_is_of_an_assigned_role() -> None:
    refused = given(competences).when(at("2025-02-01", assessed()))
    assert isinstance(refused, UnknownId)
    assert refused.field == "role_id"


def test_a_role_is_assessed_from_the_day_of_its_assignment_on() -> None:
    book = given(competences, at("2025-02-01", ASSIGNED))
    assert isinstance(book.when(at("2025-01-31", assessed())), UnknownId)
    assert book.when(at("2025-02-01", assessed())) == assessed()


def test_an_assessment_valid_on_its_own_day_alone_is_the_shortest() -> None:
    book = given(competences, at("2025-01-10", ASSIGNED))
    assert book.when(at("2025-02-01", assessed(date(2025, 2, 1)))) == assessed(date(2025, 2, 1))
    refused = book.when(at("2025-02-01", assessed(date(2025, 1, 31))))
    assert isinstance(refused, IsOutOfOrder)
    assert refused.field == "valid_until"


def test_the_same_assessment_again_is_a_new_fact() -> None:
    book = given(competences, at("2025-01-10", ASSIGNED), at("2025-02-01", assessed()))
    assert book.when(at("2025-02-02", assessed())) == assessed()


def test_an_assessment_dated_before_the_end_of_the_role_may_come_after_it() -> None:
    book = given(competences, at("2025-01-10", ASSIGNED), at("2025-06-10", RoleVacated(role_id=ROLE)))
    assert book.when(at("2025-06-09", assessed())) == assessed()
