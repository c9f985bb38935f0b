"""The nodes of the Merkle tree over the log, kept as they are completed. Source: docs/audit.md 2."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ARRAY, BigInteger, Connection, Integer, LargeBinary, and_, bindparam, func, insert, select

from domain.log.tree import Node, Nodes, Range, added, hashes, nodes_over
from domain.log.verify import Frontier
from domain.store.prepared import Prepared
from domain.store.schema import node

_insert = Prepared(insert(node))
_columns = {"levels": Integer, "numbers": BigInteger, "hashes": LargeBinary}
_insert_together = Prepared(  # PostgreSQL takes many rows as three arrays in one statement
    insert(node).from_select(
        ["level", "number", "hash"],
        select(
            func.unnest(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _columns.items()))
            .table_valued("level", "number", "hash")
            .render_derived()
        ),
    )
)
_hash = Prepared(
    select(node.c.hash).where(node.c.level == bindparam("at_level"), node.c.number == bindparam("at_number"))
)
_pairs = (
    func.unnest(*(bindparam(name, type_=ARRAY(_columns[name])) for name in ("levels", "numbers")))
    .table_valued("level", "number", name="wanted")
    .render_derived()
)
_wanted = Prepared(
    select(node.c.level, node.c.number, node.c.hash).join(
        _pairs, and_(node.c.level == _pairs.c.level, node.c.number == _pairs.c.number)
    )
)
_row = (
    select(node.c.hash)
    .where(node.c.level == bindparam("level"), node.c.number >= bindparam("start"), node.c.number < bindparam("end"))
    .order_by(node.c.number)
)


def grow(connection: Connection, tree: Frontier, leaves: Sequence[bytes]) -> None:
    """The tree has these leaves too, and every node that they complete is stored."""
    rows = [(*node, hashed) for leaf in leaves for node, hashed in added(tree, leaf)]
    if connection.dialect.name == "postgresql" and len(leaves) > 1:
        _insert_together.run(connection, dict(zip(_columns, map(list, zip(*rows, strict=True)), strict=True)))
    else:
        _insert.run(connection, *(dict(zip(node.columns.keys(), row, strict=True)) for row in rows))


def named(connection: Connection, wanted: Iterable[Node]) -> Nodes:
    """The hashes of these nodes; those that are not there are left out."""
    if connection.dialect.name == "sqlite":  # which would read the whole table for a list of pairs
        return {
            (level, number): hashed
            for level, number in wanted
            for (hashed,) in _hash.rows(connection, {"at_level": level, "at_number": number})
        }
    pairs = list(wanted)
    names = {"levels": [level for level, _ in pairs], "numbers": [number for _, number in pairs]}
    found = _wanted.rows(connection, names)
    return {(level, number): hashed for level, number, hashed in found}


def row(connection: Connection, level: int, start: int, count: int) -> list[bytes]:
    """The hashes of one level from the node `start` on, fewer where there are fewer."""
    return list(connection.execute(_row, {"level": level, "start": start, "end": start + count}).scalars())


def spanning(connection: Connection, ranges: Sequence[Range]) -> list[bytes]:
    """The hash over each range of leaves, all of them read at once."""
    wanted = {node for span in ranges for node in nodes_over(span)}
    return hashes(ranges, named(connection, wanted))


def tree_at(connection: Connection, size: int) -> Frontier:
    """The tree as it was when it had `size` leaves."""
    peaks = list(nodes_over((0, size)))
    found = named(connection, peaks)
    return Frontier(size, [found[peak] for peak in peaks])
