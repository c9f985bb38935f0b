"""`/docs`: how to read a scorecard, every indicator, and every kind of entry, derived from the code itself."""

from starlette.requests import Request
from starlette.responses import Response

from api.web import words
from api.web.site import Site
from domain.facts import FACTS
from domain.facts.structure import fields
from projections.indicators import INDICATORS, PRINCIPLES
from projections.scorecards.policy import DEFAULT


def reading(site: Site, request: Request) -> Response:
    return site.render(request, "docs.html", total_indicators=len(INDICATORS), total_facts=len(FACTS))


def indicators(site: Site, request: Request) -> Response:
    return site.render(
        request,
        "docs_indicators.html",
        principles=PRINCIPLES,
        default=DEFAULT,
        sources={i.id: words.sources(i.source) for i in INDICATORS},
    )


def entries(site: Site, request: Request) -> Response:
    kinds = [
        {
            "type": name,
            "meaning": (fact.__doc__ or "").partition("\n")[0],
            "fields": [
                (f.name, f.required, f.name in fact.register_sets)
                for f in sorted(fields(fact), key=lambda f: not f.required)
            ],
        }
        for name, fact in sorted(FACTS.items())
    ]
    return site.render(request, "docs_entries.html", kinds=kinds)
