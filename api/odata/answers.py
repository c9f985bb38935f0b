"""Answers as OData wants them: JSON with control information, and errors with a code and a sentence."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from starlette.datastructures import Headers
from starlette.responses import Response

from api.odata.refusals import ODataRefusal
from projections.bi.columns import Field, Shown

HEADERS = {"OData-Version": "4.0", "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization, Prefer"}
_encoder = msgspec.json.Encoder(decimal_format="number")
_of_strings = msgspec.json.Encoder(decimal_format="string")


class Form(Struct, frozen=True):
    """How JSON is written. `bare`: without context; `strings`: decimals and 64-bit numbers are strings."""

    bare: bool = False
    strings: bool = False


def form(headers: Headers, format: str | None) -> Form:
    """What the client takes, by `$format` or `Accept`. Raises ODataRefusal where that is no JSON."""
    asked = format or ",".join(headers.getlist("accept")) or "*/*"
    for part in asked.lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        if media in ("json", "application/json", "application/*", "*/*", "*"):
            return Form(
                bare="odata.metadata=none" in parameters or "metadata=none" in parameters,
                strings="ieee754compatible=true" in parameters,
            )
    raise ODataRefusal("An answer can be had as application/json.", 406 if format is None else 415, "NOT_ACCEPTABLE")


def check_version(headers: Headers) -> None:
    """Raises ODataRefusal where the client takes nothing as new as version 4."""
    newest = headers.get("odata-maxversion", "4.0").strip()
    if not re.fullmatch(r"[4-9](\.\d+)?", newest):
        raise ODataRefusal(f"OData version {newest[:20]!r} is not supported; this is version 4.0.")


def row(fields: Iterable[Field], values: Iterable[Any], form: Form) -> dict[str, Shown]:
    shown = {field.name: field.shown(value) for field, value in zip(fields, values, strict=True)}
    if form.strings:
        return {
            name: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
            for name, value in shown.items()
        }
    return shown


def json(content: Mapping[str, Any], form: Form, headers: Mapping[str, str] | None = None) -> Response:
    shown = {name: value for name, value in content.items() if not (form.bare and name == "@odata.context")}
    level = "none" if form.bare else "minimal"
    media = f"application/json;odata.metadata={level};IEEE754Compatible={str(form.strings).lower()};charset=utf-8"
    body = (_of_strings if form.strings else _encoder).encode(shown)
    return Response(body, 200, {**HEADERS, **(headers or {}), "Content-Type": media})


def error(refusal: ODataRefusal) -> Response:
    body = _encoder.encode({"error": {"code": refusal.code, "message": refusal.message}})
    media = {"Content-Type": "application/json;charset=utf-8"}
    return Response(body, refusal.status, {**HEADERS, "Cache-Control": "no-store", **media})
