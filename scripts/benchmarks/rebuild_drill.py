"""A thousand GraphQL scorecards while rebuilds run in a process of their own: each must be what it was before.

BENCH_EVENTS=1000000 scripts/bench rebuild_drill
"""

import asyncio
import os
import subprocess
import sys
from base64 import b64encode
from functools import partial

import httpx
from sqlalchemy import select

import long_log
from api.app import create_app
from api.wiring import Services
from benchmarks import setting
from projections.rebuild import rebuild
from projections.schema import relationship

EVENTS = int(os.environ.get("BENCH_EVENTS", "100000"))
QUERIES = 1_000
CARD = """query Card%d($id: ID!, $asOf: Date!) {
  node(id: $id) { ... on Relationship { scorecard(asOf: $asOf) { digest score principles { score } } } } }"""
AGAIN = """
import sys
from domain.store.engine import connect
from projections.rebuild import rebuild
while True:
    rebuild(connect(sys.argv[1]))
    print("rebuilt", flush=True)
"""


def main() -> None:
    setting.title(f"{QUERIES} GraphQL scorecards while {EVENTS} events are rebuilt")
    for engine in setting.engines():
        with setting.services(engine) as opened:
            long_log.fill(opened.engine, EVENTS)
            first = setting.seconds(partial(rebuild, opened.engine))
            expected = asyncio.run(_ask(opened, 0))
            url = opened.engine.url.render_as_string(hide_password=False)
            program = [sys.executable, "-c", AGAIN, url]
            with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as rebuilding:
                assert rebuilding.stdout
                answers = asyncio.run(_ask(opened, QUERIES))
                rebuilding.kill()
                times = rebuilding.stdout.read().count("rebuilt")
            same = sum(a == b for a, b in zip(answers, expected, strict=True))
            print(
                f"{engine}: {same} of {QUERIES} the same, {len(set(expected))} different ones, {times} rebuilds ended "
                f"meanwhile; one alone takes {first:.0f} s."
            )


async def _ask(opened: Services, turn: int) -> list[str]:
    with opened.engine.connect() as connection:
        keys = connection.execute(select(relationship.c.relationship_id).limit(QUERIES)).scalars().all()
    headers = {"Authorization": f"Bearer {opened.token}"}
    answers = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(opened)), base_url="http://127.0.0.1"
    ) as client:
        for n in range(QUERIES):
            node = b64encode(f"Relationship:{keys[n % len(keys)]}".encode()).decode()
            body = {"query": CARD % (turn + n), "variables": {"id": node, "asOf": str(long_log.AS_OF)}}
            answer = (await client.post("/graphql", json=body, headers=headers)).json()
            assert "errors" not in answer, answer
            answers.append(str(answer["data"]))
    return answers


if __name__ == "__main__":
    main()
