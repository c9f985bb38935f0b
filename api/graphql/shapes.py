"""Functions generated for what is selected of an object or of a list of objects.

Each takes the Python value and returns what is answered for it, or raises whatever comes up.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any, NamedTuple

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    is_leaf_type,
)
from graphql.pyutils.undefined import UndefinedType

Function = Callable[[Any], Any]

# What must be true of `{0}` for it to be answered as it is. All else goes through the type's own coercion.
READY: dict[GraphQLLeafType, str] = {
    GraphQLString: "{0}.__class__ is str",
    GraphQLID: "{0}.__class__ is str",
    GraphQLInt: "{0}.__class__ is int and -2147483648 <= {0} <= 2147483647",
    GraphQLFloat: "{0}.__class__ is float and {0} - {0} == 0.0",
    GraphQLBoolean: "{0}.__class__ is bool",
}
NEVER_PLAIN = (Exception, CoroutineType, GeneratorType, AsyncGeneratorType, UndefinedType, type(None))


class Field(NamedTuple):
    """One field as it is answered. Without an attribute it is `__typename`; without a selection it is a leaf."""

    response_name: str
    attribute: str | None
    type: GraphQLOutputType | None
    selection: Selection | None


class Selection(NamedTuple):
    type: GraphQLObjectType
    fields: tuple[Field, ...]


class Shape(NamedTuple):
    """An object type, or a list of any depth of one, and what is selected of it."""

    type: GraphQLObjectType | GraphQLList[Any]
    selection: Selection


def generated(shape: Shape) -> Function:
    """A function from a value, which is neither None nor awaitable, to its answer."""
    text = _Text()
    value = text.of_present_value(shape.type, "value", shape.selection)
    text.lines += ["def answer(value):", f"    return {value}"]
    # Only names out of the schema and the document get into the text: GraphQL allows letters, digits and `_` in them.
    exec("\n".join(text.lines), text.names)  # noqa: S102
    answer: Function = text.names["answer"]
    return answer


class _Text:
    """Python text in the making, and the objects it refers to by name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"admitted": set(), "admit": _admit, "items": _items, "check": _check}

    def of_value(self, type_: GraphQLOutputType, value: str, selection: Selection | None) -> str:
        if isinstance(type_, GraphQLNonNull):
            return self.of_present_value(type_.of_type, value, selection)
        return f"(None if {value} is None else {self.of_present_value(type_, value, selection)})"

    def of_present_value(self, type_: GraphQLOutputType, value: str, selection: Selection | None) -> str:
        """The text of an expression that fails where `value` is None."""
        if isinstance(type_, GraphQLList):
            item = f"{value}_"
            return f"[{self.of_value(type_.of_type, item, selection)} for {item} in items({value})]"
        if selection is not None:
            return f"{self._of_object(selection)}({value})"
        assert is_leaf_type(type_)
        coerced = f"{self._named('leaf', _coercion(type_))}({value})"
        ready = READY.get(type_)
        return f"({value} if {ready.format(value)} else {coerced})" if ready else coerced

    def _of_object(self, selection: Selection) -> str:
        reads, answers = [], []
        for number, field in enumerate(selection.fields):
            if field.attribute is None or field.type is None:
                answers.append(f"{field.response_name!r}: {selection.type.name!r}")
                continue
            value = f"value{number}"
            reads.append(f"    {value} = {_read(field.attribute)}")
            answers.append(f"{field.response_name!r}: {self.of_value(field.type, value, field.selection)}")
        name = self._named("select", None)
        self.lines += [f"def {name}(it):", "    if it.__class__ not in admitted:", "        admit(it, admitted)"]
        if selection.type.is_type_of is not None:
            self.lines.append(f"    check({self._named('is_type_of', selection.type.is_type_of)}(it, None))")
        self.lines += [*reads, f"    return {{{', '.join(answers)}}}"]
        return name

    def _named(self, kind: str, thing: object) -> str:
        name = f"{kind}{len(self.names)}"
        self.names[name] = thing
        return name


def _read(attribute: str) -> str:
    if attribute.isidentifier() and not keyword.iskeyword(attribute):
        return f"it.{attribute}"
    return f"getattr(it, {attribute!r})"


def _coercion(type_: GraphQLLeafType) -> Function:
    """The type's own coercion, refusing what graphql-core would not give to it or not take from it."""
    coerce = type_.coerce_output_value
    admitted: set[type] = set()

    def leaf(value: Any) -> Any:
        if value.__class__ not in admitted:
            _admit(value, admitted)
        answer = coerce(value)
        if answer.__class__ is not str and answer.__class__ not in admitted:
            _admit(answer, admitted)
        return answer

    enumeration = getattr(type_, "wrapped_cls", None)
    return leaf if enumeration is None else _remembering(leaf, enumeration)


def _remembering(leaf: Function, enumeration: type) -> Function:
    """The names of an enumeration's members, each found once: Strawberry looks through all of them."""
    names: dict[Any, Any] = {}

    def member(value: Any) -> Any:
        if value.__class__ is not enumeration:
            return leaf(value)
        if value not in names:
            names[value] = leaf(value)
        return names[value]

    return member


def _admit(value: object, admitted: set[type]) -> None:
    """Values of this class are neither awaitable nor errors nor nothing, and are let in unasked from now on."""
    cls = value.__class__
    if cls is not type(value) or issubclass(cls, NEVER_PLAIN) or hasattr(value, "__await__"):
        raise TypeError(cls)
    if not hasattr(cls, "__getattr__"):  # with one, each value has to be asked
        admitted.add(cls)


def _items(value: Any) -> Any:
    if value.__class__ is list or value.__class__ is tuple:
        return value
    raise TypeError(value.__class__)


def _check(passed: object) -> None:
    if passed is not True:
        raise TypeError(passed)
