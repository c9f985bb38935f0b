"""How much one operation may ask for, measured before it is validated or run.

Each fragment is measured once and its totals are reused wherever it is spread, so that the work is linear in the
length of the document, whatever the operation expands to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
)

from api.graphql.errors import BAD_USER_INPUT

INTROSPECTION = frozenset({"__schema", "__type"})
PAGE_ARGUMENT = "first"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one document and one operation may hold. Fragments count wherever they are spread.

    `cost` is the number of objects the operation may return, assuming that every list is full. Its size is taken from
    `first`, else from `list_sizes` and `weights`, whose keys are `Type.field` or, for list sizes, also the bare field.
    `weights` says what one object (by default 1) or one leaf value (by default 0) of a field costs.
    """

    source: int = 64 * 1024  # characters
    tokens: int = 1000
    depth: int = 15
    aliases: int = 50
    directives: int = 50
    root_fields: int = 20
    repeats: int = 10  # of one response name in one selection set
    cost: int = 10_000
    page: int = 100
    default_page: int = 20
    default_list: int = 10
    list_sizes: Mapping[str, int] = msgspec.field(default_factory=lambda: {"principles": 12, "indicators": 6})
    weights: Mapping[str, int] = msgspec.field(default_factory=dict)


class Measured(NamedTuple):
    """Why the operation is refused, if it is, and whether other variables could change that."""

    refusals: list[GraphQLError]
    depends_on_variables: bool


class Totals(NamedTuple):
    """What a selection set holds; the cost in three parts, as its lists are sized by the field around it.

    `single`: objects in fields that are no lists. `listed`: objects in lists of their own size. `per_item`: objects in
    those lists were each one item long, for the lists of a connection, which are as long as its page.
    """

    fields: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    single: int = 0
    listed: int = 0
    per_item: int = 0

    def plus(self, other: Totals) -> Totals:
        return Totals(
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            max(self.depth, other.depth),
            self.single + other.single,
            self.listed + other.listed,
            self.per_item + other.per_item,
        )


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    limits: Limits,
) -> Measured:
    """Measures one operation of a document that need not be valid; fragments in a cycle count once."""
    measuring = _Measuring(schema, document, operation, variables, limits)
    try:
        totals = measuring.selections(operation.selection_set, schema.get_root_type(operation.operation))
    except RecursionError:
        # Only a chain of fragments gets here; the parser bounds what is nested in the text.
        return Measured([GraphQLError("The operation is nested too deeply.", operation)], depends_on_variables=False)
    counts = (
        (totals.depth, limits.depth, "The operation is nested {0} levels deep; the limit is {1}."),
        (totals.aliases, limits.aliases, "The operation has {0} aliases; the limit is {1}."),
        (
            totals.directives + len(operation.directives or ()),
            limits.directives,
            "The operation has {0} directives; the limit is {1}.",
        ),
        (totals.fields, limits.root_fields, "The operation has {0} root fields; the limit is {1}."),
        (totals.single + totals.listed, limits.cost, "The operation may return {0} objects; the limit is {1}."),
    )
    refusals = [
        GraphQLError(text.format(_spoken(count), limit), operation) for count, limit, text in counts if count > limit
    ]
    return Measured(measuring.refusals + refusals, measuring.depends_on_variables)


