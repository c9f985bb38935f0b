"""Refusals as data: every reason for which the register says no has a code of its own."""

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

import strawberry

from api.graphql.schema.naming import camel_path, screaming
from domain import errors
from domain.errors import Refusal

_KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
]

if TYPE_CHECKING:
    RefusalCode: TypeAlias = Any
else:
    RefusalCode = strawberry.enum(
        Enum("RefusalCode", {screaming(kind.__name__): screaming(kind.__name__) for kind in _KINDS}),
        name="RefusalCode",
        description="Why the register says no.",
    )


@strawberry.type(description="Nothing was stored.")
class Refused:
    code: RefusalCode
    message: str
    fact_index: int | None = strawberry.field(description="The fact that was refused, counted from 0.")
    field: str | None = strawberry.field(description="The place in the input, for example toParties[0].")


def refused(refusal: Refusal, index: int | None = None) -> Refused:
    """The refusal as the caller reads it. Inside the `data` of a correction the stored names are left as they are."""
    field = refusal.field
    if field is not None and not field.startswith("data."):
        field = camel_path(field)
    code = RefusalCode(screaming(type(refusal).__name__))
    return Refused(code=code, message=refusal.message, fact_index=index, field=field)
