"""What an indicator is: its data, and the two expressions that measure it. One file per principle holds them.

`measure` gives one row for each question q in which something can be measured:
  value       with four decimals (x 10^4), or NULL where the indicator's "No data" column says NO_DATA
  n, d        numerator and denominator x 10^4 as shown (docs/principles.md A86), or NULL; `in_money`: minor units
  sample      the number of items compared with min_n, NULL where min_n does not apply (A24, A25)
  stale       1 when the value is of a round beyond the age limit (A18), else 0
No row means that there is nothing: NO_DATA, or value 0 for a missing artefact of kind A (A26).

`evidence` gives (q, position, reason): the counted entries with reason NULL and the excluded ones with theirs, by the
positions of the entries themselves, as docs/evidence.md lists them. It is the measured relation before its aggregation.
"""

from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import FromClause, SelectBase

from projections.kernel import SCALE, integer, ratio

Kind = Literal["A", "R", "G", "S", "M"]
Unit = Literal["ratio", "days", "rating", "points", "count", "per 100 shares"]


class Indicator(Struct, frozen=True, kw_only=True):
    """One of the 54. `floor` and `target` x 10^4; `window` in days, None for "point" and "life"; `weight` x 10^2."""

    id: str
    title: str
    unit: Unit
    kind: Kind
    formula: str
    no_data: str
    source: str
    floor: int
    target: int
    window: int | None
    measure: Callable[[], Select[Any]]
    evidence: Callable[[], SelectBase]
    from_stage: int = 1
    min_n: int = 1
    weight: int = 100
    in_money: bool = False  # n and d are minor units of the relationship's currency, not x 10^4

    @property
    def higher_is_better(self) -> bool:
        return self.target > self.floor


def measured(
    q: ColumnElement[Any],
    value: ColumnElement[Any] | None,
    n: ColumnElement[Any] | None = None,
    d: ColumnElement[Any] | None = None,
    sample: ColumnElement[Any] | None = None,
    stale: ColumnElement[Any] | None = None,
) -> Select[Any]:
    """A `measure` row: the columns in their fixed order and types."""
    nothing = cast(null(), Integer)
    return select(
        q.label("q"),
        (nothing if value is None else value).label("value"),
        (nothing if n is None else n).label("n"),
        (nothing if d is None else d).label("d"),
        (nothing if sample is None else sample).label("sample"),
        (literal(0, literal_execute=True) if stale is None else stale).label("stale"),
    )


def share_of(items: FromClause) -> Select[Any]:
    """Pooled ratio over `items` (q, counts, hit, …): hits among those that count (1 or 0 each); the sample is d.

    A question all of whose items are left out has no row.
    """
    n = func.sum(items.c.hit * items.c.counts)
    d = func.sum(items.c.counts)
    return measured(items.c.q, ratio(n, d), n * SCALE, d * SCALE, d).group_by(items.c.q).having(d > 0)


def listed(
    source: FromClause,
    position: ColumnElement[Any],
    reason: ColumnElement[Any] | str | None = None,
    where: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """Evidence rows: `position` of each row of `source` that has one, counted (reason None) or left out."""
    if reason is None:
        why: ColumnElement[Any] = cast(null(), Text)
    elif isinstance(reason, str):
        why = literal(reason, String, literal_execute=True)
    else:
        why = reason
    conditions = [position.is_not(null()), *([] if where is None else [where])]
    return select(source.c.q.label("q"), position.label("position"), why.label("reason")).where(and_(*conditions))


def together(*statements: SelectBase) -> CompoundSelect[Any]:
    """UNION ALL of statements, those that are unions themselves taken apart: SQLite knows no nested ones."""
    flat: list[Any] = []
    for statement in statements:
        flat.extend(statement.selects if isinstance(statement, CompoundSelect) else [statement])
    return union_all(*flat)


def evidence_of(items: FromClause, *positions: str) -> SelectBase:
    """Evidence of `items` that carry `counts`, `reason` and position columns; the first position is the item's own.

    Counted items list every position; the ones left out list the first with their reason; items with neither, none.
    """
    counted = [listed(items, items.c[name], where=items.c.counts == 1) for name in positions]
    left_out = listed(items, items.c[positions[0]], items.c.reason, items.c.reason.is_not(null()))
    return together(*counted, left_out)


def flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 or 0."""
    return case((condition, integer(1)), else_=integer(0))
