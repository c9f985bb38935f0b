"""What was published at the end of a month stands beside what is known now. Source: docs/bi/index.md."""

from datetime import UTC, datetime, timedelta

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from domain.store.engine import connect, reading, writing
from domain.store.migrate import MIGRATIONS, migrate
from feeding import Rows, fed, of
from projections.bi.follower import forget
from rebuilding import done, engine_of, promise
from recording import Recorded, recorded
from telling import opening, stages

IN_MARCH, IN_APRIL = datetime(2024, 3, 20, tzinfo=UTC), datetime(2024, 4, 10, tzinfo=UTC)


def kept_promises(found: Recorded, names: str, *, broken: str) -> None:
    """Promises due in March, of which those in `broken` are not fulfilled."""
    for n, name in enumerate(names, start=1):
        found.record(promise(name, f"2024-03-{n:02}"))
        if name not in broken:
            found.record(done(name, f"2024-03-{n:02}"))


def tc1(rows: Rows) -> tuple[str, str, str, bool]:
    [row] = of(rows, "fact_indicator_score", indicator_id="TC1", period="2024-03")
    now, then = (f"{row[f'{when}numerator']}/{row[f'{when}denominator']}" for when in ("", "published_"))
    return str(row["value"]), now, then, row["is_restated"]


def test_parts_that_changed_while_their_quotient_did_not_are_a_restatement(database: Engine) -> None:
    """Who sums the parts over relationships has another total."""
    now = [IN_MARCH]
    found = recorded(database, [*opening(), *stages(2, 3, 4, 5)], lambda: now[0])
    kept_promises(found, "abc", broken="c")
    now[0] = IN_APRIL
    assert tc1(fed(engine_of(found), IN_APRIL)) == ("0.6667", "2.0000/3.0000", "2.0000/3.0000", False)
    kept_promises(found, "def", broken="f")
    assert tc1(fed(engine_of(found), IN_APRIL)) == ("0.6667", "4.0000/6.0000", "2.0000/3.0000", True)


def test_the_migration_to_published_parts_has_everything_worked_out_anew(database_url: str) -> None:
    engine = connect(database_url)
    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.execute(text("INSERT INTO bi_standing VALUES ('r', 1, 1)"))
    migrate(engine)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM bi_standing")).scalar_one() == 0
    engine.dispose()


def test_what_an_earlier_release_did_not_keep_is_worked_out_anew(database: Engine) -> None:
    """As after the migration that added the columns."""
    now = [IN_MARCH]
    found = recorded(database, [*opening(), *stages(2, 3, 4, 5)], lambda: now[0])
    kept_promises(found, "abc", broken="c")
    now[0] = IN_APRIL
    right = fed(engine_of(found), IN_APRIL)
    with writing(engine_of(found)) as connection:
        connection.execute(text("UPDATE bi_fact_indicator_score SET published_numerator = NULL"))
        connection.execute(text("UPDATE bi_fact_principle_score SET published_coverage = NULL"))
    forget(engine_of(found))
    mended = fed(engine_of(found), IN_APRIL)
    assert tc1(mended) == tc1(right) == ("0.6667", "2.0000/3.0000", "2.0000/3.0000", False)
    [principle] = of(mended, "fact_principle_score", principle_id="P7", period="2024-03")
    assert principle["published_coverage"] == principle["coverage"] > 0


def test_what_an_old_server_wrote_after_the_migration_is_no_restatement(database: Engine) -> None:
    """It knows the new columns not, and what stands so is worked out anew when the relationship is."""
    now = [IN_MARCH]
    found = recorded(database, [*opening(), *stages(2, 3, 4, 5)], lambda: now[0])
    kept_promises(found, "abc", broken="c")
    now[0] = IN_APRIL
    fed(engine_of(found), IN_APRIL)
    with writing(engine_of(found)) as connection:
        connection.execute(text("UPDATE bi_fact_relationship_score SET published_coverage = NULL"))
        connection.execute(text("UPDATE bi_fact_principle_score SET published_coverage = NULL"))
        connection.execute(
            text("UPDATE bi_fact_indicator_score SET published_numerator = NULL, published_denominator = NULL")
        )
    rows = fed(engine_of(found), IN_APRIL + timedelta(days=1))
    assert tc1(rows) == ("0.6667", "2.0000/3.0000", "2.0000/3.0000", False)
    assert not of(rows, "fact_relationship_score", is_restated=True)
