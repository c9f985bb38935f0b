"""What the read models must hold, worked out without them: the same as what was written as facts were recorded."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from domain.facts import FACTS
from domain.facts.fact import Entry, Envelope
from domain.parsing import parse_fact
from domain.store.append import Store
from domain.store.mapper import decode
from projections.expected import currencies_of, current_row, rows_of_stream
from projections.rows import part_rows
from projections.tables import LIVE
from rebuilding import contents, engine_of, history, with_refs
from telling import line, tell, told, uid

WIDE = {"relationship_id": None, "on_behalf_of": None}


def worked_out(store: Store) -> dict[str, list[tuple[object, ...]]]:
    streams: dict[UUID, list[Envelope]] = {}
    for _, text in store.envelopes(0, 1000):
        envelope = decode(text, FACTS)
        streams.setdefault(envelope.stream_id, []).append(envelope)
    found: dict[str, list[tuple[object, ...]]] = {table.name: [] for table in LIVE.every()}
    for stream in streams.values():
        for rows in rows_of_stream(stream, lambda key, _: "EUR" if key else None).values():
            found["event_fact"] += [tuple(row.values()) for row in rows.facts.values()]
            found["event_part"] += [tuple(row.values()) for row in rows.parts]
        row = current_row(stream)
        if row is not None:
            found["organisation" if "country" in row else "relationship"].append(tuple(row.values()))
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def test_the_rows_worked_out_are_those_that_were_written(database: Engine) -> None:
    d: dict[str, Any] = {"organisation_id": uid("d"), "legal_name": "D", "country": "DE", "ref": "d"}
    facts = [
        *with_refs(history()),
        {**line("organisation.merged", "2024-08-01", organisation_id=uid("c"), into=uid("b")), **WIDE},
        {**line("organisation.registered", "2024-08-02", **d), **WIDE},
        {**line("entry.voided", "2024-08-03", target_event_id="d", reason="never was"), **WIDE},
    ]  # fmt: skip
    with told(database) as register:
        tell(register, *facts)
        written = {name: sorted(rows, key=str) for name, rows in contents(engine_of(register)).items()}
        assert worked_out(register.register.store) == written


def test_the_currency_is_known_from_the_registration_on(database: Engine) -> None:
    with told(database) as register:
        facts = [fact for fact in with_refs(history()) if fact["data"].get("alias") in {None, "R-2"}][:8]
        tell(register, *facts)
        streams: dict[UUID, list[Envelope]] = {}
        for _, text in register.register.store.envelopes(0, 1000):
            envelope = decode(text, FACTS)
            streams.setdefault(envelope.stream_id, []).append(envelope)
        found = [currencies_of(stream) for stream in streams.values()]
    assert [(7, "EUR")] in found


def test_a_map_has_its_parts_in_one_order_however_its_keys_came_in() -> None:
    """What is read from the log again has them in the order of RFC 8785."""
    rows = []
    for answers in ({"plan": 4, "benefit": 3}, {"benefit": 3, "plan": 4}):
        data = {"check_id": uid("h"), "respondent": "one", "party": uid("a"), "answers": answers}
        fact = parse_fact("health_check.answered", data)
        entry = Entry(fact=fact, on=date(2024, 3, 1), position=9, on_behalf_of=None)
        rows.append(part_rows(entry, 9, "EUR"))
    assert rows[0] == rows[1]
    assert [(row["n"], row["code"], row["number"]) for row in rows[0]] == [(0, "benefit", 3), (1, "plan", 4)]
