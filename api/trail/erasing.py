"""Erasing a person: name, address, and free text about them, from everything but the minds of people.

The log keeps salted commitments alone, so every proof and every score stands. Source: docs/audit.md 6.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, or_, select

from api.wiring import Services
from domain.errors import IsMalformed, unknown
from domain.facts.fact import Draft
from domain.facts.people import PersonErased, people
from domain.register import Command
from domain.session import stream_id
from domain.store.engine import reading, writing
from domain.store.schema import event, vault_key
from domain.store.wiping import wipe
from domain.values import Sealed

Ground = Literal["request", "retention", "other"]
ABOUT_PEOPLE = "interest.declared"
"""The one fact whose free text is about the person that it names."""
_SUBJECT = re.compile(r'"\$sealed":"([^"\\]+)"')
_stored = select(event.c.position, event.c.type, event.c.event_id, event.c.stream_id, event.c.envelope)
_as_a_person = ("person.registered", "entry.corrected")


class Erasure(Struct, frozen=True, kw_only=True):
    """What was done. `recorded`: False where the person had been erased before, at `position`.

    texts: entries whose free texts were erased with the person; kept: those about the person that keep theirs.
    """

    person_id: UUID
    recorded: bool
    position: int
    on: date
    texts: int
    kept: int


def find_person(services: Services, text: str) -> UUID:
    """The person with this id, name or address. Raises UnknownId, and IsMalformed where several people have it."""
    with reading(services.engine) as connection:
        known = connection.execute(
            _stored.where(event.c.type.in_(_as_a_person), event.c.relationship_id.is_(None))
        ).all()
        sealed: dict[Sealed, UUID] = {}
        ids: set[UUID] = set()
        for row in known:
            stored = msgspec.json.decode(row.envelope)["data"]
            data = stored.get("data", stored)
            if "person_id" not in data or "organisation_id" not in data:
                continue  # the correction of something else
            ids.add(UUID(data["person_id"]))
            for value in data.values():
                if isinstance(value, dict):
                    sealed[msgspec.convert(value, Sealed)] = UUID(data["person_id"])
        texts = services.vault.open_many(connection, sealed)
    found = {person for place, person in sealed.items() if texts.get(place, "").casefold() == text.casefold()}
    found |= {person for person in ids if str(person) == text.lower()}
    if not found:
        raise unknown("person", text)
    if len(found) > 1:
        raise IsMalformed(f"{text!r} is the name of several people: {', '.join(sorted(map(str, found)))}. Give the id.")
    return found.pop()


def erase(
    services: Services,
    person_id: UUID,
    ground: Ground,
    *,
    actor: str,
    on: date | None = None,
    on_behalf_of: UUID | None = None,
    with_texts: bool = False,
    progress: Callable[[int], object] = lambda _: None,
) -> Erasure:
    """The person is erased, and nothing of what was erased is left in the database's files. Repeating it is harmless.

    progress: called with 1 after each of three steps. Raises FactIsRefused, and RemnantsStay where the files could not
    be cleaned yet.
    """
    fact = PersonErased(person_id=person_id, ground=ground)
    draft = Draft(fact=fact, on=on, on_behalf_of=on_behalf_of)
    answer = services.register.record(
        Command(command_id=f"erase:{secrets.token_hex(16)}", drafts=(draft,), actor=actor, source="cli")
    )
    progress(1)
    with writing(services.engine) as connection:
        erased = _erasure(connection, person_id)
        about = _about(connection, person_id)
        texts = _with_a_key(connection, {s for kind, some in about if with_texts or kind == ABOUT_PEOPLE for s in some})
        services.vault.erase(connection, [str(person_id), *texts])
        kept = len(_with_a_key(connection, {subject for _, some in about for subject in some}))
    progress(1)
    wipe(services.engine)
    progress(1)
    return Erasure(
        person_id=person_id,
        recorded=bool(answer.events),
        position=erased["position"],
        on=date.fromisoformat(erased["on"]),
        texts=len(texts),
        kept=kept,
    )


def _erasure(connection: Connection, person_id: UUID) -> Any:
    """The entry that says that the person was erased."""
    stream = str(stream_id(people, person_id))
    text = connection.execute(
        select(event.c.envelope)
        .where(event.c.stream_id == stream, event.c.type == "person.erased")
        .order_by(event.c.position.desc())
        .limit(1)
    ).scalar_one()
    return msgspec.json.decode(text)


def _about(connection: Connection, person_id: UUID) -> list[tuple[str, set[str]]]:
    """The type of each entry that names the person, with the subjects of its free texts and of those said about it."""
    naming = connection.execute(_stored.where(event.c.envelope.contains(str(person_id)))).all()
    return [(row.type, set(_subjects(connection, row)) - {str(person_id)}) for row in naming]


def _subjects(connection: Connection, row: Any) -> Iterator[str]:
    same = event.c.envelope.contains(row.event_id)
    if row.type == ABOUT_PEOPLE:
        same = or_(same, event.c.stream_id == row.stream_id)
    for text in connection.execute(select(event.c.envelope).where(event.c.stream_id == row.stream_id, same)).scalars():
        yield from _SUBJECT.findall(text)


def _with_a_key(connection: Connection, subjects: set[str]) -> list[str]:
    """Those under which something can still be opened."""
    if not subjects:
        return []
    found = connection.execute(select(vault_key.c.subject).where(vault_key.c.subject.in_(subjects))).scalars()
    return sorted(found)
