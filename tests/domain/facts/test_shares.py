import msgspec
import pytest

from domain.errors import IsNotAllowedNow
from domain.facts.shares import (
    KnowledgeAccessRevoked,
    KnowledgeAcknowledged,
    KnowledgeDestroyed,
    KnowledgeReturned,
    KnowledgeShared,
    OfARecipient,
    shares,
)
from given import A, B, C, at, given, uid

SHARE = uid(1)
SHARED = KnowledgeShared(
    share_id=SHARE, from_party=A, to_parties=(B,), topic="Drawings", ip_status="none", contains_personal_data=False
)
BY_B = [
    KnowledgeAcknowledged(share_id=SHARE, party=B),
    KnowledgeAccessRevoked(share_id=SHARE, party=B),
    KnowledgeReturned(share_id=SHARE, party=B),
    KnowledgeDestroyed(share_id=SHARE, party=B),
]


def test_knowledge_is_shared() -> None:
    assert given(shares).when(at("2025-02-01", SHARED)) == SHARED


@pytest.mark.parametrize("fact", BY_B)
def test_what_a_recipient_does_is_recorded_once(fact: OfARecipient) -> None:
    book = given(shares, at("2025-02-01", SHARED))
    assert book.when(at("2025-02-01", fact)) == fact
    book = given(shares, at("2025-02-01", SHARED), at("2025-02-02", fact))
    assert book.when(at("2025-02-03", fact)) is None


@pytest.mark.parametrize("party", [A, C])
@pytest.mark.parametrize("fact", BY_B)
def test_what_another_than_a_recipient_does_is_refused(fact: OfARecipient, party: object) -> None:
    book = given(shares, at("2025-02-01", SHARED))
    refused = book.when(at("2025-02-02", msgspec.structs.replace(fact, party=party)))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == f"The knowledge was not shared with {party} on 2025-02-01."
    assert refused.field == "party"


def test_each_recipient_acknowledges_for_itself() -> None:
    both = msgspec.structs.replace(SHARED, to_parties=(B, C))
    book = given(shares, at("2025-02-01", both), at("2025-02-02", KnowledgeAcknowledged(share_id=SHARE, party=B)))
    by_c = KnowledgeAcknowledged(share_id=SHARE, party=C)
    assert book.when(at("2025-02-03", by_c)) == by_c


def test_a_returned_share_may_be_destroyed_too() -> None:
    book = given(shares, at("2025-02-01", SHARED), at("2025-02-02", KnowledgeReturned(share_id=SHARE, party=B)))
    destroyed = KnowledgeDestroyed(share_id=SHARE, party=B)
    assert book.when(at("2025-02-03", destroyed)) == destroyed


@pytest.mark.parametrize(("name", "value"), [("classification", "secret"), ("ip_status", ""), ("to_parties", [])])
def test_a_status_outside_its_list_and_a_share_with_nobody_are_malformed(name: str, value: object) -> None:
    data = {"from_party": str(A), "to_parties": [str(B)], "topic": "t", "contains_personal_data": False}
    assert msgspec.convert(data, KnowledgeShared).classification is None
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**data, name: value}, KnowledgeShared)
