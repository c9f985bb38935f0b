"""The door: every route but the probes, the sign-in and static files is for principals alone (docs/contract.md 4).

Until there are accounts one token names one operator. Programs send it as `Authorization: Bearer`; a browser has the
session of the pages (api/web/session.py), which /graphql does not honour: its own view asks for the token.
"""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.failures import failure
from api.web.site import Site

OPERATOR = "operator"
OPEN_PATHS = ("/healthz", "/readyz", "/login", "/logout", "/graphql")
OPEN_FOLDER = "/static/"


def bearer(headers: Headers) -> str | None:
    """The token that a program sent, None where it sent none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def wants_a_page(request: Request) -> bool:
    return request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")


class RequirePrincipal:
    """Lets in whoever has the token or a session. Everyone else gets 401: a browser the form to sign in."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS or scope["path"].startswith(OPEN_FOLDER):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        admitted = self._site.sessions.admits(request)
        await (self._app if admitted else self._refusal(request))(scope, receive, send)

    def _refusal(self, request: Request) -> Response:
        if wants_a_page(request) and bearer(request.headers) is None:
            query = f"?{request.url.query}" if request.url.query else ""
            return self._site.sign_in(request, 401, f"{request.url.path}{query}")
        return failure(401, "A token is needed: Authorization: Bearer <token>.", {"WWW-Authenticate": "Bearer"})
