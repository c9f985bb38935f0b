"""Answers to what went wrong outside GraphQL: JSON, with the request's id and nothing of the cause."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from structlog.contextvars import get_contextvars


def failure(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """The request's id in it is that of its lines in the log."""
    said = {"status": status, "message": message, "request_id": get_contextvars().get("request_id")}
    body = msgspec.json.encode({"error": said})
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, "application/json")


def not_served(_: Request, error: Exception) -> Response:
    """What Starlette's routes raise: there is no such address, or it does not take the method."""
    assert isinstance(error, HTTPException)
    return failure(error.status_code, error.detail or HTTPStatus(error.status_code).phrase, error.headers)
