"""SQL that turns envelopes into rows of the journal, derived from the annotations of the fact classes as rows.py is.

Ids are UUIDs here and types an ENUM: numbers to compare, and a third of the room. Days, decimals and money become the
same integers; `unit` is how much of amount x rate, with their 14 decimals, makes a minor unit of the relationship's
currency.
"""

import json
from collections.abc import Iterable
from typing import Any

from msgspec import inspect
from sqlalchemy import BigInteger, Boolean, Column, Integer, Table

from domain.facts import FACTS
from domain.facts.fact import Fact
from domain.facts.structure import Field, fields
from domain.values import Money
from projections.relations import MAX_POSITION
from projections.rows import SCALED, columns_of, parts_of, scale_of_part
from projections.schema import OPEN, event_fact, event_part

_TEXT = "VARCHAR"
_HEAD = {
    "position": "BIGINT",
    "stream_id": "UUID",
    "event_id": "UUID",
    "relationship_id": "UUID",
    "on_behalf_of": "UUID",
    "on": "DATE",
    "type": _TEXT,
    "visibility": _TEXT,
    "schema_version": "INTEGER",
    "data": "JSON",
}
_EPOCH = "DATE '1970-01-01'"


def sql_type(column: Column[Any]) -> str:
    """The type of the journal's column in DuckDB."""
    match column.type:
        case BigInteger():
            return "BIGINT"
        case Integer():
            return "INTEGER"
        case Boolean():
            return "BOOLEAN"
    if column.name == "type":
        return "kind"
    return "UUID" if getattr(column.type, "length", None) == 36 and column.name != "person" else _TEXT


def kinds() -> str:
    """The ENUM of all event types."""
    return "CREATE TYPE kind AS ENUM ({})".format(", ".join(f"'{name}'" for name in FACTS))


def table(name: str, like: Table) -> str:
    columns = ", ".join(f'"{c.name}" {sql_type(c)}' for c in like.columns)
    return f"CREATE TABLE {name} ({columns})"


def heads(file: str) -> str:
    """(position, …, data) of each line of a file, by type: what every envelope says, whatever its type."""
    columns = ", ".join(f"'{name}': '{type_}'" for name, type_ in _HEAD.items())
    return f"""
        SELECT * EXCLUDE (type, on_behalf_of, "on", visibility), CAST(type AS kind) AS type, on_behalf_of AS behalf,
            CASE WHEN visibility = 'own' THEN on_behalf_of END AS own_of,
            "on" - {_EPOCH} AS on_day, ("on" - {_EPOCH}) * {MAX_POSITION} + position AS ord
        FROM read_json('{file}', format = 'newline_delimited', columns = {{{columns}}})
        ORDER BY type"""  # noqa: S608


def facts(kind: str, source: str) -> str:
    """The rows of `event_fact` of the events of one type in `source`, a table of heads."""
    fact = FACTS[kind]
    columns = dict(columns_of(fact))
    by_column = {columns[f.name]: _fact_cell(f, columns[f.name]) for f in fields(fact) if f.name in columns}
    own = {"known_from": "position", "known_to": str(OPEN)}
    kept = {"position", "event_id", "relationship_id", "type", "on_day", "ord", "behalf", "own_of"}
    cells = [
        f"CAST({by_column.get(c.name) or own.get(c.name) or (c.name if c.name in kept else 'NULL')} AS {sql_type(c)})"
        for c in event_fact.columns
    ]
    return f"SELECT {', '.join(cells)} FROM {_typed(fact, source, columns)}"  # noqa: S608


