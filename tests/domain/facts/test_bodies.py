"""Governance bodies: docs/principles.md A47."""

from domain.errors import IsNotAllowedNow
from domain.facts.bodies import Body, GovernanceBodyDissolved, GovernanceBodyEstablished, bodies
from given import at, given, uid

ID = uid(1)
ESTABLISHED = GovernanceBodyEstablished(
    body_id=ID, name="Steering", level="strategic", cadence_days=91, required_roles=("executive_sponsor",)
)
DISSOLVED = GovernanceBodyDissolved(body_id=ID)


def test_a_body_is_established_and_dissolved() -> None:
    assert given(bodies).when(at("2025-01-10", ESTABLISHED)) == ESTABLISHED
    book = given(bodies, at("2025-01-10", ESTABLISHED))
    assert book.state(ID) == Body(level="strategic")
    assert book.when(at("2025-01-10", DISSOLVED)) == DISSOLVED


def test_dissolving_a_body_twice_is_refused() -> None:
    book = given(bodies, at("2025-01-10", ESTABLISHED), at("2025-06-10", DISSOLVED))
    refused = book.when(at("2025-06-10", DISSOLVED))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The body was already dissolved on 2025-06-10."