class _Measuring:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        limits: Limits,
    ) -> None:
        self.refusals: list[GraphQLError] = []
        self.depends_on_variables = False
        self._schema = schema
        self._limits = limits
        self._variables = variables
        self._defaults = {each.variable.name.value: each.default_value for each in operation.variable_definitions or ()}
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._totals: dict[str, Totals] = {}

    def selections(self, selection_set: SelectionSetNode, parent: GraphQLNamedType | None) -> Totals:
        totals = Totals()
        names: Counter[str] = Counter()
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode):
                names[(selection.alias or selection.name).value] += 1
                found = self._field(selection, parent)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                found = self.selections(
                    selection.selection_set, self._schema.get_type(condition.name.value) if condition else parent
                )
            else:
                assert isinstance(selection, FragmentSpreadNode)
                found = self._fragment(selection.name.value)
            totals = totals.plus(found).plus(Totals(directives=len(selection.directives or ())))
        self._check_repeats(names, selection_set)
        return totals

    def _check_repeats(self, names: Counter[str], selection_set: SelectionSetNode) -> None:
        for name, count in names.most_common(1):
            if count > self._limits.repeats:
                text = f"{name!r} is selected {count} times in one place; the limit is {self._limits.repeats}."
                self.refusals.append(GraphQLError(text, selection_set))

    def _fragment(self, name: str) -> Totals:
        if name not in self._totals:
            fragment = self._fragments.get(name)
            self._totals[name] = Totals()  # ends a cycle; validation refuses it
            if fragment is not None:
                condition = self._schema.get_type(fragment.type_condition.name.value)
                self._totals[name] = self.selections(fragment.selection_set, condition)
        return self._totals[name]

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Totals:
        name = node.name.value
        aliases = int(node.alias is not None)
        place = f"{parent.name}.{name}" if parent else name
        if node.selection_set is None:
            weight = self._limits.weights.get(place, 0)
            return Totals(fields=1, aliases=aliases, depth=1, single=weight)
        definition = _definition(self._schema, parent, name)
        inside = self.selections(node.selection_set, get_named_type(definition.type) if definition else None)
        here = Totals(fields=1, aliases=aliases + inside.aliases, directives=inside.directives, depth=1 + inside.depth)
        if name in INTROSPECTION:
            return here._replace(depth=1)
        weight = self._limits.weights.get(place, 1)
        one = weight + inside.single + inside.listed
        page = self._page(node, definition)
        lists = _list_levels(definition)
        if page is not None:
            whole = page * one if lists else weight + inside.single + page * inside.per_item
            return here._replace(single=whole)
        if not lists:
            return here._replace(single=one)
        size = self._limits.list_sizes.get(place, self._limits.list_sizes.get(name, self._limits.default_list))
        inner = one * self._limits.default_list ** (lists - 1)
        return here._replace(listed=size * inner, per_item=inner)

    def _page(self, node: FieldNode, definition: GraphQLField | None) -> int | None:
        """The items on the page that `first` asks for; None where the field has no pages."""
        if definition is None or PAGE_ARGUMENT not in definition.args:
            return None
        argument = next((each for each in node.arguments or () if each.name.value == PAGE_ARGUMENT), None)
        size = self._integer(argument.value) if argument else None
        if size is None:
            return self._limits.default_page
        if not 0 <= size <= self._limits.page:
            text = f"'{PAGE_ARGUMENT}' must be from 0 to {self._limits.page}; it is {str(size)[:20]}."
            self.refusals.append(GraphQLError(text, argument, extensions={"code": BAD_USER_INPUT}))
            return self._limits.page
        return size

    def _integer(self, value: ValueNode) -> int | None:
        """None where nothing is given. What is no integer counts as a full page; its type refuses it later."""
        if isinstance(value, VariableNode):
            self.depends_on_variables = True
            name = value.name.value
            if name in self._variables:
                given = self._variables[name]
                if given is None:
                    return None
                return int(given) if isinstance(given, (int, float)) else self._limits.page
            default = self._defaults.get(name)
            return None if default is None else self._integer(default)
        if isinstance(value, NullValueNode):
            return None
        if isinstance(value, IntValueNode):
            return int(value.value[:20])
        return self._limits.page


def _spoken(count: int) -> str:
    return str(count) if abs(count) <= 10**9 else "more than a billion"


def _definition(schema: GraphQLSchema, parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    return schema.get_field(parent, name) if is_composite_type(parent) else None


def _list_levels(definition: GraphQLField | None) -> int:
    levels, type_ = 0, definition.type if definition else None
    while is_non_null_type(type_) or is_list_type(type_):
        levels += is_list_type(type_)
        type_ = type_.of_type
    return levels
