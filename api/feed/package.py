"""What the files of an export hold, for machines: `datapackage.json` of the Frictionless Data Package, version 2."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.feed.formats import MEDIA_TYPES, Format
from projections.bi.catalogue import VERSION, references
from projections.bi.columns import Field, Kind
from projections.bi.tables import FeedTable

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TYPES: dict[Kind, str] = {
    "id": "string",
    "text": "string",
    "integer": "integer",
    "decimal": "number",
    "date": "date",
    "instant": "datetime",
    "boolean": "boolean",
}


def package(
    tables: Sequence[FeedTable], format: Format, position: int, *, after: int | None = None, party: UUID | None = None
) -> dict[str, Any]:
    """The description of files `<table>.<format>`. `position`: the watermark to give as `after` the next time."""
    found: dict[str, Any] = {
        "$schema": PROFILE,
        "name": f"counterfoil-bi-v{VERSION}",
        "title": "Counterfoil: the register as a star schema",
        "version": f"{VERSION}.0.0",
        "position": position,
        "resources": [_resource(table, format) for table in tables],
    }
    if after is not None:
        found["after"] = after
    if party is not None:
        found["party"] = str(party)
    return found


def _resource(table: FeedTable, format: Format) -> dict[str, Any]:
    names = {field.name for field in table.fields}
    return {
        "name": table.name,
        "type": "table",
        "description": table.grain,
        "path": f"{table.name}.{format}",
        "format": format,
        "mediatype": MEDIA_TYPES[format].split(";")[0],
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(field) for field in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {"fields": [name], "reference": {"resource": other.name, "fields": [key]}}
                for name, other, key in references(table)
                if name in names
            ],
        },
    }


def _field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"name": field.name, "type": _TYPES[field.kind], "description": field.description}
    if not field.optional:
        found["constraints"] = {"required": True}
    if field.kind == "decimal":
        found["decimals"] = field.scale
    if field.unit is not None:
        found["unit"] = field.unit
    if field.kind in ("integer", "decimal"):
        found["additive"] = field.additive
    return found
