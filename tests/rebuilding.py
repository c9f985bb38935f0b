"""A history with corrections and voids, and all that is to be the same after a rebuild."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, inspect, select

from domain.store.engine import reading
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards
from projections.tables import LIVE
from recording import Recorded
from telling import Line, line, opening, relationship, stages, uid

A = UUID(uid("a"))


def promise(name: str, due: str, *, own: bool = False, ref: str | None = None) -> Line:
    data: Line = {"commitment_id": uid(name), "by_party": uid("a"), "to_parties": [uid("b")], "title": name}
    return line("commitment.made", "2024-02-01", own=own, **data, due_on=due, ref=ref or name)


def done(name: str, on: str) -> Line:
    return line("commitment.fulfilled", on, commitment_id=uid(name), ref=f"{name} done")


def corrected(target: str, ref: str | None = None, **data: Any) -> Line:
    return line("entry.corrected", "2024-06-01", target_event_id=target, reason="typed wrongly", ref=ref, **data)


def voided(target: str, ref: str | None = None) -> Line:
    return line("entry.voided", "2024-06-02", target_event_id=target, reason="never happened", ref=ref)


def history() -> list[Line]:
    """Corrections, voids, voids of both, of items, of a relationship and of an organisation."""
    c2: Line = {"commitment_id": uid("c2"), "by_party": uid("a"), "to_parties": [uid("b")], "title": "c2"}
    r2: Line = {"form": "alliance", "currency": "EUR", "time_zone": "UTC", "parties": [uid("a"), uid("c")]}
    b: Line = {"organisation_id": uid("b"), "legal_name": "Organisation Bee", "country": "AT", "alias": "BEE"}
    wide: Line = {"relationship_id": None, "on_behalf_of": None}
    return [
        *opening(),
        *stages(2, 3, 4, 5),
        relationship("r2", "a", "c", alias="R-2"),
        promise("c1", "2024-03-01"),
        promise("c2", "2024-03-01"),
        promise("c3", "2024-03-01"),
        promise("c4", "2024-03-01", own=True),
        done("c1", "2024-03-01"),
        done("c2", "2024-03-02"),
        corrected("c2", data={**c2, "due_on": "2024-03-02"}),
        corrected("c2 done", ref="fix", data={"commitment_id": uid("c2")}, on="2024-03-03"),
        voided("fix"),
        voided("c3", ref="gone"),
        voided("gone"),
        voided("c1 done"),
        done("c1", "2024-03-05"),
        {**corrected("r2", data={"relationship_id": uid("r2"), "name": "Renamed", "alias": "R-3", **r2}), **in_r2()},
        {**corrected("b", data=b), **wide},
        line("organisation.renamed", "2024-07-01", None, None, organisation_id=uid("b"), legal_name="Bee again"),
    ]


def in_r2() -> Line:
    return {"relationship_id": uid("r2")}


def with_refs(facts: list[Line]) -> list[Line]:
    """The registrations of "r2" and of organisation "b" can be named by later facts."""
    named = {("relationship.registered", uid("r2")): "r2", ("organisation.registered", uid("b")): "b"}
    found = []
    for fact in facts:
        key = fact["data"].get("relationship_id" if fact["type"].startswith("rel") else "organisation_id")
        ref = named.get((fact["type"], key))
        found.append({**fact, "event_ref": ref} if ref else fact)
    return found


def engine_of(register: Recorded) -> Engine:
    return register.register.store.engine


def contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the live read models."""
    with engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in LIVE.every()
        }


def digests(engine: Engine, size: int) -> list[str]:
    """Of scorecards at every third position, in the shared and in a private view."""
    questions = [
        Question(relationship_id=UUID(uid("r")), as_of=date(2024, 4, 15), known_at=k, party=party)
        for k in range(size, 11, -3)
        for party in (None, A)
    ]
    with reading(engine) as connection:
        return [card.digest() for card in scorecards(connection, questions)]


def names(engine: Engine) -> dict[str, Any]:
    """The tables of the database with the names of their keys, constraints and indexes."""
    with engine.connect() as connection:
        found = inspect(connection)
        return {
            table: (
                found.get_pk_constraint(table)["name"],
                sorted(str(each["name"]) for each in found.get_unique_constraints(table)),
                sorted(str(each["name"]) for each in found.get_indexes(table)),
            )
            for table in sorted(found.get_table_names())
        }
