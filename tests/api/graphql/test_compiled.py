"""The compiling executor answers what the stock executor answers, and leaves to it what is not plain."""

import asyncio
import enum
import json
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from inspect import isawaitable
from typing import Annotated, Any, NewType

import pytest
import strawberry
from graphql import AbortController, Undefined, parse, validate
from hypothesis import event, given, settings
from hypothesis import strategies as st
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField

from api.graphql.compiled import CompiledExecutor
from api.graphql.documents import RULES
from api.graphql.view import GraphQLView


@strawberry.enum
class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


ODD_ANSWERS: dict[object, object] = {"nothing": None, "undefined": Undefined, "error": ValueError("an answer")}
Odd = strawberry.scalar(
    name="Odd", serialize=lambda value: Later("late") if value == "later" else ODD_ANSWERS.get(value, value)
)
OddText = NewType("OddText", str)


@strawberry.type
class Leaf:
    id: strawberry.ID
    text: str
    note: str | None
    count: int
    ratio: float
    flag: bool | None
    price: Decimal | None
    colour: Colour
    day: date | None
    tags: list[str]
    grid: list[list[int | None] | None] | None
    odd: OddText | None


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Cat(Named):
    lives: int | None
    leaf: Leaf | None


@strawberry.type
class Dog(Named):
    tricks: list[str | None] | None


@strawberry.type
class Branch:
    leaf: Leaf
    spare: Leaf | None
    leaves: list[Leaf]
    gaps: list[Leaf | None] | None
    branch: "Branch | None"
    cat: Cat | None
    pet: Named | None
    pets: list[Named]
    animal: Annotated[Cat | Dog, strawberry.union("Animal")] | None

    @strawberry.field
    def number(self, plus: int = 0) -> int:
        return 40 + plus

    @strawberry.field
    async def later(self) -> Leaf | None:
        await asyncio.sleep(0)
        return self.spare


@strawberry.type
class Query:
    @strawberry.field
    def root(self, info: strawberry.Info) -> Branch | None:
        branch: Branch = info.context()
        return branch

    @strawberry.field
    async def roots(self, info: strawberry.Info) -> list[Branch | None]:
        return [info.context(), info.context()]


SCHEMA = strawberry.Schema(Query, types=[Cat, Dog], config=StrawberryConfig(scalar_map={OddText: Odd}))


