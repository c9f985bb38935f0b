"""Documents parsed, guarded and validated once, and kept for the next request that sends the same text."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.graphql.errors import (
    GRAPHQL_PARSE_FAILED,
    GRAPHQL_VALIDATION_FAILED,
    OPERATION_RESOLUTION_FAILURE,
    RequestRefused,
)
from api.graphql.guard import Limits, measure

RULES: tuple[type[ASTValidationRule], ...] = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
MAX_KEPT = 256 * 1024  # characters of source; parsed, each takes fifty to four hundred bytes


class Document:
    """A document that parses; `passed` holds the operations whose size is within the limits for all variables."""

    def __init__(self, source: str, tree: DocumentNode) -> None:
        self.source = source
        self.tree = tree
        self.is_valid = False
        self.passed: set[str | None] = set()
        self._operations = [each for each in tree.definitions if isinstance(each, OperationDefinitionNode)]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation of that name, or the only one; refused where that is not exactly one."""
        named = [each for each in self._operations if name is None or (each.name and each.name.value == name)]
        if len(named) == 1:
            return named[0]
        if named:
            text = "The document has several operations: say which to run with 'operationName'."
        elif name is None:
            text = "The document has no operation."
        else:
            text = f"The document has no operation {name!r}."
        raise RequestRefused.because([GraphQLError(text)], OPERATION_RESOLUTION_FAILURE)


class Documents:
    """The documents of one schema. Only valid ones are kept, the least recently used are dropped first."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, max_kept: int = MAX_KEPT) -> None:
        self._schema = schema
        self._limits = limits
        self._room = max_kept
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def read(self, source: str) -> Document:
        """The parsed document. Refused where it is no GraphQL, too long or has too many tokens."""
        document = self._kept.get(source)
        if document is not None:
            self._kept.move_to_end(source)
            return document
        try:
            tree = parse(
                source,
                max_source_length=self._limits.source,
                max_lexical_tokens=self._limits.tokens,
                max_comments=self._limits.tokens,
            )
        except GraphQLError as error:
            raise RequestRefused.because([error], GRAPHQL_PARSE_FAILED) from error
        return Document(source, tree)

    def check(self, document: Document, name: str | None, variables: Mapping[str, Any]) -> None:
        """Refused where the operation is larger than the limits, or the document not valid for the schema."""
        if name not in document.passed:
            measured = measure(self._schema, document.tree, document.operation(name), variables, self._limits)
            if measured.refusals:
                raise RequestRefused.because(measured.refusals, GRAPHQL_VALIDATION_FAILED)
            if not measured.depends_on_variables:
                document.passed.add(name)
        if not document.is_valid:
            errors = validate(self._schema, document.tree, RULES, hide_suggestions=True)
            if errors:
                raise RequestRefused.because(errors, GRAPHQL_VALIDATION_FAILED)
            document.is_valid = True
            self._keep(document)

    def _keep(self, document: Document) -> None:
        if self._kept.setdefault(document.source, document) is document:
            self._room -= len(document.source)
        while self._room < 0:
            dropped, _ = self._kept.popitem(last=False)
            self._room += len(dropped)
