"""Who may see the pages: a signed cookie that stands for having shown the token, and form tokens against forgery.

The cookie holds no secret: `<expiry>.<random>.<HMAC>`, under a key that is derived from the API token. It is honoured
by the pages alone, never by /graphql. Source: docs/design.md 9.
"""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "counterfoil_session"
FORM_COOKIE = "counterfoil_form"
LIFETIME_SECONDS = 12 * 60 * 60


class Sessions:
    """Makes and checks cookies and form tokens for one API token. A new API token ends every session."""

    def __init__(self, token: str, clock: Callable[[], datetime]) -> None:
        self._token = token.encode()
        self._key = hmac.digest(self._token, b"counterfoil:session", "sha256")
        self._clock = clock

    def is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self._token)

    def admits(self, request: Request) -> bool:
        """Whether the request carries a session of ours, or the token itself as `Authorization: Bearer`."""
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_token(credentials.strip()):
            return True
        return self.is_valid(request.cookies.get(COOKIE, ""))

    def new(self) -> str:
        """The value of a cookie for whoever has shown the token."""
        expiry = int(self._clock().timestamp()) + LIFETIME_SECONDS
        content = f"{expiry}.{secrets.token_urlsafe(16)}"
        return f"{content}.{self._sign('session', content)}"

    def is_valid(self, value: str) -> bool:
        content, _, signature = value.rpartition(".")
        if not hmac.compare_digest(self._sign("session", content).encode(), signature.encode()):
            return False
        return int(content.partition(".")[0]) > self._clock().timestamp()

    def nonce(self) -> str:
        """A random cookie value for a form to be bound to where there is no session yet."""
        return secrets.token_urlsafe(16)

    def form_token(self, bound_to: str) -> str:
        """What a form of ours carries along: it fits the cookie value `bound_to` and no other."""
        return self._sign("form", bound_to)

    def is_form_token(self, bound_to: str, text: str) -> bool:
        return bool(bound_to) and hmac.compare_digest(text.encode(), self.form_token(bound_to).encode())

    def _sign(self, purpose: str, content: str) -> str:
        return hmac.digest(self._key, f"{purpose}:{content}".encode(), "sha256").hex()


def begin(response: Response, sessions: Sessions, request: Request) -> None:
    """The browser is signed in from now on."""
    set_cookie(response, request, COOKIE, sessions.new(), LIFETIME_SECONDS)


def end(response: Response) -> None:
    response.delete_cookie(COOKIE, samesite="strict", httponly=True)


def set_cookie(response: Response, request: Request, name: str, value: str, seconds: int) -> None:
    """A cookie that no script can read and no other site can send along."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, secure=secure, httponly=True, samesite="strict")
