"""Who is in office (docs/principles.md A37, A38)."""

from datetime import date

from oracle.entries import Entry
from oracle.facts import Facts

KEY_ROLES = ("executive_sponsor", "relationship_manager")


def vacation(facts: Facts, assigned: Entry) -> Entry | None:
    return facts.first("role.vacated", role_id=assigned.data["role_id"])


def in_office(facts: Facts, assigned: Entry, day: date) -> bool:
    vacated = vacation(facts, assigned)
    return (
        assigned.on <= day
        and not (vacated is not None and vacated.on <= day)
        and facts.is_active(assigned.data["party"], day)
    )


def last_deputy(facts: Facts, assigned: Entry) -> Entry | None:
    return facts.last("role.deputy_named", role_id=assigned.data["role_id"])
