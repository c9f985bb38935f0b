"""The scoring policy of a date, as known at a position. Source: docs/principles.md 3.9, A27 to A29, A88."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select

from domain.errors import IsMalformed, unknown
from domain.facts import FACTS
from domain.facts.fact import Entry
from domain.facts.policies import Policies, PolicyChanges, ScoringPolicyPublished, check, evolve, policies
from domain.history import in_force
from domain.parsing import convert
from domain.session import stream_id
from domain.store.head import size_of
from domain.store.mapper import decode
from domain.store.schema import event
from projections.indicators import INDICATORS, PRINCIPLES
from projections.scorecards.question import Question
from projections.scorecards.scorecard import fixed

GOALPOSTS = {i.id: (str(fixed(i.floor, 4)), str(fixed(i.target, 4))) for i in INDICATORS}
"""Default floor and target of every indicator, for the rules on scoring policies (docs/principles.md A29)."""
GATES = ("plan_not_agreed", "exit_strategy_not_agreed", "severe_breach", "principle_red")
_published = (
    select(event.c.envelope)
    .where(event.c.stream_id == str(stream_id(policies, None)), event.c.position <= bindparam("k"))
    .order_by(event.c.position)
)


class Setting(Struct, frozen=True, kw_only=True):
    """How one indicator is scored: floor and target x 10^4, weight x 10^2, window in days."""

    floor: int
    target: int
    weight: int
    window: int | None
    min_n: int
    enabled: bool = True


class Policy(Struct, frozen=True, kw_only=True):
    """One version with everything below it applied. Weights and bands x 10^2."""

    version: int
    indicators: Mapping[str, Setting]
    principles: Mapping[str, int]
    amber_from: int = 5_000
    green_from: int = 7_500
    gates: Mapping[str, bool]


DEFAULT = Policy(
    version=0,
    indicators={
        i.id: Setting(floor=i.floor, target=i.target, weight=i.weight, window=i.window, min_n=i.min_n)
        for i in INDICATORS
    },
    principles={p.id: 100 for p in PRINCIPLES},
    gates=dict.fromkeys(GATES, True),
)


def in_effect(connection: Connection, as_of: date, known_at: int, version: int | None = None) -> tuple[Policy, bool]:
    """The policy that scores `as_of`, and whether the caller's `version` restates it. Raises UnknownId."""
    published = {f.policy_version: f for f in versions(connection, known_at)}
    own = max((v for v, f in published.items() if f.effective_from <= as_of), default=0)
    wanted = own if version is None else version
    if wanted and wanted not in published:
        raise unknown("policy version", str(wanted), "policy_version")
    policy = DEFAULT
    for number in sorted(v for v in published if v <= wanted):
        policy = apply(policy, published[number])
    return policy, version is not None and version != own


def by_policy(
    connection: Connection, questions: Sequence[Question], version: int | None = None
) -> list[tuple[Policy, list[tuple[int, bool]]]]:
    """Each policy that scores some of the questions, by version: their numbers, and whether it restates them.

    Raises UnknownId for a version that was not known then.
    """
    ruled = {key: in_effect(connection, *key, version) for key in {(q.as_of, q.known_at) for q in questions}}
    found: dict[int, tuple[Policy, list[tuple[int, bool]]]] = {}
    for n, question in enumerate(questions):
        policy, restated = ruled[question.as_of, question.known_at]
        found.setdefault(policy.version, (policy, []))[1].append((n, restated))
    return [found[number] for number in sorted(found)]


def proposed(connection: Connection, changes: object) -> Policy:
    """The policy that there would be if these `changes` were published now: refused as publishing them would be."""
    known = _published_by(connection, size_of(connection))
    state = reduce(evolve, known, Policies())
    if not isinstance(changes, dict):
        raise IsMalformed("The changes of a policy are an object.", "changes")
    wanted: PolicyChanges = convert(changes, PolicyChanges, "changes")
    check(wanted, state, GOALPOSTS)
    number = state.version + 1
    following = ScoringPolicyPublished(policy_version=number, effective_from=date.min, changes=wanted, reason="what if")
    return reduce(apply, [*map(_fact, known), following], DEFAULT)


def versions(connection: Connection, known_at: int) -> list[ScoringPolicyPublished]:
    """Every published version, in order."""
    return [_fact(entry) for entry in _published_by(connection, known_at)]


def _published_by(connection: Connection, known_at: int) -> list[Entry]:
    texts = connection.execute(_published, {"k": known_at}).scalars()
    return sorted(in_force(decode(text, FACTS) for text in texts), key=lambda entry: _fact(entry).policy_version)


def _fact(entry: Entry) -> ScoringPolicyPublished:
    assert isinstance(entry.fact, ScoringPolicyPublished)
    return entry.fact


def apply(policy: Policy, published: ScoringPolicyPublished) -> Policy:
    """The policy with one version's changes on top."""
    changes = published.changes
    indicators = dict(policy.indicators)
    for name, change in changes.indicators.items():
        old = indicators[name]
        indicators[name] = Setting(
            floor=_scaled(change.floor, 10_000, old.floor),
            target=_scaled(change.target, 10_000, old.target),
            weight=_scaled(change.weight, 100, old.weight),
            window=old.window if change.window_days is None or old.window is None else change.window_days,
            min_n=old.min_n if change.min_n is None else change.min_n,
            enabled=old.enabled if change.enabled is None else change.enabled,
        )
    bands = changes.bands
    return replace(
        policy,
        version=published.policy_version,
        indicators=indicators,
        principles={**policy.principles, **{p: _scaled(w, 100, 0) for p, w in changes.principles.items()}},
        amber_from=_scaled(bands.amber_from, 100, 0) if bands else policy.amber_from,
        green_from=_scaled(bands.green_from, 100, 0) if bands else policy.green_from,
        gates={**policy.gates, **changes.gates},
    )


def _scaled(text: str | None, factor: int, otherwise: int) -> int:
    return otherwise if text is None else int(Decimal(text) * factor)
