"""Current state that lists and look-ups need: organisations and relationships by id and alias."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, update

from domain.facts.fact import Entry, Envelope
from domain.facts.organisations import OrganisationMerged, OrganisationRegistered, OrganisationRenamed
from domain.facts.relationships import RelationshipRegistered
from projections import days
from projections.tables import Tables

FOLLOWED = (OrganisationRegistered, OrganisationRenamed, OrganisationMerged, RelationshipRegistered)


def follow(connection: Connection, entry: Entry, tables: Tables) -> None:
    """One more fact of an organisation or a relationship has been recorded."""
    match fact := entry.fact:
        case OrganisationRegistered():
            connection.execute(
                insert(tables.organisation).values(
                    organisation_id=str(fact.organisation_id),
                    position=entry.position,
                    alias=fact.alias,
                    legal_name=fact.legal_name,
                    country=fact.country,
                )
            )
        case OrganisationRenamed():
            _update(connection, tables, str(fact.organisation_id), legal_name=fact.legal_name)
        case OrganisationMerged():
            _update(connection, tables, str(fact.organisation_id), merged_into=str(fact.into))
        case _:
            assert isinstance(fact, RelationshipRegistered)
            connection.execute(
                insert(tables.relationship).values(
                    relationship_id=str(fact.relationship_id),
                    position=entry.position,
                    alias=fact.alias,
                    name=fact.name,
                    form=fact.form,
                    currency=fact.currency,
                    time_zone=fact.time_zone,
                    registered_day=days.number(entry.on),
                )
            )


def make_anew(connection: Connection, first: Envelope, entries: Iterable[Entry], tables: Tables) -> None:
    """The stream that begins with `first` has been amended: its row is what the entries in force say."""
    relationship, organisation = tables.relationship, tables.organisation
    match first.data:
        case RelationshipRegistered(relationship_id=key):
            connection.execute(delete(relationship).where(relationship.c.relationship_id == str(key)))
        case fact:
            assert isinstance(fact, OrganisationRegistered)
            key = fact.organisation_id
            connection.execute(delete(organisation).where(organisation.c.organisation_id == str(key)))
    for entry in entries:
        if isinstance(entry.fact, FOLLOWED):
            follow(connection, entry, tables)


def _update(connection: Connection, tables: Tables, key: str, **values: str) -> None:
    organisation = tables.organisation
    connection.execute(update(organisation).where(organisation.c.organisation_id == key).values(**values))
