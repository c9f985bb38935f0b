"""The demo register gives the same digests on SQLite and PostgreSQL, live and rebuilt."""

from datetime import UTC, date, datetime
from pathlib import Path

from api.interchange import record_file
from domain.register import Register
from domain.store.engine import learn_of, reading
from projections.rebuild import rebuild
from projections.scorecards.asking import ask, every
from projections.scorecards.service import scorecards
from recording import recorded

FILES = sorted((Path(__file__).parents[1] / "api" / "demo").glob("*.ndjson"))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DATES = (date(2025, 6, 30), date(2026, 11, 20))


def digests(register: Register) -> dict[tuple[str, date], str]:
    """Of every relationship registered by then, at two dates."""
    store = register.store
    with reading(store.engine) as connection:
        found = every(connection)
        asked = [
            (about, ask(about, NOW, store.size(), day))
            for day in DATES
            for about in found
            if about.registered_on <= day
        ]
        cards = scorecards(connection, [question for _, question in asked])
    return {(about.name, question.as_of): card.digest() for (about, question), card in zip(asked, cards, strict=True)}


def test_the_demo_register_has_one_digest_everywhere(tmp_path: Path, postgres_url: str) -> None:
    lite = recorded(f"sqlite:///{tmp_path / 'register.db'}").register
    for file in FILES:
        record_file(lite, file, actor="demo")
    live = digests(lite)
    assert len(live) > 20
    rebuild(lite.store.engine)
    assert digests(lite) == live
    big = recorded(postgres_url).register
    with big.store.append() as append:
        append.put_stored([text for _, text in lite.store.envelopes(0, 100_000)])
    learn_of(big.store.engine, big.store.size())
    assert digests(big) == live
    rebuild(big.store.engine)
    assert digests(big) == live
    for register in (lite, big):
        register.store.engine.dispose()
