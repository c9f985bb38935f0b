"""Global ids: opaque to clients, in truth base64 of `Type:uuid`. Where one is taken, the plain uuid will do too."""

import binascii
import re
from base64 import b64decode, b64encode
from uuid import UUID

from strawberry import ID

from api.graphql.errors import UserError

_UUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def global_id(kind: str, key: UUID) -> ID:
    return ID(b64encode(f"{kind}:{key}".encode()).decode())


def parts(text: str) -> tuple[str, UUID] | None:
    """The type and the key of a global id, None where the text is none."""
    try:
        kind, _, key = b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (kind, UUID(key)) if kind and _UUID.fullmatch(key) else None


def plain(text: str) -> str:
    """The uuid in a global id; anything else as it is, for the register to judge."""
    found = parts(text)
    return text if found is None else str(found[1])


def key_of(text: str, kind: str | None = None) -> UUID:
    """The key of a thing, of that type if given. Raises UserError for what is neither its global id nor a uuid."""
    found = parts(text)
    if found is not None and kind in (None, found[0]):
        return found[1]
    if _UUID.fullmatch(text):
        return UUID(text)
    raise UserError(f"{text[:100]!r} is not {'an id' if kind is None else f'the id of {_a(kind)}'}.")


def optional_key(text: str | None, kind: str | None = None) -> UUID | None:
    return None if text is None else key_of(text, kind)


def _a(kind: str) -> str:
    words = re.sub(r"(?<!^)([A-Z])", r" \1", kind).lower()
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
