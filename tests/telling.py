"""Short ways to write facts in interchange form. Ids are short names: organisations "a", "b", "c", relationship "r"."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from domain.register import Command
from recording import Recorded, recorded

Line = dict[str, Any]


@contextmanager
def told(database: str | Engine, facts: Iterable[Line] = ()) -> Iterator[Recorded]:
    """A register with these facts in it; connections that were not there before are closed at the end."""
    found = recorded(database)
    try:
        tell(found, *facts)
        yield found
    finally:
        if isinstance(database, str):
            found.register.store.engine.dispose()


def tell(register: Recorded, *facts: Line) -> int:
    """The position after the facts, which are recorded in one transaction; a command each."""
    with register.register.transaction() as transaction:
        for fact in facts:
            register.commands += 1
            command = Command(command_id=f"c{register.commands}", drafts=(register.draft(fact),), actor="tester")
            answer = transaction.record(command)
            if "event_ref" in fact and answer.events:
                register.refs[fact["event_ref"]] = str(answer.events[0].event_id)
    return register.register.store.size()


def uid(name: str) -> str:
    """The UUID that stands for a name of up to six characters."""
    return f"00000000-0000-4000-8000-{name.encode().hex():0>12}"


def line(type: str, on: str, by: str | None = "a", rel: str | None = "r", /, *, own: bool = False, **data: Any) -> Line:
    """One fact. `by`: the party for which it is recorded; `ref` among the data: its `event_ref`."""
    found: Line = {"type": type, "on": on, "visibility": "own" if own else "shared"}
    found["relationship_id"] = None if rel is None else uid(rel)
    found["on_behalf_of"] = None if by is None else uid(by)
    if (ref := data.pop("ref", None)) is not None:
        found["event_ref"] = ref
    return {**found, "data": data}


def organisation(short: str, legal_name: str | None = None, **more: Any) -> Line:
    data: Line = {
        "organisation_id": uid(short),
        "legal_name": legal_name or f"Organisation {short.upper()}",
        "country": "DE",
    }
    return line("organisation.registered", "2024-01-01", None, None, **data, **more)


def relationship(short: str, *parties: str, on: str = "2024-01-02", **more: Any) -> Line:
    data: Line = {
        "relationship_id": uid(short),
        "name": f"Relationship {short}",
        "form": "alliance",
        "currency": "EUR",
        "time_zone": "UTC",
        "parties": [uid(party) for party in parties],
    }
    return line("relationship.registered", on, parties[0], short, **{**data, **more})


def person(short: str, of: str) -> Line:
    data: Line = {"person_id": uid(short), "organisation_id": uid(of), "name": f"Person {short}"}
    return line("person.registered", "2024-01-01", None, None, **data)


def opening(*parties: str) -> list[Line]:
    """Organisations "a", "b", "c", a person of each ("pa", "pb", "pc") and the relationship "r" of 2024-01-02."""
    return [
        *(organisation(name) for name in "abc"),
        *(person(f"p{name}", name) for name in "abc"),
        relationship("r", *(parties or ("a", "b"))),
    ]


def stages(*entered: int, rel: str = "r", on: str = "2024-01-0") -> list[Line]:
    """The life-cycle stages, entered one a day from 2024-01-03 on."""
    return [
        line("lifecycle.stage_entered", f"{on}{n + 3}", "a", rel, stage=stage, gate="proceed")
        for n, stage in enumerate(entered)
    ]
