"""`counterfoil demo`: the demo register."""

from importlib.resources import as_file, files

from api.cli.options import AsJson, services
from api.cli.output import console, print_json, progress
from api.interchange import record_file
from domain.store.engine import learn_of

ACTOR = "demo"


def demo(as_json: AsJson = False) -> None:
    """Load the demo register: fourteen relationships over three years. Loading it again changes nothing."""
    with as_file(files("api") / "demo") as folder, services() as opened:
        sources = sorted(folder.glob("*.ndjson"))
        recorded = 0
        with progress("Loading the demo register", sum(source.stat().st_size for source in sources)) as (bar, task):
            for source in sources:
                report = record_file(
                    opened.register, source, actor=ACTOR, progress=lambda size: bar.advance(task, size)
                )
                recorded += report.recorded
        learn_of(opened.engine, recorded)
        size = opened.store.size()
    if as_json:
        print_json({"recorded": recorded, "position": size})
    else:
        console.print(f"{recorded} facts recorded; the register holds {size}.")
