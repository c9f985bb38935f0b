"""50 relationships with full scorecards in one GraphQL request, against the same numbers as a plain JSON response."""

import asyncio
import os
from collections.abc import Sequence
from typing import Any

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.app import create_app
from api.wiring import Services
from benchmarks import setting

RELATIONSHIPS = 50
EVENTS = int(os.environ.get("BENCH_EVENTS", "5000"))
QUERY = """query ($first: Int!) { relationships(first: $first) { edges { node { name scorecard {
  score band coverage confidence principles { score band indicators { value score status } } } } } } }"""
TIMES = 12


async def post(client: httpx.AsyncClient, first: int) -> Any:
    answer = await client.post("/graphql", json={"query": QUERY, "variables": {"first": first}})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert "errors" not in body, body
    return body["data"]


async def timed(work: Any, times: int = TIMES) -> Sequence[float]:
    found = []
    for _ in range(times):
        loop = asyncio.get_running_loop()
        started = loop.time()
        await work()
        found.append((loop.time() - started) * 1000)
    return sorted(found)


async def measure(engine: str, opened: Services) -> None:
    app = create_app(opened)
    headers = {"Authorization": f"Bearer {opened.token}"}
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://bench", headers=headers, timeout=300
        ) as client:
            data = await post(client, RELATIONSHIPS)
            counter = iter(range(10**6))

            async def fresh() -> None:
                """Another position each time, so that no answer comes from the cache."""
                organisation = {"legalName": f"Organisation {next(counter)}", "country": "DE"}
                record = "mutation ($i: RecordInput!) { record(input: $i) { __typename } }"
                facts = [{"organisationRegistered": organisation}]
                variables = {"i": {"commandId": f"bench-{organisation['legalName']}", "facts": facts}}
                await client.post("/graphql", json={"query": record, "variables": variables})

            computed: list[float] = []
            for _ in range(TIMES):
                await fresh()
                computed += await timed(lambda: post(client, RELATIONSHIPS), 1)
            cached = await timed(lambda: post(client, RELATIONSHIPS))
    plain = await plain_json(data)
    middle = [times[len(times) // 2] for times in (sorted(computed), cached, plain)]
    setting.say(
        engine, *(f"{ms:.1f} ms" for ms in middle), f"{middle[0] / middle[2]:.0f}", f"{middle[1] / middle[2]:.1f}"
    )


async def plain_json(data: Any) -> Sequence[float]:
    """The limit: a Starlette route that encodes the same numbers, ready in memory."""

    async def answer(_: Request) -> Response:
        return Response(msgspec.json.encode(data), media_type="application/json")

    app = Starlette(routes=[Route("/", answer)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench") as client:
        return await timed(lambda: client.get("/"))


def main() -> None:
    setting.title(f"{RELATIONSHIPS} relationships with full scorecards in one GraphQL request")
    setting.header("database", "computed", "from the answer cache", "plain JSON", "computed / plain", "cached / plain")
    for engine in setting.engines():
        with setting.services(engine) as opened:
            setting.load(opened, EVENTS, RELATIONSHIPS)
            asyncio.run(measure(engine, opened))
    print(f"\nPeak memory {setting.peak_memory()}.")


if __name__ == "__main__":
    main()
