"""What a client may read of an error, and what is only logged (docs/contract.md 5).

The codes in `extensions` are Apollo's, which its clients know by name.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from graphql import ArgumentNode, GraphQLError, ValueNode
from strawberry.exceptions import StrawberryInputCoercionError

BAD_REQUEST = "BAD_REQUEST"
BAD_USER_INPUT = "BAD_USER_INPUT"
FORBIDDEN = "FORBIDDEN"
GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"
LOG_IS_NOT_SIGNED = "LOG_IS_NOT_SIGNED"
OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
UNAUTHENTICATED = "UNAUTHENTICATED"

Shown = dict[str, Any]

_log = structlog.get_logger(__name__)


class UserError(Exception):
    """A refusal the client reads as it stands: the message, and the code in `extensions`."""

    def __init__(self, message: str, code: str = BAD_USER_INPUT) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class HttpRefusal(Exception):
    """The HTTP request was not taken as a GraphQL request; answered with its own status in every media type."""

    def __init__(
        self, status: int, message: str, code: str = BAD_REQUEST, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.errors: list[Shown] = [{"message": message, "extensions": {"code": code}}]
        self.headers = headers or {}


class RequestRefused(Exception):
    """A well-formed request whose operation was not executed: the answer has errors and no `data` entry."""

    def __init__(self, errors: list[Shown]) -> None:
        super().__init__(errors)
        self.errors = errors

    @classmethod
    def because(cls, errors: Iterable[GraphQLError], code: str) -> RequestRefused:
        """Errors that graphql-core found before execution; their texts speak of the request alone.

        An error that brings its own code keeps it.
        """
        return cls([_shown(error, {"code": code, **(error.extensions or {})}) for error in errors])


def shown_field_errors(errors: Iterable[GraphQLError]) -> list[Shown]:
    """Errors of execution as the client reads them; all but `UserError` and bad arguments are masked and logged."""
    return [_shown_field_error(error) for error in errors]


def unexpected(error: BaseException, **circumstances: object) -> Shown:
    """A masked error; the id in it finds the logged one."""
    reference = uuid.uuid4().hex
    _log.error("unexpected_error", id=reference, exc_info=error, **circumstances)
    return {"message": "Unexpected error.", "extensions": {"code": INTERNAL_SERVER_ERROR, "id": reference}}


def _shown_field_error(error: GraphQLError) -> Shown:
    cause = _innermost(error)
    if isinstance(cause, UserError):
        return _shown(error, {"code": cause.code})
    if _is_bad_argument(cause):
        return _shown(error, {"code": BAD_USER_INPUT})
    return {**error.formatted, **unexpected(cause, path=error.path)}


def _shown(error: GraphQLError, extensions: Mapping[str, Any]) -> Shown:
    return {**error.formatted, "extensions": dict(extensions)}


def _innermost(error: Exception) -> Exception:
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def _is_bad_argument(error: Exception) -> bool:
    """graphql-core blames the argument's value for input it cannot coerce, and the field for everything else."""
    if isinstance(error, StrawberryInputCoercionError):
        return True
    return (
        isinstance(error, GraphQLError)
        and bool(error.nodes)
        and all(isinstance(node, (ValueNode, ArgumentNode)) for node in error.nodes or ())
    )
