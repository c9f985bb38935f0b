"""A report as a page for browsers: one file of HTML that needs nothing else, prints well and holds no scripts."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.trail.blocks import Report
from api.web.templating import marked
from api.web.words import BANDS

TONES = {BANDS[band]: band.lower() for band in ("GREEN", "AMBER", "RED")}


def page(report: Report) -> str:
    """The report as one file of HTML that needs nothing else."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["marked"] = marked
    return environment.get_template("report.html").render(report=report, tones=TONES) + "\n"
