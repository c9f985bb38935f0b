"""A small register for the tests of the pages: the worked example of docs/principles.md section 2 and what pages must
cope with (an odd name, a private entry, a correction, a void, countersignatures, a published policy)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.interchange import record_file
from api.settings import Settings
from api.wiring import Services, open_services

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PRIME, MAKER = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
WINGS, GLASS = "00000000-0000-4000-8000-0000000000a1", "00000000-0000-4000-8000-0000000000a2"
ANNE = "00000000-0000-4000-8000-0000000000c1"
ODD_NAME = "Glass & <script>alert(1)</script>"

Line = dict[str, Any]


def organisation(id: str, legal_name: str) -> Line:
    data = {"organisation_id": id, "legal_name": legal_name, "country": "DE"}
    return {"type": "organisation.registered", "on": "2024-01-01", "data": data}


def relationship(id: str, name: str, on: str, **more: Any) -> Line:
    data: Line = {"name": name, "form": "bilateral", "currency": "EUR", "time_zone": "Europe/Berlin"}
    data |= {"parties": [PRIME, MAKER], **more}
    return {"type": "relationship.registered", "on": on, "relationship_id": id, "on_behalf_of": PRIME, "data": data}


def fact(type: str, on: str, by: str = PRIME, *, at: str = WINGS, **more: Any) -> Line:
    """`ref`, `note`, `visibility` and `evidence` go beside the data, all other names into it."""
    beside: Line = {name: more.pop(name) for name in ("note", "visibility", "evidence") if name in more}
    if "ref" in more:
        beside["event_ref"] = more.pop("ref")
    return {"type": type, "on": on, "relationship_id": at, "on_behalf_of": by, "data": more, **beside}


def promise(name: str, due_on: str) -> Line:
    return fact(
        "commitment.made",
        "2025-03-01",
        MAKER,
        ref=name,
        by_party=MAKER,
        to_parties=[PRIME],
        title=f"Promise {name}",
        due_on=due_on,
    )


def done(name: str, on: str, **more: Any) -> Line:
    return fact("commitment.fulfilled", on, MAKER, commitment_id=name, **more)


def moved(name: str, on: str, new_due_on: str) -> Line:
    return fact(
        "commitment.rescheduled",
        on,
        MAKER,
        commitment_id=name,
        new_due_on=new_due_on,
        requested_on=on,
        agreed_by=[PRIME],
    )


STORY: list[Line] = [
    organisation(PRIME, "Aquila Aerospace SE"),
    organisation(MAKER, "Wexcombe Composites Ltd"),
    {
        "type": "person.registered",
        "on": "2024-01-01",
        "data": {"person_id": ANNE, "organisation_id": PRIME, "name": "Anne Bohm"},
    },
    relationship(WINGS, "Wing programme", "2024-01-08", alias="wings"),
    relationship(GLASS, ODD_NAME, "2025-09-01"),
    promise("C1", "2025-04-02"),
    promise("C2", "2025-06-30"),
    promise("C3", "2025-05-10"),
    promise("C4", "2025-05-10"),
    promise("C5", "2025-04-01"),
    promise("C6", "2025-07-01"),
    promise("C7", "2025-06-01"),
    promise("C8", "2025-06-15"),
    done("C1", "2025-04-02", ref="C1-done", note="Signed for at <dock> 4."),
    moved("C3", "2025-05-09", "2025-05-20"),
    moved("C4", "2025-05-11", "2025-05-25"),
    done("C4", "2025-05-15"),
    done("C3", "2025-05-20"),
    fact("commitment.withdrawn", "2025-05-28", MAKER, commitment_id="C7", agreed_by=[PRIME, MAKER]),
    done("C2", "2025-07-01", ref="C2-done"),
    fact("role.assigned", "2025-01-02", role="executive_sponsor", party=PRIME, person=ANNE),
    fact(
        "risk.identified",
        "2025-02-01",
        title="Autoclave fails",
        category="supply",
        joint=True,
        owner_party=MAKER,
        ref="risk",
    ),
    fact("risk.assessed", "2025-02-02", risk_id="risk", probability=3, impact=4, ref="assessed"),
    fact(
        "entry.countersigned",
        "2025-02-04",
        MAKER,
        target_event_id="assessed",
        party=MAKER,
        decision="disputed",
        comment="Too high.",
    ),
    fact(
        "entry.corrected",
        "2025-02-10",
        target_event_id="assessed",
        data={"risk_id": "risk", "probability": 2, "impact": 4},
        reason="Mistyped.",
    ),
    fact("lesson.recorded", "2025-02-11", title="Dry the moulds", ref="lesson"),
    fact("entry.voided", "2025-02-12", target_event_id="lesson", reason="Recorded twice."),
    fact(
        "behaviour.rated",
        "2025-02-13",
        visibility="own",
        about_party=MAKER,
        by_party=PRIME,
        respondent="r-1",
        rating=2,
    ),
    {
        "type": "scoring_policy.published",
        "on": "2025-08-01",
        "data": {
            "policy_version": 1,
            "effective_from": "2026-01-01",
            "changes": {"indicators": {"TC1": {"target": "0.9"}}},
            "reason": "Promises weigh more.",
        },
    },
]


def open_register(database_url: str, data: Path, story: list[Line] | None = None) -> Services:
    """The services over a new register that holds the story."""
    services = open_services(Settings(database_url=database_url, data=data), clock=lambda: NOW)
    file = data / "story.ndjson"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in (STORY if story is None else story)))
    record_file(services.register, file, actor="tester")
    return services
