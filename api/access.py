"""The door: every route but the probes, the sign-in and static files is for principals alone (docs/contract.md 4).

The operator's token opens everything. The token of an organisation opens the feed (/bi, /odata) alone, where it sees
what that organisation may. Programs send either as `Authorization: Bearer`; to the feed also by HTTP Basic as the
password under any name, as spreadsheets and BI tools offer nothing else. A browser has the session of the pages
(api/web/session.py), which /graphql does not honour: its own view asks for the token.
"""

import base64
from uuid import UUID

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.failures import failure
from api.web.site import Site
from domain.store import tokens
from domain.store.engine import reading

OPEN_PATHS = ("/healthz", "/readyz", "/login", "/logout", "/graphql")
OPEN_FOLDER = "/static/"
FEED = ("/bi", "/odata")
BEARER = {"WWW-Authenticate": "Bearer"}
BEARER_OR_BASIC = {"WWW-Authenticate": 'Bearer, Basic realm="Counterfoil", charset="UTF-8"'}
NEEDED = "A token is needed: Authorization: Bearer <token>."
FOR_THE_FEED = "This token reads /bi and /odata alone."


class Principal(Struct, frozen=True, kw_only=True):
    """Who asks. `party`: the organisation that it reads for; None for the operator, who sees everything."""

    actor: str
    party: UUID | None


OPERATOR = Principal(actor="operator", party=None)


def principal_of(request: Request) -> Principal:
    """Who asks, of a request that has come in by the door."""
    found: Principal = request.state.principal
    return found


def bearer(headers: Headers) -> str | None:
    """The token that a program sent, None where it sent none."""
    return _credentials(headers, "bearer")


def basic(headers: Headers) -> str | None:
    """The password that was sent by HTTP Basic, None where none was."""
    try:
        decoded = base64.b64decode(_credentials(headers, "basic") or "", validate=True).decode()
    except ValueError:
        return None
    _, colon, password = decoded.partition(":")
    return password if colon else None


def _credentials(headers: Headers, wanted: str) -> str | None:
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    return rest.strip() if scheme.lower() == wanted else None


def is_feed(path: str) -> bool:
    return path in FEED or path.startswith(tuple(f"{folder}/" for folder in FEED))


def wants_a_page(request: Request) -> bool:
    return request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")


class Door:
    """Knows the principals by what they show."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def holder(self, token: str) -> Principal | None:
        """Whose token it is; None where it is nobody's, or revoked."""
        if self.site.sessions.is_token(token):
            return OPERATOR
        return await run_in_threadpool(self._reader, token)

    async def principal(self, request: Request) -> Principal | None:
        shown = bearer(request.headers)
        if shown is None and is_feed(request.scope["path"]):
            shown = basic(request.headers)
        found = None if shown is None else await self.holder(shown)
        if found is None and self.site.sessions.admits(request):
            return OPERATOR
        return found

    def _reader(self, token: str) -> Principal | None:
        with reading(self.site.services.engine) as connection:
            found = tokens.find(connection, token)
        return None if found is None else Principal(actor=f"token {found.id}", party=found.organisation_id)


class RequirePrincipal:
    """Lets in whoever may enter, as `request.state.principal`. Who is unknown gets 401: a browser the form to sign in.

    Who is known and asks for something else than it may gets 403.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS or scope["path"].startswith(OPEN_FOLDER):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        principal = await self._door.principal(request)
        if principal is None:
            await self._unknown(request)(scope, receive, send)
        elif principal.party is not None and not is_feed(scope["path"]):
            await failure(403, FOR_THE_FEED)(scope, receive, send)
        else:
            request.state.principal = principal
            await self._app(scope, receive, send)

    def _unknown(self, request: Request) -> Response:
        if wants_a_page(request) and bearer(request.headers) is None:
            query = f"?{request.url.query}" if request.url.query else ""
            return self._door.site.sign_in(request, 401, f"{request.url.path}{query}")
        return failure(401, NEEDED, BEARER_OR_BASIC if is_feed(request.scope["path"]) else BEARER)
