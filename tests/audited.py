"""A register to be audited: the story of the command line, and what makes an audit worth while.

Wings is corrected, voided, disputed and countersigned; a person has an interest in it. Keels is a relationship of Birch
with somebody else, whom the partners in Wings have no business to know.
"""

from typing import Any

from command_line import story
from interchange_files import Line, fact, promise, wide

KEELS = "00000000-0000-4000-8000-0000000000ee"
ADA = "00000000-0000-4000-8000-0000000000ad"
NAME, MAIDEN_NAME, ADDRESS = "Adalberta Zzyzx", "Adalberta Quillfeather", "adalberta@example.org"
INTEREST, NOTE = "Holds a tenth of the quay company", "Chosen by Adalberta over the telephone"
OF_ADA = (NAME, MAIDEN_NAME, ADDRESS, INTEREST)
"""Everything sealed that is about her, but for the note on an entry about something else."""
SECRET = ("Cedar Secretive Ltd", "Keels", "A keel nobody knows of", "Carl Cedar")
"""What only the other relationship may know."""
WHY, WHY_VOID = "Counted the wrong crates", "Entered twice"


def audited() -> list[Line]:
    """The lines of its file."""
    ada = wide("person.registered", ref="zora", person_id=ADA, organisation_id="aster", name=MAIDEN_NAME, email=ADDRESS)
    married = {"person_id": ADA, "organisation_id": "aster", "name": NAME, "email": ADDRESS}
    role = fact("role.assigned", role="relationship_manager", party="aster", person=ADA)
    late = {"by_party": "aster", "to_parties": ["birch"], "title": "Promise late", "due_on": "2024-02-12"}
    return [
        *story(),
        ada,
        wide("entry.corrected", target_event_id="zora", data=married, reason="She married"),
        {**role, "event_ref": "manager", "note": NOTE},
        fact("interest.declared", person=ADA, description=INTEREST),
        _said("entry.countersigned", target_event_id="kept", party="birch", decision="accepted", comment="As agreed"),
        _said("entry.countersigned", target_event_id="late", party="birch", decision="disputed", comment="It was late"),
        _said("entry.corrected", target_event_id="late", data=late, reason=WHY, by="aster"),
        _said("entry.dispute_settled", target_event_id="late", outcome="upheld"),
        promise("twice", title="Promise entered twice"),
        _said("entry.voided", target_event_id="twice", reason=WHY_VOID, by="aster"),
        wide("organisation.registered", ref="cedar", legal_name=SECRET[0], country="NL", alias="cedar"),
        wide("person.registered", ref="carl", organisation_id="cedar", name=SECRET[3]),
        _keels(),
        {**_in_keels(promise("keel", title=SECRET[2], by_party="birch", to_parties=["cedar"]))},
    ]


def _said(kind: str, by: str = "birch", **data: Any) -> Line:
    return fact(kind, "2024-03-05", by=by, **data)


def _keels() -> Line:
    line = next(line for line in story() if line["type"] == "relationship.registered")
    data = {
        **line["data"],
        "relationship_id": KEELS,
        "alias": "keels",
        "name": SECRET[1],
        "parties": ["birch", "cedar"],
    }
    return {**line, "event_ref": "keels", "data": data, "on_behalf_of": "birch"}


def _in_keels(line: Line) -> Line:
    return {**line, "relationship_id": "keels", "on_behalf_of": "birch"}
