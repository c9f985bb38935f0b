"""Rows of the tables that belong to the whole register: organisations, definitions, policies and days."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from projections import days
from projections.bi.asked import beginning
from projections.bi.dimensions import (
    BRIDGE_POLICY_INDICATOR,
    DIM_DATE,
    DIM_INDICATOR,
    DIM_ORGANISATION,
    DIM_POLICY,
    DIM_PRINCIPLE,
    DIM_STAGE,
)
from projections.bi.keeping import Row
from projections.bi.tables import Kept
from projections.directory import STAGES
from projections.indicators import PRINCIPLES
from projections.schema import OPEN, event_fact, organisation
from projections.scorecards.policy import DEFAULT, GATES, Policy, apply, versions


def rows(connection: Connection, known_at: int, today: date) -> dict[Kept, list[Row]]:
    policies = list(_policies(connection, known_at))
    return {
        DIM_ORGANISATION: _organisations(connection),
        DIM_PRINCIPLE: [(p.id, p.number, p.title, p.purpose, p.clause) for p in PRINCIPLES],
        DIM_INDICATOR: list(_indicators()),
        DIM_STAGE: list(enumerate(STAGES, 1)),
        DIM_POLICY: [
            (policy.version, since, policy.amber_from, policy.green_from, *(policy.gates[gate] for gate in GATES))
            for policy, since in policies
        ],
        BRIDGE_POLICY_INDICATOR: [row for policy, _ in policies for row in _settings(policy)],
        DIM_DATE: list(_dates(connection, today)),
    }


def _organisations(connection: Connection) -> list[Row]:
    o = organisation.c
    found = connection.execute(select(o.organisation_id, o.alias, o.legal_name, o.country, o.merged_into))
    return [tuple(row) for row in found]


def _indicators() -> Iterator[Row]:
    number = 0
    for p in PRINCIPLES:
        for i in p.indicators:
            number += 1
            yield (
                i.id,
                p.id,
                number,
                i.title,
                i.unit,
                i.kind,
                i.formula,
                i.no_data,
                i.higher_is_better,
                i.from_stage,
            )


def _policies(connection: Connection, known_at: int) -> Iterator[tuple[Policy, int | None]]:
    policy = DEFAULT
    yield policy, None
    for published in versions(connection, known_at):
        policy = apply(policy, published)
        yield policy, days.number(published.effective_from)


def _settings(policy: Policy) -> Iterator[Row]:
    for p in PRINCIPLES:
        for i in p.indicators:
            s = policy.indicators[i.id]
            yield (
                policy.version,
                i.id,
                s.floor,
                s.target,
                s.weight,
                s.window,
                s.min_n,
                s.enabled,
                policy.principles[p.id],
            )


def _dates(connection: Connection, today: date) -> Iterator[Row]:
    in_force = select(func.min(event_fact.c.on_day)).where(event_fact.c.known_to == OPEN)
    first = connection.execute(in_force).scalar_one()
    since = today if first is None else max(min(days.day(first), today), beginning(today))
    day, last = date(since.year, 1, 1), date(today.year + 1, 12, 31)
    while day <= last:
        week = day.isocalendar()
        yield (
            days.number(day),
            day.year,
            (day.month + 2) // 3,
            day.month,
            day.day,
            week.year,
            week.week,
            week.weekday,
            f"{day:%Y-%m}",
            day.day == monthrange(day.year, day.month)[1],
        )
        day += timedelta(days=1)
