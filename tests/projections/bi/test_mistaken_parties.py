"""What an organisation is told of a relationship that it was a party of by mistake. Source: docs/bi/index.md."""

import pytest
from sqlalchemy import Engine

from feeding import fed, of
from rebuilding import engine_of, promise, voided
from telling import line, opening, relationship, stages, tell, told, uid

R, R2, C = uid("r"), uid("r2"), uid("c")


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_increment_tells_it_of_the_mistake_and_of_nothing_else(database: Engine, when: str) -> None:
    """Neither of what was there while it was a party, nor of what has come and gone since."""
    with told(database, [*opening(), *stages(2, 3, 4, 5), relationship("r2", "a", "c")]) as found:
        engine = engine_of(found)
        at_first = fed(engine, party=C)
        assert {row["relationship_id"] for row in of(at_first, "dim_relationship")} == {R2}
        mark = found.register.store.size()
        secret = [promise("buyout", "2024-04-01")]
        if when == "before":
            tell(found, *secret)
        tell(found, line("relationship.party_joined", "2024-03-01", party=C, ref="joined"))
        assert of(fed(engine, party=C), "dim_relationship", relationship_id=R)
        tell(found, voided("joined"))
        if when == "after":
            tell(found, *secret)
            fed(engine)
        tell(found, voided("buyout"))
        increment = fed(engine, after=mark, party=C)
        told_of_r = {
            (name, row.get("organisation_id"), row["is_deleted"])
            for name, some in increment.items()
            for row in some.values()
            if row.get("relationship_id") == R
        }
        assert told_of_r == {("bridge_relationship_party", C, True)}
        of_partner = fed(engine, after=mark, party=uid("b"))
        assert [row["is_deleted"] for row in of(of_partner, "item_commitment", title="buyout")] == [True]
