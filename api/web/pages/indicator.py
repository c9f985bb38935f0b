"""`/relationships/{alias or id}/indicators/{ID}`: one number, its rule, and every entry that made it."""

from msgspec import Struct
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from api.web import charts, figures, log, words
from api.web.display import Shown, shown
from api.web.names import Names, item_of, look_up
from api.web.pages.relationship import measured, past, subject_of
from api.web.site import NotFound, Site
from domain.facts.entries import EntryCorrected
from domain.facts.fact import Envelope
from domain.store.engine import reading
from projections.indicators import PRINCIPLES
from projections.scorecards.policy import DEFAULT
from projections.scorecards.scorecard import IndicatorResult
from projections.scorecards.service import scorecards

Judged = tuple[Envelope, str | None]
MOST = 1000
"""So many entries of a list are shown; the command line shows any number."""


class Group(Struct, frozen=True, kw_only=True):
    """The entries about one item, oldest first."""

    kind: str
    title: str
    entries: tuple[Shown, ...]


def show(site: Site, request: Request) -> Response:
    wanted = request.path_params["indicator"]
    found = next(((p, n) for p in PRINCIPLES for n, i in enumerate(p.indicators) if i.id == wanted.upper()), None)
    if found is None:
        raise NotFound(f"There is no indicator {wanted[:50]!r}.")
    principle, place = found
    indicator = principle.indicators[place]
    with reading(site.services.engine) as connection:
        subject = subject_of(site, request, connection)
        card = scorecards(connection, [subject.question], subject.look.policy, explained=True)[0]
        score = card.principles[principle.number - 1]
        result = score.indicators[place]
        counted, excluded = _entries(connection, site, result)
        before = past(connection, subject)
    results = [(c.as_of, c.principles[principle.number - 1].indicators[place]) for c in before]
    every = [i.id for p in PRINCIPLES for i in p.indicators]
    at = every.index(indicator.id)
    return site.render(
        request,
        "indicator.html",
        subject=subject,
        card=card,
        principle=principle,
        score=score,
        shown=measured(indicator, result, subject, figures.weights(score.indicators)),
        default=DEFAULT.indicators[indicator.id],
        changed=figures.changed(subject.policy.indicators[indicator.id], DEFAULT.indicators[indicator.id]),
        sources=words.sources(indicator.source),
        history=charts.history([(day, r.score, r.status) for day, r in results], *figures.bands(subject.policy)),
        counted=counted,
        excluded=excluded,
        most=MOST,
        previous=every[at - 1] if at else None,
        following=every[at + 1] if at + 1 < len(every) else None,
    )


def _entries(connection: Connection, site: Site, result: IndicatorResult) -> tuple[list[Group], list[Group]]:
    positions = [*result.counted[:MOST], *(position for position, _ in result.excluded[:MOST])]
    envelopes = {e.position: e for e in log.at(connection, positions)}
    names = look_up(connection, site.services.vault, list(envelopes.values()))
    counted: list[Judged] = [(envelopes[position], None) for position in result.counted[:MOST]]
    excluded: list[Judged] = [(envelopes[position], reason) for position, reason in result.excluded[:MOST]]
    return _grouped(counted, names), _grouped(excluded, names)


def _grouped(entries: list[Judged], names: Names) -> list[Group]:
    """By item; what is about no item stands with its like. A correction stands with the entry that it corrects."""
    groups: dict[object, list[Judged]] = {}
    for envelope, reason in entries:
        groups.setdefault(_subject(envelope, names), []).append((envelope, reason))
    found = []
    for key, some in groups.items():
        item = names.items.get(key) if not isinstance(key, str) else None  # type: ignore[call-overload]
        kind = words.sentence(item.type.partition(".")[0]) if item else words.sentence(str(key))
        ordered = sorted(some, key=lambda pair: (pair[0].on, pair[0].position))
        rows = tuple(shown(e, names, _words(reason)) for e, reason in ordered)
        found.append(Group(kind=kind, title=item.title if item else "", entries=rows))
    return found


def _subject(envelope: Envelope, names: Names) -> object:
    fact = envelope.data
    if isinstance(fact, EntryCorrected) and (target := names.entries.get(fact.target_event_id)) is not None:
        return _subject(target, names)
    item = item_of(fact)
    return item if item in names.items else envelope.type.partition(".")[0]


def _words(reason: str | None) -> str | None:
    return None if reason is None else words.REASONS.get(reason, words.plain(reason))
