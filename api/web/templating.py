"""Templates and what they may call. Everything they print is escaped."""

import hashlib
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.filters import do_mark_safe
from starlette.responses import HTMLResponse

from api.web import figures, words

HERE = Path(__file__).parent
STATIC = HERE / "static"
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization", "Referrer-Policy": "same-origin"}


def _version() -> str:
    """Changes when one of our own static files does, so that browsers may keep them."""
    files = sorted(path for path in STATIC.iterdir() if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _time(value: date | datetime) -> str:
    clock = f", {value:%H:%M:%S} UTC" if isinstance(value, datetime) else ""
    return do_mark_safe(f'<time datetime="{value.isoformat()}">{words.day(value)}{clock}</time>')


def marked(text: str) -> str:
    """Text with its `names` between backticks set as code."""
    parts = (escape(part) for part in text.split("`"))
    return do_mark_safe("".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts)))


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
        marked=marked,
        minus=figures.minus,
        plain=words.plain,
        sentence=words.sentence,
    )
    environment.globals.update(words=words, figures=figures, number_of=words.number_of, version=_version())
    return environment


def respond(environment: Environment, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """The page. `context` must give every name that the template uses."""
    return HTMLResponse(environment.get_template(template).render(context), status, HEADERS)
