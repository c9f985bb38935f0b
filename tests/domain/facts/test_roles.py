"""Roles: docs/principles.md A38, A39, A97."""

import pytest

from domain.errors import IdIsTaken, IsNotAllowedNow, UnknownId
from domain.facts.fact import Fact
from domain.facts.roles import Role, RoleAssigned, RoleDeputyNamed, RoleHandedOver, Roles, RoleVacated, roles
from given import ANNE, BEN, CORA, DIRK, A, B, at, given, uid

FIRST, SECOND = uid(1), uid(2)
SPONSOR = RoleAssigned(role_id=FIRST, role="executive_sponsor", party=A, person=ANNE, deputy=BEN)
NEXT_SPONSOR = RoleAssigned(role_id=SECOND, role="executive_sponsor", party=A, person=CORA)
VACATED = RoleVacated(role_id=FIRST)


def test_a_first_assignment_of_a_key_role_is_recorded() -> None:
    assert given(roles).when(at("2025-01-10", SPONSOR)) == SPONSOR


@pytest.mark.parametrize("role", ["executive_sponsor", "relationship_manager"])
def test_a_second_assignment_of_a_key_role_of_the_same_party_is_refused_while_one_is_in_office(role: str) -> None:
    first = RoleAssigned(role_id=FIRST, role=role, party=A, person=ANNE)
    second = RoleAssigned(role_id=SECOND, role=role, party=A, person=ANNE)
    refused = given(roles, at("2025-01-10", first)).when(at("2025-02-10", second))
    assert isinstance(refused, IsNotAllowedNow)
    assert str(FIRST) in refused.message
    assert refused.field == "role"


def test_each_party_has_its_own_key_role() -> None:
    of_the_other = RoleAssigned(role_id=SECOND, role="executive_sponsor", party=B, person=BEN)
    assert given(roles, at("2025-01-10", SPONSOR)).when(at("2025-01-10", of_the_other)) == of_the_other


def test_the_two_key_roles_do_not_stand_in_each_others_way() -> None:
    manager = RoleAssigned(role_id=SECOND, role="relationship_manager", party=A, person=ANNE)
    assert given(roles, at("2025-01-10", SPONSOR)).when(at("2025-01-10", manager)) == manager


def test_any_other_role_may_be_held_twice() -> None:
    engineer = RoleAssigned(role_id=FIRST, role="engineer", party=A, person=ANNE)
    another = RoleAssigned(role_id=SECOND, role="engineer", party=A, person=BEN)
    assert given(roles, at("2025-01-10", engineer)).when(at("2025-01-11", another)) == another


def test_an_assignment_on_the_day_of_the_vacating_is_recorded() -> None:
    book = given(roles, at("2025-01-10", SPONSOR), at("2025-06-10", VACATED))
    assert book.when(at("2025-06-10", NEXT_SPONSOR)) == NEXT_SPONSOR


def test_an_assignment_recorded_late_for_the_day_before_the_vacating_is_refused() -> None:
    book = given(roles, at("2025-01-10", SPONSOR), at("2025-06-10", VACATED))
    assert isinstance(book.when(at("2025-06-09", NEXT_SPONSOR)), IsNotAllowedNow)


def test_a_role_id_is_used_once() -> None:
    again = RoleAssigned(role_id=FIRST, role="engineer", party=B, person=BEN)
    assert isinstance(given(roles, at("2025-01-10", SPONSOR)).when(at("2025-01-11", again)), IdIsTaken)


@pytest.mark.parametrize(
    "fact",
    [
        RoleDeputyNamed(role_id=SECOND, deputy=BEN),
        RoleVacated(role_id=SECOND),
        RoleHandedOver(role_id=SECOND, to=BEN),
    ],
)
def test_a_role_that_nobody_assigned_is_unknown(fact: Fact) -> None:
    refused = given(roles, at("2025-01-10", SPONSOR)).when(at("2025-01-11", fact))
    assert isinstance(refused, UnknownId)
    assert refused.field == "role_id"


def test_a_role_is_unknown_before_its_first_day_and_known_on_it() -> None:
    book = given(roles, at("2025-01-10", SPONSOR))
    assert isinstance(book.when(at("2025-01-09", VACATED)), UnknownId)
    assert book.when(at("2025-01-10", VACATED)) == VACATED


def test_a_deputy_is_named_and_the_last_one_stands() -> None:
    book = given(roles, at("2025-01-10", SPONSOR), at("2025-02-10", RoleDeputyNamed(role_id=FIRST, deputy=DIRK)))
    assert book.state().by_id[FIRST].deputy == DIRK
    back = RoleDeputyNamed(role_id=FIRST, deputy=BEN)
    assert book.when(at("2025-03-10", back)) == back


def test_naming_the_present_deputy_again_holds_already() -> None:
    again = RoleDeputyNamed(role_id=FIRST, deputy=BEN)
    assert given(roles, at("2025-01-10", SPONSOR)).when(at("2025-02-10", again)) is None


def test_a_deputy_of_a_vacated_role_is_refused() -> None:
    book = given(roles, at("2025-01-10", SPONSOR), at("2025-06-10", VACATED))
    named = RoleDeputyNamed(role_id=FIRST, deputy=DIRK)
    assert book.when(at("2025-06-09", named)) == named
    assert isinstance(book.when(at("2025-06-10", named)), IsNotAllowedNow)


def test_vacating_twice_is_refused() -> None:
    book = given(roles, at("2025-01-10", SPONSOR), at("2025-06-10", VACATED))
    assert isinstance(book.when(at("2025-06-11", VACATED)), IsNotAllowedNow)


def test_only_a_vacated_role_is_handed_over() -> None:
    handed = RoleHandedOver(role_id=FIRST, to=CORA)
    book = given(roles, at("2025-01-10", SPONSOR), at("2025-06-10", VACATED))
    assert isinstance(book.when(at("2025-06-09", handed)), IsNotAllowedNow)
    assert book.when(at("2025-06-10", handed)) == handed


def test_handing_over_to_the_same_person_again_holds_already() -> None:
    handed = RoleHandedOver(role_id=FIRST, to=CORA)
    book = given(roles, at("2025-01-10", SPONSOR), at("2025-06-10", VACATED), at("2025-06-20", handed))
    assert book.when(at("2025-06-21", handed)) is None
    to_another = RoleHandedOver(role_id=FIRST, to=DIRK)
    assert book.when(at("2025-06-21", to_another)) == to_another


def test_a_handover_puts_nobody_in_office() -> None:
    book = given(
        roles,
        at("2025-01-10", SPONSOR),
        at("2025-06-10", VACATED),
        at("2025-06-20", RoleHandedOver(role_id=FIRST, to=CORA)),
    )
    assert book.when(at("2025-06-20", NEXT_SPONSOR)) == NEXT_SPONSOR
    assert book.state() == Roles(
        by_id={
            FIRST: Role(role="executive_sponsor", party=A, deputy=BEN, vacated=True, handed_over_to=frozenset({CORA}))
        }
    )


def test_a_fact_about_a_role_not_known_in_this_view_changes_nothing() -> None:
    book = given(roles, at("2025-01-10", SPONSOR), at("2025-01-11", RoleVacated(role_id=SECOND)))
    assert book.state() == Roles(by_id={FIRST: Role(role="executive_sponsor", party=A, deputy=BEN)})
