"""`FactInput`: one input for each event type, derived from the class of its facts."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from msgspec import Struct, inspect

from api.graphql.schema.enums import View
from api.graphql.schema.forms import Form, Member, form_of, input_type, read
from api.graphql.schema.naming import camel, pascal
from domain.facts import AGGREGATE_OF, FACTS
from domain.facts.fact import Draft, Visibility
from domain.facts.structure import Field, fields
from domain.parsing import convert, parse_fact
from domain.values import EvidenceItem, SealedText

OF_ENTRY = "entry_"


class _Around(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be given of any fact beside its data."""

    on: date | None = None
    note: SealedText | None = None
    evidence: tuple[EvidenceItem, ...] = ()
    visibility: Visibility = "shared"
    expected_version: int | None = None


class GivenFact(Struct, frozen=True, kw_only=True):
    """A fact as it was given: what GraphQL made of its input, by the names of the schema."""

    type: str
    given: Mapping[str, Any]

    def draft(self, relationship_id: UUID | None, on_behalf_of: UUID | None) -> Draft:
        """The fact for the register; a register-wide one has no relationship. Raises Refusal."""
        fact = parse_fact(self.type, read(DATA[self.type], self.given))
        around = self._around()
        aggregate = AGGREGATE_OF.get(type(fact))
        register_wide = aggregate is not None and aggregate.register_wide
        return Draft(
            fact=fact,
            relationship_id=None if register_wide else relationship_id,
            on_behalf_of=on_behalf_of,
            on=around.on,
            visibility=around.visibility,
            note=around.note,
            evidence=around.evidence,
            expected_version=around.expected_version,
        )

    def _around(self) -> _Around:
        given = read(around_members(self.type), self.given)
        found: _Around = convert({name.removeprefix(OF_ENTRY): value for name, value in given.items()}, _Around)
        return found


def data_members(type_: str) -> tuple[Member, ...]:
    """The fields of the event type's facts that a caller may give."""
    fact = FACTS[type_]
    return tuple(
        Member(f.name, camel(f.name), form_of(f.type, _owner(type_, f), f.name), f.required, _SAID.get((type_, f.name)))
        for f in fields(fact)
        if f.name not in fact.register_sets
    )


def _owner(type_: str, field: Field) -> str:
    """An enumeration is named after the item, the entries of a map after the fact."""
    return pascal(type_) if field.many == "map" else pascal(type_.partition(".")[0])


def _view(value: View, _: str) -> str:
    return value.value


def _plain(kind: Any) -> Form:
    return form_of(inspect.type_info(kind), "", "")


_SAID = {
    ("entry.corrected", "on"): "The day on which the corrected fact holds; left out, it stays.",
    ("entry.corrected", "data"): "The whole replacement data, by the stored names of its fields (snake_case).",
}
AROUND = (
    Member("on", "on", _plain(date), False),
    Member("note", "note", _plain(str), False),
    Member("evidence", "evidence", _plain(tuple[EvidenceItem, ...]), False),
    Member("visibility", "visibility", Form(View, _view), False),
    Member("expected_version", "expectedVersion", _plain(int), False),
)
DATA = {type_: data_members(type_) for type_ in FACTS}


def around_members(type_: str) -> tuple[Member, ...]:
    """What stands around the data. A name that the data has too is given as that of the entry: `entryOn`."""
    own = {member.name for member in DATA[type_]}
    return tuple(
        member._replace(name=f"{OF_ENTRY}{member.name}", graphql_name=camel(f"{OF_ENTRY}{member.name}"))
        if member.name in own
        else member
        for member in AROUND
    )


def members_of(type_: str) -> tuple[Member, ...]:
    return (*DATA[type_], *around_members(type_))


_DESCRIPTION = """Exactly one fact, of any type. Beside its own fields each input takes:
on, the day on which the fact holds, by default today in the relationship's time zone;
note, a free text that is sealed; evidence; visibility, SHARED unless it is OWN: for its own party alone;
expectedVersion: refused unless the last event of the item has this `version`.
Where a fact has a field `on` of its own, the day of the entry itself is `entryOn`."""


def _fact_input() -> Any:
    inputs = [
        Member(
            camel(type_),
            camel(type_),
            Form(input_type(f"{pascal(type_)}Input", fact.__doc__, members_of(type_)), _same),
            False,
        )
        for type_, fact in FACTS.items()
    ]
    return input_type("FactInput", _DESCRIPTION, inputs, _given, one_of=True)


def _same(value: Any, _: str) -> Any:
    return value


_BY_NAME = {camel(type_): type_ for type_ in FACTS}


def _given(value: Mapping[str, Any]) -> GivenFact:
    ((name, given),) = value.items()
    return GivenFact(type=_BY_NAME[name], given=given)


if TYPE_CHECKING:
    FactInput: TypeAlias = GivenFact
else:
    FactInput = _fact_input()
