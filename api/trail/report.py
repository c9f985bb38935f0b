"""The report of an audit pack in plain words, as blocks. Source: docs/audit.md."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from api.trail.blocks import Block, Grid, Report, Rows, Section, Steps, Text
from api.trail.gathering import (
    ACCESS,
    Amendment,
    Matter,
    matters,
    named,
    of_types,
    reason_of,
    register_wide,
)
from api.trail.scope import Scope
from api.web import log
from api.web.display import ERASED, lines, summary
from api.web.figures import minus, percent
from api.web.names import Names, headline, item_of
from api.web.words import BANDS, GATE_DETAILS, GATES, REASONS, STATUSES, TRENDS, day, number_of, plain, sentence
from domain.facts.entries import EntryCountersigned, EntryDisputeSettled, EntryVoided
from domain.facts.fact import Entry, Envelope, Fact
from domain.facts.people import PersonErased
from domain.log.policy import Policy
from domain.store.instants import parse_instant
from domain.store.vault import Vault
from domain.values import Sealed
from projections.indicators import PRINCIPLES
from projections.scorecards.scorecard import ENGINE_VERSION, Scorecard

TITLE = "Audit report"
IN_DETAIL, IN_SUMMARY = 50, 1000
"""So many relationships are told of in full, and so many with their score alone."""
EVIDENCE_ROWS = 1200
"""Rows of evidence in the whole report, divided among its relationships: each gets 10 to 100 of a kind."""
MOST = 200
"""Rows of any other list."""
NONE = "–"
_TITLES = {p.id: p.title for p in PRINCIPLES}
_INDICATORS = {i.id: i.title for p in PRINCIPLES for i in p.indicators}


class Standing(Struct, frozen=True, kw_only=True):
    """What the report says of its checkpoint. `cosigned_by`: names; `stamped_at`: the file of a timestamp, or None."""

    origin: str
    size: int
    root: str
    recorded_at: str
    final: bool
    policy: Policy
    cosigned_by: tuple[str, ...]
    keys: tuple[str, ...]
    timestamp: str | None


class Writer:
    """Makes the report of one scope within one read transaction. `told` is called with each matter, in their order."""

    def __init__(
        self, connection: Connection, vault: Vault, scope: Scope, positions: Sequence[int] | None, standing: Standing
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._scope = scope
        self._positions = None if positions is None else set(positions)
        self._standing = standing
        count = len(scope.relationships)
        self._evidence_rows = min(100, max(10, EVIDENCE_ROWS // max(1, 2 * count)))

    def report(
        self,
        steps: tuple[tuple[str, ...], ...],
        told: Callable[[Matter], object],
        progress: Callable[[int], object],
    ) -> Report:
        scores: list[tuple[str, ...]] = []
        parts: list[Section] = []
        for number, matter in enumerate(matters(self._connection, self._scope, progress)):
            told(matter)
            if number < IN_SUMMARY:
                scores.append(_score_row(matter))
            if number < IN_DETAIL:
                parts.extend(self._relationship(matter))
        return Report(
            title=TITLE,
            lede=self._lede(),
            date=self._standing.recorded_at,
            sections=(
                self._about(),
                self._glance(scores),
                *parts,
                *self._register_wide(),
                self._access(),
                self._erasures(),
                self._checkpoint(),
                Section(title="How to verify this pack", blocks=(Steps(steps),)),
            ),
        )

    # --- What it is about ---

    def _lede(self) -> str:
        only = self._scope.only
        what = f"the relationship {only.name}" if only else number_of(len(self._scope.relationships), "relationship")
        return (
            f"The register {self._standing.origin}: {what}, scored as of {day(self._scope.to_on)}, as known at "
            f"position {self._scope.size} of its log. Every figure is computed from the entries alone, and every entry "
            "can be proven to be in the log."
        )

    def _about(self) -> Section:
        scope = self._scope
        start = day(scope.from_on) if scope.from_on else "the beginning"
        held = (
            f"{len(self._positions)} entries: the shared ones of the relationship, and the register-wide ones that "
            "they stand on (organisations, people by pseudonym, scoring policies)"
            if self._positions is not None
            else f"all {scope.size} entries of the log, those that a party keeps for itself included"
        )
        texts = (
            "Free texts and the names of people are shown, because whoever made this pack asked for it."
            if self._is_open
            else f"Free texts and the names of people are sealed, and shown as {SEALED_SAID}; people as their ids."
        )
        rows = (
            ("Register", self._standing.origin),
            ("Relationships", str(len(scope.relationships))),
            ("Period", f"from {start} to {day(scope.to_on)}"),
            ("Known at", f"position {scope.size} of the log, of {_instant(self._standing.recorded_at)}"),
            ("Entries in this pack", held),
            ("Scores", f"as of {day(scope.to_on)}, shared view, engine version {ENGINE_VERSION}"),
        )
        return Section(
            title="What this report covers",
            blocks=(
                Rows(rows),
                Text(
                    "Corrections, voids, disputes and countersignatures are listed when they were recorded within the "
                    "period, or are about an entry dated within it. The scorecards know everything up to the position "
                    "above, whenever it was recorded."
                ),
                Text(texts),
            ),
        )

    @property
    def _is_open(self) -> bool:
        return type(self._vault) is Vault

    def _glance(self, rows: list[tuple[str, ...]]) -> Section:
        left_out = len(self._scope.relationships) - len(rows)
        blocks: list[Block] = [
            Grid(
                caption="The scorecards of this pack",
                columns=("Relationship", "Score ", "Band", "Coverage ", "Confidence", "Trend", "Digest begins"),
                widths=(26, 9, 11, 11, 12, 12, 19),
                rows=tuple(rows),
            )
        ]
        if not rows:
            blocks = [Text("No relationship had begun by then.")]
        if left_out:
            blocks.append(Text(f"{left_out} more relationships are in the folder `scorecards` alone."))
        if len(rows) > IN_DETAIL:
            blocks.append(
                Text(f"The first {IN_DETAIL} are told of in full below; of the others the pack has the files.")
            )
        return Section(title="Results at a glance", blocks=tuple(blocks))

    # --- One relationship ---

    def _relationship(self, matter: Matter) -> list[Section]:
        card = matter.card
        shown = self._shown(matter)
        names = named(self._connection, self._vault, list(shown.values()))
        return [
            Section(title=matter.about.name, blocks=self._summary(matter)),
            Section(title="Scores per principle", level=3, blocks=(_principles(card), _indicators(card))),
            Section(title="Evidence", level=3, blocks=tuple(self._evidence(matter, shown, names))),
            Section(title="Corrections and voids", level=3, blocks=tuple(self._amendments(matter.amendments, names))),
            Section(title="Disputes", level=3, blocks=tuple(self._disputes(matter, names))),
            Section(title="Countersignatures", level=3, blocks=tuple(self._countersignatures(matter, names))),
        ]

    def _shown(self, matter: Matter) -> dict[int, Envelope]:
        """Every entry that a table of this relationship shows, by position."""
        counted, excluded = _judged(matter.card)
        positions = {*list(counted)[: self._evidence_rows], *list(excluded)[: self._evidence_rows]}
        found = {e.position: e for e in log.at(self._connection, positions)}
        about = [*matter.disputes[:MOST], *matter.countersignatures[:MOST]]
        for amendment in matter.amendments[:MOST]:
            about += [amendment.envelope, amendment.target, *(e for e, _, _ in amendment.changes)]
        return found | {e.position: e for e in about}

    def _summary(self, matter: Matter) -> tuple[Block, ...]:
        card, about = matter.card, matter.about
        rows = [
            ("Score", f"{card.score}, {BANDS[card.band]}" if card.score else "not rated"),
            ("Coverage and confidence", f"{percent(card.coverage)} of the weight is scored; {card.confidence.lower()}"),
            ("Principles rated", f"{card.rated_principles} of 12"),
            ("Trend over 90 days", _trend(card)),
            ("Scoring policy", f"version {card.policy_version}" if card.policy_version else "the default"),
            ("Digest of the scorecard", card.digest()),
            ("Relationship", f"{about.id}{f', alias {about.alias}' if about.alias else ''}"),
            ("Registered on", f"{day(about.registered_on)}, {plain(about.form)}, {about.currency}, {about.time_zone}"),
        ]
        if matter.before is not None:
            score = matter.before.score or "not rated"
            rows.insert(1, ("Where the period begins", f"{score}, {BANDS[matter.before.band]}, as known today"))
        if card.sensitivity:
            span = f"{card.sensitivity.low} to {card.sensitivity.high} with one principle's weight halved or doubled"
            rows.append(("Sensitivity", span))
        rows.extend((GATES[gate], GATE_DETAILS[gate]) for gate in card.gates)
        return (Rows(tuple(rows)),)

    def _evidence(self, matter: Matter, shown: dict[int, Envelope], names: Names) -> Iterable[Block]:
        counted, excluded = _judged(matter.card)
        yield Text(
            f"{number_of(len(counted), 'entry')} counted, {number_of(len(excluded), 'entry')} looked at and left out. "
            f"The full lists are in `evidence/{matter.about.id}.ndjson`."
        )
        if counted:
            yield Grid(
                caption=_capped("Entries counted", counted, self._evidence_rows),
                columns=("Position ", "On", "Entry", "Counted in"),
                widths=(10, 13, 52, 25),
                rows=tuple(
                    (str(p), day(shown[p].on), _entry(shown[p], names), ", ".join(ids))
                    for p, ids in list(counted.items())[: self._evidence_rows]
                ),
            )
        if excluded:
            yield Grid(
                caption=_capped("Entries left out", excluded, self._evidence_rows),
                columns=("Position ", "On", "Entry", "Left out of, because"),
                widths=(10, 13, 45, 32),
                rows=tuple(
                    (str(p), day(shown[p].on), _entry(shown[p], names), "; ".join(why))
                    for p, why in list(excluded.items())[: self._evidence_rows]
                ),
            )

    def _amendments(self, found: Sequence[Amendment], names: Names) -> Iterable[Block]:
        if not found:
            yield Text("None.")
            return
        yield Grid(
            caption=_capped("What was corrected or voided", found, MOST),
            columns=("Position ", "Entry", "Before", "After", "By whom, when and why"),
            widths=(9, 20, 22, 22, 27),
            rows=tuple(_amendment(one, names) for one in found[:MOST]),
        )

    def _disputes(self, matter: Matter, names: Names) -> Iterable[Block]:
        if not matter.disputes:
            yield Text("None.")
            return
        yield Grid(
            caption=_capped("What was disputed, and how it was settled", matter.disputes, MOST),
            columns=("Position ", "What", "About", "By whom, when and why"),
            widths=(9, 24, 34, 33),
            rows=tuple(
                (str(e.position), _what(e, names), _about(e, names), _by(e, names)) for e in matter.disputes[:MOST]
            ),
        )

    def _countersignatures(self, matter: Matter, names: Names) -> Iterable[Block]:
        found = matter.countersignatures
        if not found:
            yield Text("None.")
            return
        tally: dict[str, int] = defaultdict(int)
        for e in found:
            if isinstance(e.data, EntryCountersigned):
                tally[names.organisation(e.data.party)] += 1
        told = ", ".join(f"{count} by {party}" for party, count in sorted(tally.items()))
        yield Text(f"{number_of(len(found), 'entry')} accepted by a party: {told}.")
        yield Grid(
            caption=_capped("What the parties accepted", found, MOST // 4),
            columns=("Position ", "Entry accepted", "By whom and when"),
            widths=(10, 55, 35),
            rows=tuple((str(e.position), _about(e, names), _by(e, names)) for e in found[: MOST // 4]),
        )

    # --- The register ---

    def _register_wide(self) -> list[Section]:
        found = register_wide(self._connection, self._scope, self._positions)
        if not found:
            return []
        envelopes = [e for a in found[:MOST] for e in (a.envelope, a.target, *(c for c, _, _ in a.changes))]
        names = named(self._connection, self._vault, envelopes)
        title = "Corrections and voids of register-wide entries"
        return [Section(title=title, blocks=tuple(self._amendments(found, names)))]

    def _access(self) -> Section:
        found = of_types(self._connection, self._scope, ACCESS, self._positions) if ACCESS else []
        if not ACCESS:
            text = "This release records no facts about access, so the log says nothing about who could read or record."
            return Section(title="Changes of access", blocks=(Text(text),))
        if not found:
            return Section(title="Changes of access", blocks=(Text("None within the period."),))
        names = named(self._connection, self._vault, found[:MOST])
        grid = Grid(
            caption=_capped("Who may do what", found, MOST),
            columns=("Position ", "What", "By whom and when"),
            widths=(10, 55, 35),
            rows=tuple((str(e.position), _entry(e, names), _by(e, names)) for e in found[:MOST]),
        )
        return Section(title="Changes of access", blocks=(grid,))

    def _erasures(self) -> Section:
        found = of_types(self._connection, self._scope, ("person.erased",), self._positions)
        blocks: list[Block] = [
            Text(
                "Erasing a person deletes names, addresses and free texts from the vault, where alone they were. "
                "The log keeps salted hashes of them, so nothing that is proven here changes by it."
            )
        ]
        if not found:
            return Section(title="Erasures of personal data", blocks=(*blocks, Text("None within the period.")))
        names = named(self._connection, self._vault, found[:MOST])
        rows = tuple(
            (str(e.position), str(e.data.person_id), e.data.ground, _by(e, names))
            for e in found[:MOST]
            if isinstance(e.data, PersonErased)
        )
        columns = ("Position ", "Person", "Ground", "By whom and when")
        caption = _capped("Who was erased", found, MOST)
        grid = Grid(caption=caption, columns=columns, widths=(10, 42, 14, 34), rows=rows)
        return Section(title="Erasures of personal data", blocks=(*blocks, grid))

    def _checkpoint(self) -> Section:
        at = self._standing
        asked = len(at.policy.witnesses)
        rows = [
            ("Register", at.origin),
            ("Entries", str(at.size)),
            ("Root hash", at.root),
            ("Made at", _instant(at.recorded_at)),
            ("State", _state(at)),
            ("Cosigned by", ", ".join(at.cosigned_by) or "nobody"),
            ("Witnesses of the policy", str(asked) if asked else "none"),
            *(("Key of the log", key) for key in at.keys),
            ("Timestamp", at.timestamp or "none was asked for"),
        ]
        told = (
            "A checkpoint is the log's signed word for how many entries it has and which they are: the root hash "
            "stands for every one of them. Cosigners are witnesses that each made sure, before they signed, that "
            "nothing they had seen was changed or taken away. A final checkpoint has the cosignatures that the policy "
            "of the register asks for; a provisional one has the log's own signature and not yet all others."
        )
        return Section(title="The checkpoint", blocks=(Text(told), Rows(tuple(rows))))


SEALED_SAID = "“(sealed)”"


def _state(at: Standing) -> str:
    if not at.policy.witnesses:
        return "final by a policy without witnesses: it has the log's own signature alone"
    return "final" if at.final else "provisional: cosignatures are missing"


def _score_row(matter: Matter) -> tuple[str, ...]:
    card = matter.card
    return (
        matter.about.name,
        card.score or NONE,
        BANDS[card.band],
        percent(card.coverage),
        card.confidence.capitalize(),
        _trend(card),
        card.digest()[:16],
    )


def _trend(card: Scorecard) -> str:
    delta = card.trend.delta
    return TRENDS[card.trend.direction] if delta is None else f"{TRENDS[card.trend.direction]} {minus(delta)}"


def _principles(card: Scorecard) -> Grid:
    rows = []
    for p in card.principles:
        counted = {position for i in p.indicators for position in i.counted}
        excluded = {position for i in p.indicators for position, _ in i.excluded}
        scored = sum(i.score is not None for i in p.indicators)
        rows.append(
            (
                f"{p.principle} {_TITLES[p.principle]}",
                p.score or NONE,
                BANDS[p.band],
                percent(p.coverage),
                f"{scored} of {len(p.indicators)}",
                str(len(counted)),
                str(len(excluded)),
            )
        )
    return Grid(
        caption="The twelve principles",
        columns=("Principle", "Score ", "Band", "Coverage ", "Indicators ", "Counted ", "Left out "),
        widths=(34, 9, 12, 12, 12, 10, 11),
        rows=tuple(rows),
    )


def _indicators(card: Scorecard) -> Grid:
    return Grid(
        caption="The indicators that have data",
        columns=("Indicator", "State", "Value ", "Score ", "Counted ", "Left out "),
        widths=(44, 16, 12, 9, 9, 10),
        rows=tuple(
            (
                f"{i.id} {_INDICATORS[i.id]}",
                STATUSES[i.status],
                NONE if i.value is None else minus(i.value),
                i.score or NONE,
                str(len(i.counted)),
                str(len(i.excluded)),
            )
            for p in card.principles
            for i in p.indicators
            if i.value is not None or i.counted or i.excluded
        ),
    )


def _judged(card: Scorecard) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """The entries counted, with the indicators, and those left out, with indicator and reason; by position."""
    counted: dict[int, list[str]] = defaultdict(list)
    excluded: dict[int, list[str]] = defaultdict(list)
    for principle in card.principles:
        for result in principle.indicators:
            for position in result.counted:
                counted[position].append(result.id)
            for position, reason in result.excluded:
                excluded[position].append(f"{result.id}: {REASONS.get(reason, plain(reason))}")
    return dict(sorted(counted.items())), dict(sorted(excluded.items()))


def _capped(caption: str, found: Sequence[object] | dict[int, list[str]], most: int) -> str:
    return caption if len(found) <= most else f"{caption}: the first {most} of {len(found)}"


# --- Entries in words ---


def _instant(text: str) -> str:
    return _at(parse_instant(text))


def _at(instant: datetime) -> str:
    return f"{day(instant)}, {instant:%H:%M} UTC"


def _entry(envelope: Envelope, names: Names) -> str:
    """What kind of entry, the item it is about, and what it says."""
    item = names.items.get(found) if (found := item_of(envelope.data)) else None
    title = item.title if item else headline(envelope.data, names.texts, names.organisations)
    parts = [sentence(envelope.type), title, summary(envelope.data, names)]
    return ": ".join([parts[0], " · ".join(part for part in parts[1:] if part)]).rstrip(": ")


def _about(envelope: Envelope, names: Names) -> str:
    target = names.entries.get(getattr(envelope.data, "target_event_id", None))  # type: ignore[arg-type]
    if target is not None:
        return f"{sentence(target.type)}, position {target.position}"
    item = names.items.get(found) if (found := item_of(envelope.data)) else None
    return _entry(envelope, names) if item is None else f"{sentence(item.type)}, position {item.position}: {item.title}"


def _what(envelope: Envelope, names: Names) -> str:
    match envelope.data:
        case EntryCountersigned(party=party, decision=decision):
            return f"{sentence(decision)} by {names.organisation(party)}"
        case EntryDisputeSettled(outcome=outcome):
            return f"Dispute settled: {outcome}"
    return sentence(envelope.type)


def _by(envelope: Envelope, names: Names) -> str:
    behalf = f" for {names.organisation(envelope.on_behalf_of)}" if envelope.on_behalf_of else ""
    why = reason_of(envelope.data)
    if isinstance(why, Sealed):
        why = names.texts.get(why, ERASED)
    return f"{envelope.actor}{behalf}, {_at(envelope.recorded_at)}{f': {why}' if why else ''}"


def _amendment(one: Amendment, names: Names) -> tuple[str, ...]:
    by = _by(one.envelope, names)
    if not one.stands:
        by += " (voided itself since)"
    entries = [f"{sentence(e.type)}, position {e.position}" for e, _, _ in one.changes]
    before, after = [], []
    for _, was, now in one.changes:
        told = _changes(was, now, names)
        before.append(told[0])
        after.append(told[1])
    if not one.changes:
        entries = [f"{sentence(one.target.type)}, position {one.target.position}"]
        before = [summary(one.target.data, names) or "as recorded"]
        after = ["no effect" if isinstance(one.envelope.data, EntryVoided) else "the same"]
    return (str(one.envelope.position), *("\n".join(texts) for texts in (entries, before, after)), by)


def _changes(was: Entry | None, now: Entry | None, names: Names) -> tuple[str, str]:
    """What differs, before and after."""
    if was is None or now is None:
        whole = was or now
        assert whole is not None
        said = f"on {day(whole.on)}: {_fact(whole.fact, names)}"
        return ("no effect", said) if was is None else (said, "no effect")
    before, after = _fields(was, names), _fields(now, names)
    differs = [label for label in {**before, **after} if before.get(label) != after.get(label)]
    return tuple("; ".join(f"{n}: {side.get(n, 'nothing')}" for n in differs) for side in (before, after))  # type: ignore[return-value]


def _fact(fact: Fact, names: Names) -> str:
    title = headline(fact, names.texts, names.organisations)
    return " · ".join(part for part in (title, summary(fact, names)) if part)


def _fields(entry: Entry, names: Names) -> dict[str, str]:
    """The entry's date and fields, each as one text."""
    found = {"On": day(entry.on)}
    for line in lines(entry.fact, names):
        single = line.single
        found[line.label] = (
            single.text if single else ", ".join(" ".join(value.text for value in row) for row in line.rows)
        )
    return found
