"""Knowledge shared."""

from datetime import date
from typing import Any

from item_pages import A, B, C, ids, rows
from projections.items.listing import Wanted
from projections.items.shares import SHARE, Share
from recording import Recorded
from telling import Line, line, tell, uid


def test_a_share_awaits_every_recipient_and_ends_or_expires(register: Recorded) -> None:
    def given(name: str, *to: str, **more: Any) -> Line:
        data: Line = {"share_id": uid(name), "from_party": uid("a"), "to_parties": ids(*to), "topic": name, **more}
        return line("knowledge.shared", "2024-03-01", contains_personal_data=False, **data)

    def of(kind: str, name: str, party: str) -> Line:
        return line(f"knowledge.{kind}", "2024-03-05", party, share_id=uid(name), party=uid(party))

    rules: Line = {"classification": "confidential", "ip_status": "background", "permitted_use": "tests"}
    tell(
        register,
        given("k1", "b", "c", expires_on="2024-04-01", **rules),
        given("k2", "b", "c"),
        given("k3", "b", "c"),
        of("acknowledged", "k1", "b"),
        of("acknowledged", "k2", "b"),
        of("acknowledged", "k2", "c"),
        of("access_revoked", "k3", "b"),
        of("returned", "k1", "c"),
        of("destroyed", "k3", "c"),
    )
    found: dict[str, Share] = {s.topic: s for s in rows(register, SHARE, "2024-04-01")}
    assert list(found) == ["k1", "k2", "k3"]
    assert {name: s.state for name, s in found.items()} == {"k1": "AWAITING", "k2": "ACKNOWLEDGED", "k3": "ENDED"}
    k1, k3 = found["k1"], found["k3"]
    assert (k1.from_party, k1.to_parties, k1.shared_on) == (A, (B, C), date(2024, 3, 1))
    assert (k1.classification, k1.ip_status, k1.permitted_use) == ("confidential", "background", "tests")
    assert (k1.expires_on, k1.contains_personal_data, k1.answers_request) == (date(2024, 4, 1), False, None)
    assert (k1.acknowledged_by, k1.returned_by) == ((B,), (C,))
    assert (k3.revoked_for, k3.destroyed_by) == ((B,), (C,))
    later = {s.topic: s.state for s in rows(register, SHARE, "2024-04-02")}
    assert later == {"k1": "EXPIRED", "k2": "ACKNOWLEDGED", "k3": "ENDED"}
    still = rows(register, SHARE, "2024-04-02", wanted=Wanted(open_only=True))
    assert [s.topic for s in still] == ["k2"]
