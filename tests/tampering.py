"""Edits that somebody who owns the database could make behind the register's back, drawn at random from a seed."""

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    and_,
    delete,
    insert,
    select,
    text,
    update,
)

from domain.log.tree import nodes_over
from domain.log.verify import HASH_BYTES
from domain.store import schema
from domain.store.nodes import tree_at
from projections import schema as models

Key = tuple[Any, ...]
Row = dict[str, Any]


class Edit(NamedTuple):
    """What was done, and the position of the first event that it touches; None where it touches none."""

    said: str
    position: int | None


class Impossible(Exception):
    """This edit would change nothing that anything says; another is to be drawn."""


def rows(connection: Connection, table: Table) -> list[Row]:
    found = connection.execute(select(table).order_by(*table.primary_key)).mappings()
    return [dict(row) for row in found]


def at(table: Table, row: Row) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key.columns))


def other(value: Any, column: Column[Any], chance: random.Random) -> Any:
    """Another value that the column can hold: one character, bit or step away; sometimes nothing at all."""
    if value is not None and column.nullable and chance.random() < 0.2:
        return None
    match column.type, value:
        case Boolean(), _:
            return not value
        case LargeBinary(), bytes():
            place = chance.randrange(len(value))
            return value[:place] + bytes([value[place] ^ 1 << chance.randrange(8)]) + value[place + 1 :]
        case LargeBinary(), None:
            return b"x"
        case Integer(), None:
            return chance.randrange(100)
        case Integer(), int():
            return value + chance.choice([-3, -2, -1, 1, 2, 3])
        case String(), str() if value:
            place = chance.randrange(len(value))
            new = chance.choice([c for c in "0123456789abcdefXYZ" if c != value[place]])
            return value[:place] + new + value[place + 1 :]
        case String(), _:
            return chance.choice("abc")
    raise AssertionError((column, value))


