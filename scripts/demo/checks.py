"""A part of the refusals of docs/events.md, checked without the register before a demo file is written."""

from __future__ import annotations

from datetime import date

from demo.book import END, Book, Entry

CREATORS = {
    "behaviour_concern.raised": "concern_id",
    "commitment.made": "commitment_id",
    "decision.taken": "decision_id",
    "development_action.agreed": "action_id",
    "exit_obligation.added": "obligation_id",
    "exit_trigger.defined": "trigger_id",
    "governance_body.established": "body_id",
    "health_check.opened": "check_id",
    "improvement_action.raised": "action_id",
    "information.requested": "request_id",
    "initiative.proposed": "initiative_id",
    "interest.declared": "interest_id",
    "issue.raised": "issue_id",
    "knowledge.shared": "share_id",
    "lesson.recorded": "lesson_id",
    "meeting.scheduled": "meeting_id",
    "objective.agreed": "objective_id",
    "resource.committed": "resource_id",
    "risk.identified": "risk_id",
    "risk.treatment_planned": "treatment_id",
    "role.assigned": "role_id",
    "value.realised": "realisation_id",
}
SUBJECTS = frozenset(CREATORS.values()) | {"answers_request", "linked_risk"}
PARTY_FIELDS = ("by_party", "to_parties", "about_party", "owner_party", "agreed_by", "from_party", "by_parties")


def problems(book: Book) -> list[str]:
    """One line for every entry that could not be recorded where it stands."""
    found: list[str] = []
    born: dict[str, date] = {}
    refs: set[str] = set()
    closed = False
    for entry in book.in_order():
        where = f"{book.alias} {entry.on} {entry.type}"
        if entry.on > END or entry.recorded > END:
            found.append(f"{where}: after the last day")
        if closed and not entry.type.startswith("entry."):
            found.append(f"{where}: after closing")
        closed = closed or entry.type == "relationship.closed"
        if entry.by and entry.by not in book.active(entry.on) and entry.type != "relationship.party_left":
            found.append(f"{where}: recorded for {entry.by}, not a party")
        found += [f"{where}: {party} is not a party" for party in _parties(entry) if party not in book.active(entry.on)]
        found += _subjects(entry, born, where)
        target = entry.data.get("target_event_id")
        if target is not None and target not in refs:
            found.append(f"{where}: points at {target}, not yet recorded")
        if entry.ref:
            refs.add(entry.ref)
    return found


def _parties(entry: Entry) -> list[str]:
    named: list[str] = []
    for name in PARTY_FIELDS:
        value = entry.data.get(name)
        named += value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return named


def _subjects(entry: Entry, born: dict[str, date], where: str) -> list[str]:
    found = []
    for name in SUBJECTS & entry.data.keys():
        subject = str(entry.data[name])
        if CREATORS.get(entry.type) == name:
            if subject in born:
                found.append(f"{where}: {name} made twice")
            born[subject] = entry.on
        elif subject not in born and entry.type != "meeting.held":
            found.append(f"{where}: unknown {name}")
        elif subject in born and born[subject] > entry.on:
            found.append(f"{where}: before its {name} of {born[subject]}")
    return found
