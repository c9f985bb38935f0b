"""`counterfoil rebuild` and `migrate`."""

import time

from api.cli.options import AsJson, services
from api.cli.output import console, print_json, progress
from domain.store.migrate import is_current
from domain.store.migrate import migrate as bring_up_to_date
from projections.rebuild import rebuild as rebuild_read_models


def rebuild(as_json: AsJson = False) -> None:
    """Make the read models anew from the log, beside the live ones, and switch. Readers are never without an answer."""
    with services() as opened:
        started = time.perf_counter()
        with progress("Rebuilding", opened.store.size()) as (bar, task):
            events = rebuild_read_models(
                opened.engine, lambda done, total: bar.update(task, completed=done, total=total)
            )
        rate = round(events / max(time.perf_counter() - started, 1e-6))
    if as_json:
        print_json({"events": events, "events_per_second": rate})
    else:
        console.print(f"{events} events, {rate} a second.")


def migrate(as_json: AsJson = False) -> None:
    """Bring the tables of the database to the form that this release needs."""
    with services(migrating=False) as opened:
        before = is_current(opened.engine)
        bring_up_to_date(opened.engine)
    if as_json:
        print_json({"changed": not before})
    else:
        console.print("The tables are up to date." if before else "The tables have been brought up to date.")
