"""Synthetic facts in interchange form, for measurements: deterministic, any number, over any number of relationships.

python scripts/synthetic.py EVENTS RELATIONSHIPS > FILE.ndjson
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

START = date(2024, 1, 1)
Line = dict[str, Any]


def ident(*path: object) -> str:
    return str(uuid5(NAMESPACE_URL, "counterfoil:synthetic:" + "/".join(map(str, path))))


def lines(events: int, relationships: int) -> Iterator[Line]:
    """So many facts: the organisations and relationships first, then every relationship's life in turn."""
    return islice(_all(max(relationships, 1)), events)


def _all(relationships: int) -> Iterator[Line]:
    a, b = ident("a"), ident("b")
    for key, name in ((a, "Alder Works"), (b, "Birch Supply")):
        yield {
            "type": "organisation.registered",
            "on": "2023-12-01",
            "data": {"organisation_id": key, "legal_name": name, "country": "DE"},
        }
    for n in range(relationships):
        yield {
            "type": "relationship.registered", "on": str(START), "relationship_id": ident(n), "on_behalf_of": a,
            "data": {
                "name": f"Synthetic {n}", "form": "bilateral", "currency": "EUR", "time_zone": "UTC", "parties": [a, b],
            },
        }  # fmt: skip
        yield _fact(n, a, START, "lifecycle.stage_entered", stage=5, gate="proceed")
    for turn in count():
        for n in range(relationships):
            yield from _week(n, turn, a, b)


def _fact(n: int, party: str, on: date, kind: str, /, **data: Any) -> Line:
    return {"type": kind, "on": str(on), "relationship_id": ident(n), "on_behalf_of": party, "data": data}


def _week(n: int, turn: int, a: str, b: str) -> Iterator[Line]:
    """What happens in one week of a relationship: seven to nine facts, kept, late and broken promises mixed."""
    on = START + timedelta(days=7 + (turn * 7) % 700)
    by, to = (a, b) if (n + turn) % 2 else (b, a)
    luck = UUID(ident(n, turn)).int % 10
    promise, risk, share, issue = (ident(n, turn, what) for what in ("promise", "risk", "share", "issue"))
    due = on + timedelta(days=10)
    yield _fact(
        n,
        by,
        on,
        "commitment.made",
        commitment_id=promise,
        by_party=by,
        to_parties=[to],
        title=f"Delivery {turn}",
        due_on=str(due),
    )
    if luck == 1:
        yield _fact(
            n,
            to,
            on + timedelta(days=3),
            "commitment.rescheduled",
            commitment_id=promise,
            new_due_on=str(due + timedelta(days=5)),
            requested_on=str(on + timedelta(days=2)),
            agreed_by=[a, b],
        )
    if luck < 8:
        yield _fact(n, by, on + timedelta(days=8 + luck), "commitment.fulfilled", commitment_id=promise)
    yield _fact(
        n, by, on, "risk.identified", risk_id=risk, title=f"Risk {turn}", category="supply", joint=True, owner_party=by
    )
    yield _fact(n, by, on, "risk.assessed", risk_id=risk, probability=1 + luck % 5, impact=1 + (luck * 3) % 5)
    if luck > 2:
        yield _fact(n, to, on + timedelta(days=20), "risk.closed", risk_id=risk)
    yield _fact(
        n,
        by,
        on,
        "knowledge.shared",
        share_id=share,
        from_party=by,
        to_parties=[to],
        topic=f"Forecast {turn}",
        contains_personal_data=False,
        classification="internal",
        ip_status="none",
    )
    yield _fact(n, to, on + timedelta(days=1), "knowledge.acknowledged", share_id=share, party=to)
    yield _fact(n, to, on, "issue.raised", issue_id=issue, by_party=to, severity=1 + luck % 4, title=f"Issue {turn}")
    yield _fact(n, by, on + timedelta(days=luck), "issue.resolved", issue_id=issue)


def main() -> None:
    events, relationships = (int(argument) for argument in sys.argv[1:3])
    for line in lines(events, relationships):
        print(json.dumps(line, separators=(",", ":")))


if __name__ == "__main__":
    main()
