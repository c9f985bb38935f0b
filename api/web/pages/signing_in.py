"""`/login` and `/logout`."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from api.web.session import COOKIE, FORM_COOKIE, begin, end
from api.web.site import Site, go, is_ours

WRONG = "That is not the token of this register."
STALE = "The form was too old or came from another site. Please try again."


def arriving(site: Site, request: Request) -> Response:
    """The address that the program prints carries the token; without it the page asks for one."""
    token = request.query_params.get("token")
    if token is None:
        return go("/") if site.sessions.admits(request) else site.sign_in(request, 200, "/")
    if not site.sessions.is_token(token.strip()):
        return site.sign_in(request, 401, "/", WRONG)
    response = go("/")
    begin(response, site.sessions, request)
    return response


def signing_in(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        wanted = str(form.get("wanted", "/"))
        if not site.sessions.is_form_token(request.cookies.get(FORM_COOKIE, ""), str(form.get("form_token", ""))):
            return site.sign_in(request, 400, wanted, STALE)
        if not site.sessions.is_token(str(form.get("token", "")).strip()):
            return site.sign_in(request, 401, wanted, WRONG)
        response = go(wanted if is_ours(wanted) else "/")
        begin(response, site.sessions, request)
        return response

    return endpoint


def signing_out(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        if not site.sessions.is_form_token(request.cookies.get(COOKIE, ""), str(form.get("form_token", ""))):
            return site.problem(request, 400, STALE)
        response = go("/login")
        end(response)
        return response

    return endpoint
