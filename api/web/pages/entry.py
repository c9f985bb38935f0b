"""`/events/{position}`: one entry, what was said about it since, and its stored bytes."""

import hashlib

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from api.web import log, words
from api.web.display import Line, Value, lines, note
from api.web.looking import WHOLE_NUMBER, address
from api.web.names import Names, item_of, look_up, replacement
from api.web.site import NotFound, Site
from domain.facts.entries import EntryCorrected, EntryCountersigned, EntryDisputeSettled, EntryVoided
from domain.facts.fact import Envelope
from domain.history import standing
from domain.store.engine import reading
from domain.store.head import size_of
from projections.directory import relationships_by_id

LARGEST = 2**62
MOST = 100
"""So many other entries about the same item are listed."""


class About(Struct, frozen=True, kw_only=True):
    """Something that was said about the entry. `stands`: it has not been voided itself."""

    position: int
    what: str
    detail: str
    envelope: Envelope
    stands: bool


def show(site: Site, request: Request) -> Response:
    asked = request.path_params["position"]
    position = int(asked) if WHOLE_NUMBER.fullmatch(asked) else 0
    with reading(site.services.engine) as connection:
        size = size_of(connection)
        text = log.text_at(connection, position) if 0 < position <= size else None
        if text is None:
            raise NotFound(f"There is no entry {asked[:50]}: the register holds the positions 1 to {size}.")
        envelope = log.at(connection, [position])[0]
        if envelope.visibility == "own":
            raise NotFound(f"Entry {position} is kept by one party for itself. These pages show what is shared.")
        stream = [e for e in log.stream(connection, envelope.stream_id) if e.visibility == "shared"]
        about = [e for e in stream if getattr(e.data, "target_event_id", None) == envelope.event_id]
        correction = _correction(about, stream)
        corrected = replacement(correction, type(envelope.data)) if correction else None
        names = look_up(connection, site.services.vault, [envelope, *about])
        relationship = relationships_by_id(connection, [envelope.relationship_id] if envelope.relationship_id else [])
    rel = next(iter(relationship.values()), None)
    standing_ids = {e.event_id for e in standing(stream)}
    remarks = [_remark(e, names, e.event_id in standing_ids) for e in about]
    return site.render(
        request,
        "entry.html",
        envelope=envelope,
        title=words.sentence(envelope.type),
        meaning=(type(envelope.data).__doc__ or "").partition("\n")[0],
        relationship=rel,
        path=address(rel) if rel else None,
        behalf=names.organisation(envelope.on_behalf_of) if envelope.on_behalf_of else None,
        note=note(envelope, names),
        lines=lines(envelope.data, names),
        correction=correction,
        corrected=_changes(lines(corrected, names), lines(envelope.data, names)) if corrected else [],
        remarks=remarks,
        voided=next((r for r in remarks if r.stands and isinstance(r.envelope.data, EntryVoided)), None),
        others=_others(stream, envelope),
        text=text,
        leaf=hashlib.sha256(b"\x00" + text.encode()).hexdigest(),
        size=size,
    )


def _correction(about: list[Envelope], stream: list[Envelope]) -> EntryCorrected | None:
    """The correction in force, None when there is none."""
    stands = {e.event_id for e in standing(stream)}
    found = [e.data for e in about if e.event_id in stands and isinstance(e.data, EntryCorrected)]
    return found[-1] if found else None


def _changes(now: list[Line], before: list[Line]) -> list[tuple[Line, bool]]:
    """The corrected lines, each with whether it differs from the entry as it was made."""
    return [(line, line not in before) for line in now]


def _remark(envelope: Envelope, names: Names, stands: bool) -> About:
    party = ""
    text: Value | None = None
    match envelope.data:
        case EntryCountersigned(party=by, decision=decision):
            what, party = f"Countersigned: {decision}", f"by {names.organisation(by)}"
        case EntryDisputeSettled(outcome=outcome):
            what = f"Dispute settled: {outcome}"
        case EntryCorrected():
            what = "Corrected"
        case _:
            what = "Voided"
    for line in lines(envelope.data, names):
        if line.label in ("Reason", "Comment"):
            text = line.single
    detail = " – ".join(part for part in (party, text.text if text else "") if part)
    return About(position=envelope.position, what=what, detail=detail, envelope=envelope, stands=stands)


def _others(stream: list[Envelope], envelope: Envelope) -> list[Envelope]:
    """The other entries about the same item, in the order of their dates; none where the entry is about no item."""
    item = item_of(envelope.data)
    if item is None:
        return []
    same = [e for e in stream if item_of(e.data) == item and e.event_id != envelope.event_id]
    return sorted(same, key=lambda e: (e.on, e.position))[:MOST]