class Later:
    """An awaitable that minds neither being left alone nor being awaited twice."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __await__(self) -> Generator[None, None, object]:
        yield from ()
        return self.value


class Text(str):
    __slots__ = ()


@dataclass(frozen=True)
class Recipe:
    """How to make a value: anew for each run, as some can be used only once."""

    make: Callable[[], Any]

    def __repr__(self) -> str:
        return f"Recipe({self.make()!r})"


def always(value: object) -> Recipe:
    return Recipe(lambda: value)


def recipes(good: st.SearchStrategy[Any], *odd: Callable[[], object]) -> st.SearchStrategy[Recipe]:
    """Mostly good values, sometimes what a faulty or unusual source may hold."""
    unusual: list[Callable[[], object]] = [
        *odd, object, lambda: None, lambda: ValueError("broken"), lambda: float("nan"), lambda: Later("7")
    ]  # fmt: skip
    usual = good.map(always)
    later = usual.map(lambda recipe: Recipe(lambda: Later(recipe.make())))
    return st.integers(0, 11).flatmap(
        lambda n: usual if n < 10 else later if n == 10 else st.sampled_from(unusual).map(Recipe)
    )


def made(cls: type, **fields: st.SearchStrategy[Recipe]) -> st.SearchStrategy[Recipe]:
    """An object of `cls`, now and then without one of its attributes, or nothing or something else in its place."""

    def recipe(parts: dict[str, Recipe], missing: str | None) -> Recipe:
        def make() -> object:
            made_object = cls(**{name: part.make() for name, part in parts.items()})
            if missing is not None:
                delattr(made_object, missing)
            return made_object

        return Recipe(make)

    missing = st.integers(0, 39).flatmap(lambda n: st.sampled_from(sorted(fields)) if n == 0 else st.none())
    usual = st.builds(recipe, st.fixed_dictionaries(fields), missing)
    later = usual.map(lambda each: Recipe(lambda: Later(each.make())))
    unusual = st.sampled_from([lambda: None, object, lambda: KeyError("gone"), lambda: "text"]).map(Recipe)
    return st.integers(0, 19).flatmap(
        lambda n: usual if n < 16 else later if n == 16 else always_none if n < 19 else unusual
    )


always_none = st.just(always(None))


def lists(items: st.SearchStrategy[Recipe]) -> st.SearchStrategy[Recipe]:
    def recipe(members: list[Recipe], kind: Callable[[list[Any]], object]) -> Recipe:
        return Recipe(lambda: kind([member.make() for member in members]))

    kinds: list[Callable[[list[Any]], object]] = [
        list,
        list,
        list,
        tuple,
        iter,
        lambda _: None,
        lambda _: "text",
        Later,
    ]
    return st.builds(recipe, st.lists(items, max_size=3), st.sampled_from(kinds))


LEAF = made(
    Leaf,
    id=recipes(st.text(max_size=3), lambda: 7, lambda: Text("t")),
    text=recipes(st.text(max_size=3), lambda: 7, lambda: Text("t"), lambda: True),
    note=recipes(st.none() | st.text(max_size=3), list, lambda: 1.5),
    count=recipes(
        st.integers(-(2**31), 2**31 - 1), lambda: 2**31, lambda: -(2**31) - 1, lambda: True, lambda: 2.0, lambda: "3"
    ),
    ratio=recipes(st.floats(-1e9, 1e9), lambda: float("inf"), lambda: 3, lambda: "1.5"),
    flag=recipes(st.none() | st.booleans(), lambda: 1, lambda: "yes"),
    price=recipes(st.none() | st.decimals(-5, 5, places=2), lambda: "free", lambda: 3),
    colour=recipes(st.sampled_from(Colour), lambda: "r", lambda: "RED", list),
    day=recipes(st.none() | st.dates(), lambda: "2026-01-01"),
    tags=lists(recipes(st.text(max_size=2))),
    grid=lists(lists(recipes(st.none() | st.integers(0, 9)))),
    odd=recipes(st.none() | st.sampled_from(["even", *ODD_ANSWERS, "later"])),
)
CAT = made(
    Cat, name=recipes(st.text(max_size=3)), lives=recipes(st.none() | st.integers(0, 9)), leaf=LEAF | always_none
)
DOG = made(Dog, name=recipes(st.text(max_size=3)), tricks=lists(recipes(st.none() | st.text(max_size=2))))


def branches(levels: int) -> st.SearchStrategy[Recipe]:
    return made(
        Branch,
        leaf=LEAF,
        spare=LEAF | always_none,
        leaves=lists(LEAF),
        gaps=lists(LEAF | always_none),
        branch=branches(levels - 1) if levels else always_none,
        cat=CAT,
        pet=CAT | DOG | LEAF,
        pets=lists(CAT | DOG),
        animal=CAT | DOG,
    )


# Documents: every response name is made from its field and arguments, so that any two selections merge.

SELECTABLE: dict[str, dict[str, str | None]] = {
    "Leaf": dict.fromkeys(
        ["id", "text", "note", "count", "ratio", "flag", "price", "colour", "day", "tags", "grid", "odd", "__typename"]
    ),
    "Named": {"name": None, "__typename": None},
    "Animal": {"__typename": None},
    "Cat": {"name": None, "lives": None, "leaf": "Leaf", "__typename": None},
    "Dog": {"name": None, "tricks": None, "__typename": None},
    "Branch": {
        "leaf": "Leaf", "spare": "Leaf", "leaves": "Leaf", "gaps": "Leaf", "branch": "Branch", "cat": "Cat",
        "pet": "Named", "pets": "Named", "animal": "Animal", "later": "Leaf", "number": None, "number(plus: 2)": None,
        "__typename": None,
    },
    "Query": {"root": "Branch", "roots": "Branch", "__typename": None},
}  # fmt: skip
NARROWER = {"Named": ["Named", "Cat", "Dog"], "Animal": ["Named", "Cat", "Dog", "Animal"], "Cat": ["Named", "Cat"]}
SPREAD = ("Leaf", "Cat", "Branch")
CONDITIONS = [
    "",
    "",
    "",
    "@include(if: $yes)",
    "@skip(if: $yes)",
    "@include(if: $no)",
    "@skip(if: true)",
    "@skip(if: $no)",
]


@st.composite
def selections(draw: st.DrawFn, type_: str, levels: int, spreads: bool = True) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.integers(0, 6))
        condition = draw(st.sampled_from(CONDITIONS))
        if kind == 0 and levels:
            inner = draw(st.sampled_from(NARROWER.get(type_, [type_])))
            parts.append(f"... on {inner} {condition} {draw(selections(inner, levels - 1, spreads))}")
        elif kind == 1 and spreads and type_ in SPREAD:
            parts.append(f"...{type_}{draw(st.integers(0, 1))} {condition}")
        elif kind == 2 and levels:
            parts.append(f"... {condition} {draw(selections(type_, levels - 1, spreads))}")
        else:
            fields = {name: inner for name, inner in SELECTABLE[type_].items() if levels or inner is None}
            name = draw(st.sampled_from(sorted(fields)))
            base = "".join(letter for letter in name if letter.isalnum())
            alias = draw(st.sampled_from([f"{base}A: ", f"{base}B: "])) if "(" in name or draw(st.booleans()) else ""
            inner_type = fields[name]
            rest = draw(selections(inner_type, levels - 1, spreads)) if inner_type else ""
            parts.append(f"{alias}{name} {condition} {rest}")
    return "{ " + " ".join(parts) + " }"


@st.composite
def documents(draw: st.DrawFn) -> str:
    operation = "query($yes: Boolean = true, $no: Boolean = false) " + draw(selections("Query", 5))
    names = [f"{type_}{number}" for type_ in SPREAD for number in (0, 1)]
    spread = [name for name in names if f"...{name} " in operation]
    return operation + " ".join(
        f"fragment {name} on {name[:-1]} {draw(selections(name[:-1], 2, spreads=False))}" for name in spread
    )


Outcome = tuple[str, ...]


def outcome(
    executor: type[StrawberryGraphQLCoreExecutionContext], document: Any, root: Recipe, **variables: bool
) -> Outcome:
    """The answer and its errors as JSON text, so that their order counts."""
    running = executor.build(
        SCHEMA._schema, document, context_value=root.make, raw_variable_values=variables, operation_name=None
    )
    assert not isinstance(running, list), running

    async def finished() -> Any:
        result = running.execute_operation()
        return await result if isawaitable(result) else result

    result = asyncio.run(finished())
    answer = (json.dumps(result.data, default=repr), json.dumps([error.formatted for error in result.errors or ()]))
    return tuple(re.sub("0x[0-9a-f]+", "(an address)", text) for text in answer)


@settings(max_examples=60, deadline=None)
@given(documents(), branches(2), st.booleans())
def test_data_and_errors_are_those_of_the_stock_executor(text: str, root: Recipe, yes: bool) -> None:
    document = parse(text)
    event(" ".join(error.message for error in validate(SCHEMA._schema, document, RULES)) or "valid")
    expected = outcome(StrawberryGraphQLCoreExecutionContext, document, root, yes=yes)
    assert outcome(CompiledExecutor, document, root, yes=yes) == expected
    assert outcome(CompiledExecutor, document, root, yes=yes) == expected


# One unusual value at a time

UNUSUAL: list[Callable[[], object]] = [
    lambda: "nothing", lambda: "undefined", lambda: "error", lambda: "later",
    lambda: None, lambda: "", lambda: "7", lambda: "RED", lambda: Text("t"), lambda: 7, lambda: -(2**31) - 1,
    lambda: -(2**31), lambda: 2**31 - 1, lambda: 2**31, lambda: True, lambda: False, lambda: 1.5, lambda: 2.0,
    lambda: float("inf"), lambda: float("nan"), lambda: Decimal("1.50"), lambda: date(2026, 3, 31), lambda: Colour.BLUE,
    lambda: Shade.RED, lambda: b"bytes", lambda: ["a", "b"], lambda: ("a", None), lambda: [[1, None], None, (2,)],
    lambda: [["x"]], lambda: iter(["a"]), lambda: {"a"}, lambda: {"a": 1}, object, lambda: ValueError("broken"),
    lambda: ValueError, lambda: Later("7"), lambda: Later(None), lambda: [Later("7")], lambda: Later(["7"]),
    lambda: Undefined, lambda: [Undefined], lambda: leaf(text="ash"), lambda: [leaf(), None, leaf()],
    lambda: (leaf(), Later(leaf())), lambda: Cat(name="Tom", lives=9, leaf=leaf()),
    lambda: strawberry.cast(Dog, Cat(name="Tom", lives=9, leaf=None)), lambda: Dog(name="Rex", tricks=None),
    lambda: Guarded(leaf()), lambda: Guarded(Later(leaf())),
]  # fmt: skip


class Shade(enum.Enum):
    RED = "r"


class Guarded:
    """Gives away all the attributes of what it holds."""

    def __init__(self, held: object) -> None:
        self._held = held

    def __getattr__(self, name: str) -> object:
        return getattr(self._held, name)


def leaf(**changes: Any) -> Leaf:
    usual: dict[str, Any] = {
        "id": strawberry.ID("1"), "text": "oak", "note": None, "count": 1, "ratio": 0.5, "flag": True,
        "price": Decimal("1.50"), "colour": Colour.RED, "day": date(2026, 3, 31), "tags": ["a"],
        "grid": [[1, None], None], "odd": None,
    }  # fmt: skip
    return Leaf(**usual | changes)


def branch(**changes: Any) -> Branch:
    usual: dict[str, Any] = {"leaf": leaf(), "spare": None, "leaves": [leaf()], "gaps": [None, leaf()], "branch": None}
    animals: dict[str, Any] = {"cat": None, "pet": None, "pets": [], "animal": None}
    return Branch(**usual | animals | changes)


ALL_OF_A_LEAF = "{ id text note count ratio flag price colour day tags grid odd __typename }"
ALL_OF_A_BRANCH = f"""{{ leaf {ALL_OF_A_LEAF} spare {ALL_OF_A_LEAF} leaves {ALL_OF_A_LEAF} gaps {ALL_OF_A_LEAF}
    cat {{ name lives leaf {{ text }} }} }}"""


@pytest.mark.parametrize("attribute", list(SELECTABLE["Leaf"])[:-1])
def test_any_value_of_a_leaf_gives_what_the_stock_executor_gives(attribute: str) -> None:
    document = parse(f"{{ root {ALL_OF_A_BRANCH} }}")
    for make in UNUSUAL:
        for place in ("leaf", "spare", "leaves", "gaps"):

            def root(make: Callable[[], object] = make, place: str = place) -> Branch:
                changed = leaf(**{attribute: make()})
                return branch(**{place: [leaf(), changed] if place in ("leaves", "gaps") else changed})

            expected = outcome(StrawberryGraphQLCoreExecutionContext, document, Recipe(root))
            assert outcome(CompiledExecutor, document, Recipe(root)) == expected


@pytest.mark.parametrize("attribute", ["leaf", "spare", "leaves", "gaps", "branch", "cat", "pet", "pets", "animal"])
def test_any_value_of_a_branch_gives_what_the_stock_executor_gives(attribute: str) -> None:
    animals = "pet { name ... on Cat { lives } } pets { name __typename } animal { ... on Cat { lives } __typename }"
    selection = ALL_OF_A_BRANCH.rstrip("} ") + "} } "
    for document in (
        parse(f"{{ root {ALL_OF_A_BRANCH} roots {{ branch {ALL_OF_A_BRANCH} }} }}"),
        parse(f"{{ root {selection} {animals} branch {ALL_OF_A_BRANCH} }} }}"),
        parse("{ root { leaf { __typename } spare { __typename } leaves { __typename } gaps { __typename } } }"),
    ):
        for make in (*UNUSUAL, branch, lambda: branch(leaf=None), lambda: branch(leaves=[None])):

            def root(make: Callable[[], object] = make) -> Branch:
                return branch(**{attribute: make()})

            expected = outcome(StrawberryGraphQLCoreExecutionContext, document, Recipe(root))
            assert outcome(CompiledExecutor, document, Recipe(root)) == expected


# What is compiled and what is left to the stock executor


def executed(text: str, schema: strawberry.Schema = SCHEMA, **options: Any) -> list[str]:
    """The fields that the stock executor ran one by one."""
    ran: list[str] = []

    class Watched(CompiledExecutor):
        def execute_field(self, parent_type: Any, source: Any, field_details_list: Any, *rest: Any) -> Any:
            ran.append(field_details_list[0].node.name.value)
            return super().execute_field(parent_type, source, field_details_list, *rest)

    async def finished() -> Any:
        running = Watched.build(schema._schema, parse(text), context_value=branch, **options)
        assert not isinstance(running, list)
        result = running.execute_operation()
        return await result if isawaitable(result) else result

    result = asyncio.run(finished())
    assert result.errors is None
    return ran


def test_a_plain_selection_is_not_executed_field_by_field() -> None:
    assert executed(f"{{ root {ALL_OF_A_BRANCH} }}") == ["root"]
    assert executed(f"{{ roots {{ leaves {ALL_OF_A_LEAF} }} }}") == ["roots"]
    fragments = "fragment B on Branch { __typename ... on Branch @include(if: true) { leaf { id } } }"
    assert executed(f"{{ root {{ ...B spare {ALL_OF_A_LEAF} }} }} {fragments}") == ["root"]


def test_a_field_with_a_resolver_leaves_its_selection_to_the_stock_executor_and_no_other() -> None:
    assert executed("{ root { number leaf { id text } leaves { id } } }") == ["root", "number", "leaf", "leaves"]
    assert executed("{ root { later { id } } }") == ["root", "later"]


def test_a_field_of_an_abstract_type_leaves_its_selection_to_the_stock_executor() -> None:
    assert executed("{ root { pet { name } leaf { id } } }") == ["root", "pet", "leaf"]


class Allowed(BasePermission):
    def has_permission(self, source: Any, info: strawberry.Info, **kwargs: Any) -> bool:  # noqa: ARG002
        return True


@strawberry.type
class Kept:
    secret: str = strawberry.field(permission_classes=[Allowed])
    open: str


@strawberry.type
class Judged:
    word: str

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:  # noqa: ARG003
        return isinstance(value, cls)


@strawberry.type
class Others:
    @strawberry.field
    def kept(self) -> Kept:
        return Kept(secret="s", open="o")

    @strawberry.field
    def judged(self) -> Judged:
        return Judged(word="w")


def test_a_permission_or_a_type_check_of_its_own_leaves_a_selection_to_the_stock_executor() -> None:
    schema = strawberry.Schema(Others)
    assert executed("{ kept { open } }", schema) == ["kept"]
    assert executed("{ kept { open secret } }", schema) == ["kept", "open", "secret"]
    assert executed("{ judged { word } }", schema) == ["judged", "word"]


def test_a_schema_that_reads_attributes_in_its_own_way_is_left_to_the_stock_executor() -> None:
    def reading(source: object, name: str) -> object:
        return getattr(source, name)

    schema = strawberry.Schema(Others, config=StrawberryConfig(default_resolver=reading))
    assert executed("{ kept { open } }", schema) == ["kept", "open"]


class Loud(StrawberryField):
    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        return super().get_result(source, info, args, kwargs).upper()  # type: ignore[union-attr] # never awaitable here


@strawberry.type
class Spoken:
    word: str = Loud()  # type: ignore[assignment] # as with `strawberry.field`


@strawberry.type
class Failed:
    reason: str


class Failures(strawberry.ExceptionHandler[ValueError, Failed]):
    def handle(self, exception: ValueError, *, field: Any, info: Any) -> Failed:  # noqa: ARG002
        return Failed(reason=str(exception))


@strawberry.type
class Speech:
    @strawberry.field
    def spoken(self) -> Spoken:
        return Spoken(word="w")

    @strawberry.field
    def kept(self) -> Kept:
        return Kept(secret="s", open="o")


def test_a_field_that_reads_in_its_own_way_leaves_its_selection_to_the_stock_executor() -> None:
    assert executed("{ spoken { word } kept { open } }", strawberry.Schema(Speech)) == ["spoken", "word", "kept"]


@pytest.mark.parametrize(
    "schema",
    [
        strawberry.Schema(Speech, exception_handlers=[Failures()]),
        strawberry.Schema(Speech, config=StrawberryConfig(enable_experimental_incremental_execution=True)),
    ],
)
def test_exception_handlers_and_deferred_parts_leave_everything_to_the_stock_executor(
    schema: strawberry.Schema,
) -> None:
    assert executed("{ kept { open } }", schema) == ["kept", "open"]


def test_an_operation_that_may_be_aborted_is_left_to_the_stock_executor() -> None:
    assert executed("{ root { leaf { id } } }", abort_signal=AbortController().signal) == ["root", "leaf", "id"]


def test_middleware_leaves_everything_to_the_stock_executor() -> None:
    def middleware(following: Callable[..., Any], *rest: Any, **arguments: Any) -> Any:
        return following(*rest, **arguments)

    assert executed("{ root { leaf { id } } }", middleware=[middleware]) == ["root", "leaf", "id"]


def test_introspection_is_left_to_the_stock_executor() -> None:
    assert executed("{ __schema { queryType { name } } }") == ["__schema", "queryType", "name"]


def test_the_same_document_follows_other_variables() -> None:
    document = parse(
        "query($yes: Boolean!) { root { leaf { id ...T @include(if: $yes) } } } fragment T on Leaf { text }"
    )
    for yes, expected in [(True, {"id": "1", "text": "oak"}), (False, {"id": "1"}), (True, {"id": "1", "text": "oak"})]:
        assert outcome(CompiledExecutor, document, Recipe(branch), yes=yes)[0] == json.dumps(
            {"root": {"leaf": expected}}
        )


def test_the_view_compiles_unless_told_not_to() -> None:
    schema = strawberry.Schema(Others)
    assert GraphQLView(schema, lambda _: None)._executor is CompiledExecutor
    assert GraphQLView(schema, lambda _: None, compiled=False)._executor is StrawberryGraphQLCoreExecutionContext
