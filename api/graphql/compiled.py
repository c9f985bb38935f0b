"""An executor that runs selections of plain attributes as generated functions, one per shape.

A field is plain where Strawberry would only read an attribute of its source: it has no resolver, permission, extension
or exception handler. A selection is run this way if all fields in it, at every depth, are plain.

The functions only know how to succeed. At anything else (an error, a null that is not allowed, an awaitable, a list
that is neither `list` nor `tuple`) they stop, and graphql-core's own code executes the selection anew. So every error
that is ever answered is graphql-core's; an attribute may be read twice.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField

from api.graphql.shapes import Field, Function, Selection, Shape, generated

MAX_KEPT = 256  # functions per schema, and as many known places in documents

_BACK_REFERENCE = "strawberry-definition"

K = TypeVar("K")
V = TypeVar("V")


class Functions:
    """The functions made for one schema, by their shape and by the place in a document they were last needed at."""

    def __init__(self) -> None:
        self._by_shape: OrderedDict[Shape, Function] = OrderedDict()
        self._by_place: OrderedDict[tuple[int, ...], tuple[FieldDetailsList, Function | None]] = OrderedDict()

    def of_shape(self, shape: Shape) -> Function:
        function = self._by_shape.get(shape)
        return function or _kept(self._by_shape, shape, generated(shape))

    def at_place(self, place: tuple[int, ...]) -> tuple[FieldDetailsList, Function | None] | None:
        return self._by_place.get(place)

    def keep_place(self, place: tuple[int, ...], nodes: FieldDetailsList, function: Function | None) -> None:
        """The nodes are kept as well: a place is named by their identities, which must not be given to others."""
        _kept(self._by_place, place, (nodes, function))


_functions: WeakKeyDictionary[GraphQLSchema, Functions] = WeakKeyDictionary()


class CompiledExecutor(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's executor, but for selections of plain attributes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept_functions = _functions.setdefault(self.schema, Functions())
        self._own: dict[tuple[int, int], tuple[FieldDetailsList, Function | None]] = {}
        self._may_compile = _allows_compiling(self)
        source = self.operation.loc.source.body if self.operation.loc else "@"
        self._is_unconditional = "@" not in source

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        function = self._function(return_type, field_details_list)
        if function is not None:
            try:
                return function(result)
            except Exception:  # noqa: BLE001, S110 - whatever it was, the stock executor meets it again
                pass
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)

    def complete_list_value(
        self,
        return_type: GraphQLList[Any],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        function = self._function(return_type, field_details_list)
        if function is not None:
            try:
                return function(result)
            except Exception:  # noqa: BLE001, S110 - whatever it was, the stock executor meets it again
                pass
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)

    def _function(self, type_: GraphQLObjectType | GraphQLList[Any], nodes: FieldDetailsList) -> Function | None:
        if not self._may_compile:
            return None
        key = (id(type_), id(nodes))
        known = self._own.get(key)
        if known is None:
            # As in `collect_subfields`, the list is kept so that its identity is not given to another one.
            known = self._own[key] = (nodes, self._lasting_function(type_, nodes))
        return known[1]

    def _lasting_function(
        self, type_: GraphQLObjectType | GraphQLList[Any], nodes: FieldDetailsList
    ) -> Function | None:
        if not self._is_unconditional:
            return self._function_of_shape(type_, nodes)
        place = (id(type_), *(id(each.node) for each in nodes))
        known = self._kept_functions.at_place(place)
        if known is not None:
            return known[1]
        function = self._function_of_shape(type_, nodes)
        self._kept_functions.keep_place(place, nodes, function)
        return function

    def _function_of_shape(
        self, type_: GraphQLObjectType | GraphQLList[Any], nodes: FieldDetailsList
    ) -> Function | None:
        named = get_named_type(type_)
        if not is_object_type(named):
            return None
        selection = self._selection(named, nodes)
        return self._kept_functions.of_shape(Shape(type_, selection)) if selection else None

    def _selection(self, type_: GraphQLObjectType, nodes: FieldDetailsList) -> Selection | None:
        """What is selected of `type_`, all fragments and conditions resolved; None where a field in it is not plain."""
        if not _has_plain_type_check(type_):
            return None
        fields = []
        for response_name, its_nodes in self.collect_subfields(type_, nodes).grouped_field_set.items():
            name = its_nodes[0].node.name.value
            if name == "__typename":
                fields.append(Field(response_name, None, None, None))
                continue
            definition = type_.fields.get(name)
            attribute = _plain_attribute(definition) if definition else None
            if definition is None or attribute is None:
                return None
            named, inner = get_named_type(definition.type), None
            if is_object_type(named):
                inner = self._selection(named, its_nodes)
            if inner is None and not is_leaf_type(named):
                return None
            fields.append(Field(response_name, attribute, definition.type, inner))
        return Selection(type_, tuple(fields))


def _kept(store: OrderedDict[K, V], key: K, value: V) -> V:
    store[key] = value
    if len(store) > MAX_KEPT:
        store.popitem(last=False)
    return value


def _allows_compiling(executor: StrawberryGraphQLCoreExecutionContext) -> bool:
    """Whether nothing around the fields changes what reading an attribute comes to."""
    schema = executor.schema
    strawberry_schema = schema.extensions.get(_BACK_REFERENCE)
    return (
        strawberry_schema is not None
        and not strawberry_schema.exception_handlers
        and strawberry_schema.config.default_resolver is getattr
        and executor.abort_signal is None
        and not (executor.middleware_manager and executor.middleware_manager.middlewares)
        and schema.get_directive("defer") is None
        and schema.get_directive("stream") is None
    )


def _plain_attribute(definition: GraphQLField) -> str | None:
    field = definition.extensions.get(_BACK_REFERENCE)
    is_plain = (
        isinstance(field, StrawberryField)
        and field.is_basic_field
        and type(field).get_result is StrawberryField.get_result
        and getattr(definition.resolve, "_is_default", False)
    )
    return field.python_name if isinstance(field, StrawberryField) and is_plain else None


def _has_plain_type_check(type_: GraphQLObjectType) -> bool:
    """Whether `is_type_of` is not the type's own. The one Strawberry makes does not look at its second argument."""
    definition = type_.extensions.get(_BACK_REFERENCE)
    return type_.is_type_of is None or (definition is not None and definition.is_type_of is None)
