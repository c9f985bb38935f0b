"""What is here, for machines: the service document, and `$metadata` with every type, key and description (CSDL)."""

from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

from api.odata.filters import FUNCTIONS
from api.odata.values import EDM
from projections.bi.catalogue import TABLES, VERSION
from projections.bi.columns import Field
from projections.bi.tables import FeedTable
from projections.bi.views import shown

CONTAINER = f"bi_v{VERSION}"
NAMESPACE = f"counterfoil.{CONTAINER}"
CORE, CAPABILITIES = "Org.OData.Core.V1", "Org.OData.Capabilities.V1"
VOCABULARIES = "http://docs.oasis-open.org/odata/odata/v4.0/os/vocabularies"


def service_document(root: str) -> dict[str, Any]:
    sets = [{"name": table.name, "kind": "EntitySet", "url": table.name} for table in TABLES]
    return {"@odata.context": f"{root}$metadata", "value": sets}


@cache
def metadata() -> bytes:
    types = "".join(map(_entity_type, TABLES))
    sets = "".join(
        f'<EntitySet Name="{table.name}" EntityType="{NAMESPACE}.{table.name}">{_said(table.grain)}</EntitySet>'
        for table in TABLES
    )
    references = "".join(
        f'<edmx:Reference Uri="{VOCABULARIES}/{name}.xml"><edmx:Include Namespace="{name}"/></edmx:Reference>'
        for name in (CORE, CAPABILITIES)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">'
        f"{references}<edmx:DataServices>"
        f'<Schema Namespace="{NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">{types}'
        f'<EntityContainer Name="{CONTAINER}">{sets}{_functions()}</EntityContainer>'
        "</Schema></edmx:DataServices></edmx:Edmx>\n"
    ).encode()


def _entity_type(table: FeedTable) -> str:
    keys = "".join(f'<PropertyRef Name="{name}"/>' for name in table.key)
    properties = "".join(map(_property, shown(table)))
    return f'<EntityType Name="{table.name}"><Key>{keys}</Key>{properties}{_said(table.grain)}</EntityType>'


def _property(field: Field) -> str:
    facets = "".join(f' {name}="{value}"' for name, value in _facets(field))
    return f'<Property Name="{field.name}" Type="{EDM[field.kind]}"{facets}>{_said(field.meaning)}</Property>'


def _facets(field: Field) -> Iterator[tuple[str, str]]:
    if not field.optional:
        yield "Nullable", "false"
    match field.kind:
        case "id":
            yield "MaxLength", "36"
        case "decimal":
            yield "Precision", "19"
            yield "Scale", str(field.scale)
        case "instant":
            yield "Precision", "6"


def _functions() -> str:
    """What a filter may call, so that clients work out the rest themselves."""
    names = "".join(f"<String>{name}</String>" for name in FUNCTIONS)
    return f'<Annotation Term="{CAPABILITIES}.FilterFunctions"><Collection>{names}</Collection></Annotation>'


def _said(text: str) -> str:
    return f'<Annotation Term="{CORE}.Description" String="{escape(text)}"/>'