class Drill:
    """The edits of a register as it is when the drill is made, and where each of them is to be found."""

    def __init__(self, connection: Connection) -> None:
        self.before = {
            t.name: rows(connection, t) for t in (*schema.metadata.sorted_tables, *models.metadata.sorted_tables)
        }
        self.size: int = self.before["head"][0]["size"]
        self.sealed_at: dict[tuple[str, str], int] = {}
        for row in self.before["vault_value"]:
            mark = f'{{"$sealed":"{row["subject"]}","sha256":"{row["sha256"]}"}}'
            holding = [e["position"] for e in self.before["event"] if mark in e["envelope"]]
            self.sealed_at[row["subject"], row["sha256"]] = holding[0]
        self.edits: list[Callable[[Connection, random.Random], Edit]] = [
            *(self._change(table, column) for table, columns in CHECKED.items() for column in columns),
            *(self._delete(table) for table in DELETED),
            *(self._swap(table, columns) for table, columns in SWAPPED.items()),
            self._truncate,
            self._truncate_whole,
            self._forge_event,
            self._forge_command,
            self._forge_vault_value,
            self._forge_node,
            self._forge_journal,
            self._swap_events,
            self._other_version,
        ]

    def draw(self, connection: Connection, chance: random.Random, number: int) -> Edit:
        """Makes one edit; every kind comes in its turn."""
        while True:
            try:
                return self.edits[number % len(self.edits)](connection, chance)
            except Impossible:
                continue

    # Where an edit of a row is to be found

    def position(self, table: Table, row: Row) -> int | None:
        match table.name:
            case "event" | "event_fact" | "event_part" | "relationship" | "organisation":
                return int(row["position"])
            case "node":
                return int(row["number"] << row["level"]) + 1
            case "command":
                return None if row["first_position"] is None else int(row["first_position"])
            case "checkpoint":
                return int(row["size"])
            case "vault_value":
                return self.sealed_at[row["subject"], row["sha256"]]
            case "vault_key":
                return min(p for (subject, _), p in self.sealed_at.items() if subject == row["subject"])
            case "head" | "tracking":
                return self.size
        raise AssertionError(table)

    # Edits

    def _pick(self, table: Table, chance: random.Random) -> Row:
        found = self.before[table.name]
        if table is schema.command:
            found = [row for row in found if row["first_position"] is not None]
        return chance.choice(found)

    def _change(self, table: Table, name: str) -> Callable[[Connection, random.Random], Edit]:
        column = table.c[name]

        def change(connection: Connection, chance: random.Random) -> Edit:
            row = self._pick(table, chance)
            new = self._other(table, row, column, chance)
            position = self.position(table, row)
            if table is schema.head and name == "size":
                position = min(new, self.size) + 1
            if table is schema.head and name == "peaks":
                position = self._peak(row["peaks"], new)
            if table is schema.checkpoint and name == "size":
                position = min(new, self.size + 1)
            if name == "position" and table in (models.event_fact, models.event_part):
                position = min(row["position"], new)
            changed = connection.execute(update(table).where(at(table, row)).values({name: new})).rowcount
            assert changed == 1, (table.name, row)
            return Edit(f"{table.name}.{name} of {self.position(table, row)}: {row[name]!r} to {new!r}", position)

        return change

    def _other(self, table: Table, row: Row, column: Column[Any], chance: random.Random) -> Any:
        if table is schema.event and column.name == "position":
            return self.size + chance.randrange(1, 50)
        if table is schema.tracking:
            return self.size + chance.randrange(1, 10)
        new = other(row[column.name], column, chance)
        made = {**row, column.name: new}
        is_taken = any(
            all(each[key.name] == made[key.name] for key in table.primary_key)
            for each in self.before[table.name]
            if each is not row
        )
        is_version = table is schema.event and column.name == "stream_version"
        if is_taken or (is_version and self._has_version(row["stream_id"], new)):
            raise Impossible
        if column.name == "size" and new < (table is schema.checkpoint):
            raise Impossible
        return new

    def _has_version(self, stream: str, version: Any) -> bool:
        return any(e["stream_id"] == stream and e["stream_version"] == version for e in self.before["event"])

    def _peak(self, old: bytes, new: bytes) -> int:
        """The first position under the first peak that differs."""
        place = next(n for n in range(len(old)) if old[n] != new[n]) // HASH_BYTES
        level, number = list(nodes_over((0, self.size)))[place]
        return (number << level) + 1

    def _delete(self, table: Table) -> Callable[[Connection, random.Random], Edit]:
        def remove(connection: Connection, chance: random.Random) -> Edit:
            row = self._pick(table, chance)
            connection.execute(delete(table).where(at(table, row)))
            return Edit(f"{table.name} of {self.position(table, row)} deleted", self.position(table, row))

        return remove

    def _swap(self, table: Table, names: Sequence[str]) -> Callable[[Connection, random.Random], Edit]:
        """Two rows with each other's contents."""

        def swap(connection: Connection, chance: random.Random) -> Edit:
            one, two = self._pick(table, chance), self._pick(table, chance)
            if one.get("level") != two.get("level"):
                raise Impossible
            contents = [{name: row[name] for name in names} for row in (one, two)]
            if contents[0] == contents[1]:
                raise Impossible
            for row, content in zip((one, two), reversed(contents), strict=True):
                connection.execute(update(table).where(at(table, row)).values(content))
            first = min(self.position(table, row) or 0 for row in (one, two))
            return Edit(
                f"{table.name}: contents of {self.position(table, one)}, {self.position(table, two)} swapped", first
            )

        return swap

    def _swap_events(self, connection: Connection, chance: random.Random) -> Edit:
        """Two events change places."""
        one, two = sorted(chance.sample(range(1, self.size + 1), 2))
        position = schema.event.c.position
        for old, new in ((one, self.size + 9), (two, one), (self.size + 9, two)):
            connection.execute(update(schema.event).where(position == old).values(position=new))
        return Edit(f"events {one} and {two} swapped", one)

    def _other_version(self, connection: Connection, chance: random.Random) -> Edit:
        connection.execute(text("UPDATE alembic_version SET version_num = :other"), {"other": f"{chance.random()}"})
        return Edit("the version of the tables changed", None)

    def _truncate(self, connection: Connection, chance: random.Random) -> Edit:
        """The last events are gone."""
        kept = chance.randrange(self.size)
        connection.execute(delete(schema.event).where(schema.event.c.position > kept))
        return Edit(f"events behind {kept} deleted", kept + 1)

    def _truncate_whole(self, connection: Connection, chance: random.Random) -> Edit:
        """The last events are gone with all that came of them, the head included; a checkpoint is left."""
        ends = [row["last_position"] for row in self.before["command"] if row["last_position"] not in {None, self.size}]
        kept = chance.choice([0, *ends])
        tree = tree_at(connection, kept)
        event, node, command = schema.event, schema.node, schema.command
        last = self.before["event"][kept - 1]["recorded_at"] if kept else None
        connection.execute(delete(event).where(event.c.position > kept))
        for row in self.before["node"]:
            if (row["number"] + 1) << row["level"] > kept:
                connection.execute(delete(node).where(at(node, row)))
        connection.execute(delete(command).where(command.c.last_position > kept))
        connection.execute(update(schema.head).values(size=kept, peaks=b"".join(tree.peaks), recorded_at=last))
        for table in (models.event_fact, models.event_part, models.relationship, models.organisation):
            connection.execute(delete(table).where(table.c.position > kept))
        return Edit(f"the log cut off behind {kept} with its head", kept + 1)

    def _forge_event(self, connection: Connection, chance: random.Random) -> Edit:
        """One more event at the end, which the head does not count."""
        row = dict(chance.choice(self.before["event"]))
        row |= {"position": self.size + 1, "stream_version": row["stream_version"] + 1000, "event_id": None}
        connection.execute(insert(schema.event).values(row))
        return Edit("an event inserted behind the end", self.size + 1)

    def _forge_command(self, connection: Connection, chance: random.Random) -> Edit:
        row = dict(self._pick(schema.command, chance))
        connection.execute(insert(schema.command).values({**row, "command_id": f"forged {chance.random()}"}))
        return Edit("a command inserted", row["first_position"])

    def _forge_vault_value(self, connection: Connection, chance: random.Random) -> Edit:
        row = dict(self._pick(schema.vault_value, chance))
        row["sha256"] = chance.randbytes(32).hex()
        connection.execute(insert(schema.vault_value).values(row))
        return Edit("a sealed text inserted", None)

    def _forge_node(self, connection: Connection, chance: random.Random) -> Edit:
        level = chance.randrange(4)
        number = (self.size >> level) + chance.randrange(3)
        values = {"level": level, "number": number, "hash": chance.randbytes(32)}
        connection.execute(insert(schema.node).values(values))
        return Edit("a node inserted", max(self.size, number << level) + 1)

    def _forge_journal(self, connection: Connection, chance: random.Random) -> Edit:
        row = dict(self._pick(models.event_fact, chance))
        known_from = row["position"] + 5000
        connection.execute(insert(models.event_fact).values({**row, "known_from": known_from}))
        return Edit("a row of the journal inserted", row["position"])


