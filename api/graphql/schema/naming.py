"""How stored names read in GraphQL: snake_case and dots become camelCase or PascalCase."""

import re

_WORD = re.compile(r"[._]+")
_SNAKE = re.compile(r"(?<=[a-z0-9])_([a-z0-9])")


def pascal(name: str) -> str:
    """`commitment.fulfilment_confirmed` as CommitmentFulfilmentConfirmed."""
    return "".join(word[:1].upper() + word[1:] for word in _WORD.split(name))


def camel(name: str) -> str:
    """`commitment.fulfilment_confirmed` as commitmentFulfilmentConfirmed."""
    found = pascal(name)
    return found[:1].lower() + found[1:]


def camel_path(path: str) -> str:
    """`by_parties[0].own_objective` as byParties[0].ownObjective: the place of a value in an input."""
    return _SNAKE.sub(_upper, path)


def screaming(name: str) -> str:
    """`UnknownId` as UNKNOWN_ID."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


def _upper(match: "re.Match[str]") -> str:
    return match[1].upper()
