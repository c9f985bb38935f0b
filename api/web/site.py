"""What every page stands on: the services, the templates, the sessions, and how a page says no."""

from collections.abc import Callable
from typing import Any

import structlog
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.web.session import COOKIE, FORM_COOKIE, Sessions, set_cookie
from api.web.templating import make_environment, respond
from api.wiring import Services
from domain.errors import Refusal, UnknownId

FORM_SECONDS = 60 * 60
_log = structlog.get_logger(__name__)


class NotFound(Exception):
    """There is no such page; the message is for people."""


class Site:
    """The pages of one register."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.sessions = Sessions(services.token, services.clock)
        self.environment: Environment = make_environment()

    def page(self, make: "Make") -> Callable[[Request], Response]:
        """The endpoint of a page that only those who are signed in see."""

        def endpoint(request: Request) -> Response:
            if not self.sessions.admits(request):
                return self.sign_in(
                    request, 401, request.url.path + (f"?{request.url.query}" * bool(request.url.query))
                )
            try:
                return make(self, request)
            except NotFound as missing:
                return self.problem(request, 404, str(missing))
            except Refusal as refusal:
                status = 404 if isinstance(refusal, UnknownId) and refusal.field is None else 400
                return self.problem(request, status, refusal.message)
            except Exception as error:  # noqa: BLE001 - masked and logged, whatever it is
                _log.error("unexpected_error", exc_info=error)
                return self.problem(request, 500, "Something went wrong in the program. Its log says what.")

        return endpoint

    def render(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """A page with its frame: `here` is the path, `out` the form token for signing out (empty when signed out)."""
        cookie = request.cookies.get(COOKIE, "")
        out = self.sessions.form_token(cookie) if cookie and self.sessions.is_valid(cookie) else ""
        return respond(self.environment, template, status, here=request.url.path, out=out, **context)

    def problem(self, request: Request, status: int, message: str) -> Response:
        return self.render(request, "problem.html", status, code=status, message=message)

    def sign_in(self, request: Request, status: int, wanted: str, message: str = "") -> Response:
        """The form that asks for the token; afterwards the browser goes to `wanted`, a path of ours."""
        nonce = request.cookies.get(FORM_COOKIE) or self.sessions.nonce()
        page = self.render(
            request,
            "sign_in.html",
            status,
            wanted=wanted if is_ours(wanted) else "/",
            form_token=self.sessions.form_token(nonce),
            message=message,
        )
        set_cookie(page, request, FORM_COOKIE, nonce, FORM_SECONDS)
        if status == 401:
            page.headers["WWW-Authenticate"] = "Bearer"
        return page

    def not_found(self, request: Request, _: Exception) -> Response:
        """For addresses that no route knows: an exception handler of the application."""
        return self.problem(request, 404, f"There is no page {request.url.path[:200]}.")


Make = Callable[[Site, Request], Response]


def go(path: str) -> Response:
    """On to another page of ours, by GET."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def is_ours(path: str) -> bool:
    """Whether a browser stays on this site when it is sent there."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
