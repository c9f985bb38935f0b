"""A field with a resolver and a description, in types that can be checked."""

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField


def described(text: str) -> Callable[[Callable[..., Any]], StrawberryField]:
    """As `strawberry.field(description=text)`, whose type says nothing."""

    def decorated(resolver: Callable[..., Any]) -> StrawberryField:
        return strawberry.field(resolver, description=text)

    return decorated
