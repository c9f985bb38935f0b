"""The pages' addresses."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from api.web.pages import entry, indicator, reference, register, relationship, signing_in
from api.web.site import Site
from api.web.templating import STATIC
from api.wiring import Services


def routes(services: Services, site: Site | None = None) -> list[Route | Mount]:
    """Every page, and the static files under /static. `site`: where its exception handlers are wanted elsewhere too."""
    pages = site or Site(services)

    def arriving(request: Request) -> Response:
        return signing_in.arriving(pages, request)

    return [
        Route("/", pages.page(register.show), name="register"),
        Route("/relationships/{rel}", pages.page(relationship.show), name="relationship"),
        Route("/relationships/{rel}/indicators/{indicator}", pages.page(indicator.show), name="indicator"),
        Route("/events/{position}", pages.page(entry.show), name="entry"),
        Route("/docs", pages.page(reference.reading), name="docs"),
        Route("/docs/indicators", pages.page(reference.indicators), name="docs-indicators"),
        Route("/docs/entries", pages.page(reference.entries), name="docs-entries"),
        Route("/login", arriving, name="login"),
        Route("/login", signing_in.signing_in(pages), methods=["POST"]),
        Route("/logout", signing_in.signing_out(pages), methods=["POST"], name="logout"),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
    ]
