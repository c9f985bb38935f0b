"""Templates and what they may call. Everything they print is escaped."""

import hashlib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from api.web import figures, words

HERE = Path(__file__).parent
STATIC = HERE / "static"
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization", "Referrer-Policy": "same-origin"}


def _version() -> str:
    """Changes when one of our own static files does, so that browsers may keep them."""
    files = sorted(path for path in STATIC.iterdir() if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _time(value: date | datetime) -> Markup:
    if isinstance(value, datetime):
        shown = f"{words.day(value)}, {value:%H:%M:%S} UTC"
        return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), shown)
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), words.day(value))


def _marked(text: str) -> Markup:
    """Text with its `names` between backticks set as code."""
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(parts))


def make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=_time,
        percent=figures.percent,
        trimmed=figures.trimmed,
        goalpost=figures.goalpost,
        marked=_marked,
        minus=figures.minus,
        plain=words.plain,
        sentence=words.sentence,
    )
    environment.globals.update(words=words, figures=figures, number_of=words.number_of, version=_version())
    return environment


def respond(environment: Environment, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """The page. `context` must give every name that the template uses."""
    return HTMLResponse(environment.get_template(template).render(context), status, HEADERS)
