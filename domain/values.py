"""The kinds of value a fact is made of: ids, dates, decimals, money, sealed text.

A field's annotation says three things at once: what may stand in it, what the register checks about it
(an active party, a registered person, a known item), and which column of the journal it fills.
Source: docs/events.md 1 and 2; docs/principles.md A55, A92.
"""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct


def field(
    *, column: str | None = None, part: str | None = None, known: str | None = None, sealed: str | None = None
) -> Meta:
    """The register's notes on a field.

    column: the journal column that a single value fills; part: the column of the journal's parts that each element
    of a list fills; known: what the id must name ("party", "person", "organisation", or an aggregate's name);
    sealed: who owns the vault key of the text ("entry", or the name of the id field of a person).
    """
    notes = {"column": column, "part": part, "known": known, "sealed": sealed}
    return Meta(extra={name: note for name, note in notes.items() if note})


# Ids
ItemId = Annotated[UUID, field(column="item")]
PartyId = Annotated[UUID, field(column="party", known="party")]
AboutPartyId = Annotated[UUID, field(column="about", known="party")]
OtherPartyId = Annotated[UUID, field(known="party")]
OrganisationId = Annotated[UUID, field(known="organisation")]
PersonId = Annotated[UUID, field(column="person", known="person")]
DeputyId = Annotated[UUID, field(column="ref", known="person")]
Parties = Annotated[tuple[Annotated[UUID, field(part="party", known="party")], ...], Meta(min_length=1)]
AgreedBy = tuple[Annotated[UUID, field(part="party", known="party")], ...]
Respondent = Annotated[str, Meta(min_length=1, max_length=100), field(column="person")]

# Dates
DueOn = Annotated[date, field(column="due_day")]
FromDay = Annotated[date, field(column="from_day")]
AskedOn = Annotated[date, field(column="asked_day")]

# Text
Title = Annotated[str, Meta(min_length=1, max_length=500)]
ShortText = Annotated[str, Meta(min_length=1, max_length=100)]
FreeText = Annotated[str, Meta(max_length=2000)]
Alias = Annotated[str, Meta(min_length=1, max_length=100)]

# Counts and levels: JSON integers
Level5 = Annotated[int, Meta(ge=1, le=5)]
Version = Annotated[int, Meta(ge=1, le=2**31 - 1), field(column="number")]
Days = Annotated[int, Meta(ge=1, le=36_500)]

# Decimals: JSON strings (docs/principles.md A92)
Figure = Annotated[str, Meta(pattern=r"^-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,4})?$")]
Percent = Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,2})(\.[0-9]{1,2})?$")]
Hundredths = Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,6})(\.[0-9]{1,2})?$")]
Amount = Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,4})?$")]
Rate = Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,10})?$")]
CurrencyCode = Annotated[str, Meta(pattern="^[A-Z]{3}$")]

Effect = Literal["moves_due_date", "late_replan", "not_agreed"]
WithdrawalEffect = Literal["effective", "not_agreed", "late"]
CancellationEffect = Literal["effective", "not_agreed"]
DisputeOutcome = Literal["upheld", "rejected"]
PrincipleId = Literal["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P11", "P12"]


class Money(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An amount in its own currency, with the rate that converts it into the relationship's currency."""

    amount: Amount
    currency: CurrencyCode
    rate: Rate | None = None


class Sealed(Struct, frozen=True, kw_only=True, rename={"subject": "$sealed"}, forbid_unknown_fields=True):
    """A salted commitment to a text whose value lies in the vault. Source: docs/audit.md 6."""

    subject: str
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


SealedText = Annotated[Annotated[str, Meta(max_length=10_000)] | Sealed, field(sealed="entry")]
PersonalText = Annotated[Annotated[str, Meta(max_length=500)] | Sealed, field(sealed="person_id")]


class EvidenceItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document named by an entry; its hash binds the file to the event."""

    title: Title
    uri: Annotated[str, Meta(max_length=2000)] | None = None
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None
    media_type: Annotated[str, Meta(max_length=200)] | None = None


Data = dict[str, Any]
