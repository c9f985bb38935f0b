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

FORMS: dict[str, str] = {}
"""What a text has to look like, in words, by its pattern as msgspec quotes it."""


def written(pattern: str, words: str) -> Meta:
    """A text of this pattern. Refusals say it in words: "expected …"."""
    FORMS[repr(pattern)] = words
    return Meta(pattern=pattern)


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
Figure = Annotated[
    str,
    written(
        r"^-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,4})?$", "a decimal with at most 10 digits before the point and 4 after it"
    ),
]
Percent = Annotated[
    str, written(r"^(0|[1-9][0-9]{0,2})(\.[0-9]{1,2})?$", "a percentage with at most 2 digits after the point")
]
Hundredths = Annotated[
    str,
    written(r"^(0|[1-9][0-9]{0,6})(\.[0-9]{1,2})?$", "a decimal of 0 or more with at most 2 digits after the point"),
]
Amount = Annotated[
    str,
    written(
        r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,4})?$",
        "an amount of 0 or more with at most 13 digits before the point and 4 after it",
    ),
]
Rate = Annotated[
    str,
    written(r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,10})?$", "a decimal of 0 or more with at most 10 digits after the point"),
]
CurrencyCode = Annotated[str, written("^[A-Z]{3}$", "a currency code of three capital letters")]

Sha256 = Annotated[str, written("^[0-9a-f]{64}$", "a SHA-256 in 64 hexadecimal digits, small letters")]

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
    sha256: Sha256


SealedText = Annotated[Annotated[str, Meta(max_length=10_000)] | Sealed, field(sealed="entry")]
PersonalText = Annotated[Annotated[str, Meta(max_length=500)] | Sealed, field(sealed="person_id")]


class EvidenceItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document named by an entry; its hash binds the file to the event."""

    title: Title
    uri: Annotated[str, Meta(max_length=2000)] | None = None
    sha256: Sha256 | None = None
    media_type: Annotated[str, Meta(max_length=200)] | None = None


Data = dict[str, Any]
