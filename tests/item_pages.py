"""Short ways to ask for items of relationship "r" of a, b and c, and to promise things in it."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.store.engine import reading
from projections.items.listing import Family, Wanted, pages
from projections.pages import Page
from projections.scorecards.question import Question
from recording import Recorded
from telling import Line, line, uid

A, B, C = (UUID(uid(name)) for name in "abc")
R = UUID(uid("r"))


def ids(*names: str) -> list[str]:
    return [uid(name) for name in names]


def asked(on: str, known_at: int = 1000, party: UUID | None = None, rel: str = "r") -> Question:
    return Question(relationship_id=UUID(uid(rel)), as_of=date.fromisoformat(on), known_at=known_at, party=party)


def page(register: Recorded, family: Family[Any], on: str, **how: Any) -> Page[Any]:
    question = asked(on, how.pop("known_at", 1000), how.pop("party", None))
    with reading(register.register.store.engine) as connection:
        return pages(connection, family, [question], how.pop("wanted", Wanted()), **how)[0]


def rows(register: Recorded, family: Family[Any], on: str, **how: Any) -> tuple[Any, ...]:
    return page(register, family, on, **how).rows


def promise(name: str, due: str, by: str = "a", *to: str, on: str = "2024-02-01", own: bool = False) -> Line:
    data: Line = {"commitment_id": uid(name), "by_party": uid(by), "to_parties": ids(*(to or ("b",))), "due_on": due}
    return line("commitment.made", on, by, own=own, title=f"Promise {name}", ref=name, **data)


def about(kind: str, on: str, name: str, by: str = "a", **data: Any) -> Line:
    return line(f"commitment.{kind}", on, by, commitment_id=uid(name), **data)


def titles(found: tuple[Any, ...]) -> list[str]:
    return [each.title for each in found]
