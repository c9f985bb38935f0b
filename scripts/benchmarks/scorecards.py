"""One scorecard of all 54 indicators, for relationships of 100 and 1,000 events, against a raw scan of their journal."""

from sqlalchemy import text

from benchmarks import setting
from domain.register import Command
from domain.store.engine import reading
from projections.scorecards.asking import ask, every
from projections.scorecards.service import scorecards

SCAN = text("SELECT * FROM event_fact WHERE relationship_id = :relationship")


def main() -> None:
    setting.title("One scorecard")
    setting.header("database", "events", "scores", "with evidence and digest", "raw scan of the rows", "ratio to the scan")
    for engine in setting.engines():
        for size in (100, 1_000):
            with setting.services(engine) as opened:
                drafts = tuple(setting.drafts(size + 2, 1))
                opened.register.record(Command(command_id="all", drafts=drafts, actor="bench"))
                with reading(opened.engine) as connection:
                    about = every(connection)[0]
                    question = ask(about, opened.clock(), opened.store.size())
                    key = {"relationship": str(about.id)}
                    scores = setting.milliseconds(lambda c=connection, q=question: scorecards(c, [q], explained=False))
                    whole = setting.milliseconds(lambda c=connection, q=question: scorecards(c, [q])[0].digest())
                    scan = setting.milliseconds(lambda c=connection, k=key: c.execute(SCAN, k).all())
                ratio = scores[len(scores) // 2] / scan[len(scan) // 2]
                setting.say(engine, size, setting.p50_p95(scores), setting.p50_p95(whole), setting.p50_p95(scan), f"{ratio:.1f}")
    print(f"\nPeak memory {setting.peak_memory()}.")


if __name__ == "__main__":
    main()