def _names(table: Table, *without: str) -> list[str]:
    return [column.name for column in table.columns if column.name not in without]


CHECKED: dict[Table, list[str]] = {
    schema.event: _names(schema.event),
    schema.node: _names(schema.node),
    schema.head: ["size", "recorded_at", "peaks"],
    schema.command: _names(schema.command, "content_sha256"),
    schema.checkpoint: _names(schema.checkpoint, "recorded_at", "timestamp"),
    schema.vault_key: _names(schema.vault_key),
    schema.vault_value: _names(schema.vault_value),
    schema.tracking: ["notification_id"],
    models.event_fact: _names(models.event_fact),
    models.event_part: _names(models.event_part),
    models.relationship: _names(models.relationship),
    models.organisation: _names(models.organisation),
}
"""Every column that verify answers for. docs/audit.md says why the others are not among them."""
DELETED = tuple(t for t in CHECKED if t not in (schema.head, schema.checkpoint, schema.tracking))
SWAPPED: dict[Table, list[str]] = {
    schema.event: ["envelope"],
    schema.node: ["hash"],
    schema.command: ["first_position", "last_position"],
    schema.checkpoint: ["root", "note"],
    schema.vault_key: ["nonce", "wrapped_key"],
    schema.vault_value: ["nonce", "ciphertext"],
    models.event_fact: _names(models.event_fact, "position", "known_from", "known_to"),
    models.relationship: ["name", "form"],
    models.organisation: ["legal_name", "country"],
}
