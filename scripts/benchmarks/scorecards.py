"""One scorecard of all 54 indicators for relationships of 100 and 1,000 events, against a scan of their journal."""

from functools import partial

from sqlalchemy import Connection, text

from benchmarks import setting
from domain.store.engine import reading
from projections.scorecards.asking import ask, every
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards

SCAN = text("SELECT * FROM event_fact WHERE relationship_id = :relationship")


def digest(connection: Connection, question: Question) -> str:
    return scorecards(connection, [question])[0].digest()


def scan_rows(connection: Connection, key: dict[str, str]) -> int:
    return len(connection.execute(SCAN, key).all())


def main() -> None:
    setting.title("One scorecard")
    columns = ("database", "events", "scores", "with evidence and digest", "raw scan of the rows", "ratio to the scan")
    setting.header(*columns)
    for engine in setting.engines():
        for size in (100, 1_000):
            with setting.services(engine) as opened:
                setting.load(opened, size + 2, 1)
                with reading(opened.engine) as connection:
                    about = every(connection)[0]
                    question = ask(about, opened.clock(), opened.store.size())
                    key = {"relationship": str(about.id)}
                    scores = setting.milliseconds(partial(scorecards, connection, [question], explained=False))
                    whole = setting.milliseconds(partial(digest, connection, question))
                    scan = setting.milliseconds(partial(scan_rows, connection, key))
                ratio = scores[len(scores) // 2] / scan[len(scan) // 2]
                figures = (setting.p50_p95(times) for times in (scores, whole, scan))
                setting.say(engine, size, *figures, f"{ratio:.1f}")
    print(f"\nPeak memory {setting.peak_memory()}.")


if __name__ == "__main__":
    main()