def parts(kind: str, source: str) -> Iterable[str]:
    """The rows of `event_part` of those events, a statement for each of their lists and maps."""
    fact = FACTS[kind]
    by_name = {f.name: f for f in fields(fact)}
    money = [f.name for f in fields(fact) if _is_money(f)]
    for name, leaves in parts_of(fact):
        types = {leaf.path: leaf.type for leaf in by_name[name].leaves}
        by_column = {column: _part_cell(path, types[path], column, name, by_name[name]) for path, column in leaves}
        own = {"position": "position", "known_from": "position", "field": f"'{name}'", "n": "n - 1"}
        cells = [
            f"CAST({own.get(c.name) or by_column.get(c.name) or 'NULL'} AS {sql_type(c)})" for c in event_part.columns
        ]
        rate = "CASE {} END".format(" ".join(f'WHEN d."{m}" IS NOT NULL THEN d."{m}".rate' for m in money))
        list_ = f'list_sort(map_entries(d."{name}"))' if by_name[name].many == "map" else f'd."{name}"'
        elements = f"""(
            SELECT position, unit, {rate if money else "NULL"} AS rate,
                unnest({list_}) AS e, generate_subscripts({list_}, 1) AS n
            FROM {_typed(fact, source, [name, *money])})"""  # noqa: S608
        yield f"SELECT {', '.join(cells)} FROM {elements}"  # noqa: S608


def _typed(fact: type[Fact], source: str, names: Iterable[str]) -> str:
    """The events of that type with `d`, those fields of their data."""
    kind = fact.__struct_config__.tag
    wanted = set(names)
    shape = json.dumps({f.name: _shape(f) for f in fields(fact) if f.name in wanted})
    version = f"type = '{kind}' AND schema_version = {fact.schema_version}"
    read = f"from_json(data, '{shape}')" if wanted else "NULL"
    if not _has_money(fact):
        return f"(SELECT *, {read} AS d, NULL AS unit FROM {source} WHERE {version})"  # noqa: S608
    return f"""(
        SELECT h.*, {read} AS d, u.unit
        FROM (SELECT * FROM {source} WHERE {version}) AS h
        ASOF JOIN units AS u ON u.relationship_id = h.relationship_id AND h.position >= u.since)"""  # noqa: S608


def _shape(field: Field) -> Any:
    if _is_money(field):
        return {"amount": _TEXT, "rate": _TEXT}
    if field.many == "map":
        return f"MAP({_TEXT}, {_TEXT})"
    if field.many == "list":
        paths = [leaf.path for leaf in field.leaves]
        return [_TEXT] if paths == [""] else [dict.fromkeys(paths, _TEXT)]
    return _TEXT


def _is_money(field: Field) -> bool:
    return isinstance(field.type, inspect.StructType) and field.type.cls is Money


def _has_money(fact: type[Fact]) -> bool:
    return any(_is_money(f) for f in fields(fact)) or any(
        column == "amount" and scale_of_part(name) is None for name, leaves in parts_of(fact) for _, column in leaves
    )


def _fact_cell(field: Field, column: str) -> str:
    value = f'd."{field.name}"'
    if _is_money(field):
        return money(f"{value}.amount", f"{value}.rate")
    return _cell(value, field.type, column)


def _part_cell(path: str, type_: inspect.Type, column: str, name: str, field: Field) -> str:
    element = "e"
    if field.many == "map":
        element = "e.value" if path == "value" else "e.key"
    elif path:
        element = f'e."{path}"'
    if column != "amount":
        return _cell(element, type_, column)
    scale = scale_of_part(name)
    return money(element, "rate") if scale is None else _scaled(element, scale)


def _cell(value: str, type_: inspect.Type, column: str) -> str:
    if isinstance(type_, inspect.DateType):
        return f"CAST({value} AS DATE) - {_EPOCH}"
    if isinstance(type_, inspect.UUIDType):
        return f"CAST({value} AS UUID)"
    return _scaled(value, SCALED[column]) if column in SCALED else value


def _scaled(value: str, scale: int) -> str:
    return f"CAST(CAST({value} AS DECIMAL(38, 4)) * {scale} AS HUGEINT)"


def money(amount: str, rate: str) -> str:
    """amount x rate in minor units, half up: exact, for 13 + 4 digits times 10 + 10 stay below 2^127."""
    product = f"{_scaled(amount, 10**4)} * CAST(CAST(coalesce({rate}, '1') AS DECIMAL(38, 10)) * {10**10} AS HUGEINT)"
    return f"(({product} + unit // 2) // unit)"
