"""Plain values as YAML: every text is quoted, so that nothing is taken for something else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def document(value: dict[str, Any], said: str = "") -> str:
    head = f"# {said}\n" if said else ""
    return head + "\n".join(_lines(value, 0)) + "\n"


def _lines(value: Any, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _entry(f"{indent}{name}:", each, depth)
    else:
        for each in value:
            first, *rest = _lines(each, depth + 1) if _is_many(each) else [_scalar(each)]
            yield f"{indent}- {first.strip()}"
            yield from rest


def _entry(head: str, value: Any, depth: int) -> Iterator[str]:
    if _is_many(value):
        yield head
        yield from _lines(value, depth + 1)
    else:
        yield f"{head} {_scalar(value)}"


def _is_many(value: Any) -> bool:
    return isinstance(value, dict | list) and bool(value)


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
