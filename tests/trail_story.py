"""A small register with something of everything that hangs on the log, for tests of the trail."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.settings import Settings
from api.wiring import Services, open_services
from domain.register import Command
from rebuilding import history, with_refs
from recording import Recorded
from telling import line, uid

ORIGIN = "counterfoil.example/trail"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def services(url: str, folder: Path) -> Services:
    """Over the database, with the keys in the folder."""
    return open_services(Settings(database_url=url, data=folder, origin=ORIGIN), lambda: NOW)


def tell(opened: Services) -> Recorded:
    """Corrections, voids, sealed texts, an erased person, commands of one fact, of several and of none; checkpoints."""
    told = Recorded(opened.register)
    facts = with_refs(history())
    told.record(*facts[:15])
    opened.publisher.publish()
    told.record(*facts[15:])
    opened.publisher.publish()
    person: dict[str, Any] = {
        "person_id": uid("gone"),
        "organisation_id": uid("a"),
        "name": "Ada Example",
        "email": "ada@a.example",
    }
    wide = {"relationship_id": None, "on_behalf_of": None}
    told.record({**line("person.registered", "2024-03-01", **person), **wide})
    told.record({**line("person.erased", "2024-04-01", person_id=uid("gone"), ground="request"), **wide})
    several = [
        line("improvement_action.raised", "2024-05-0" + day, title="Count", origin="review", owner_party=uid("a"),
             due_on="2024-06-01")
        for day in "123"
    ]  # fmt: skip
    drafts = tuple(told.draft({**each, "note": None}) for each in several)
    opened.register.record(Command(command_id="several", drafts=drafts, actor="tester"))
    renamed = line("organisation.renamed", "2024-07-01", None, None, organisation_id=uid("b"), legal_name="Bee again")
    opened.register.record(Command(command_id="none", drafts=(told.draft(renamed),), actor="tester"))
    opened.publisher.publish()
    return told
