"""The whole application over a fresh register, asked by HTTP in the same process."""

import asyncio
import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event

from api.app import create_app
from api.settings import Settings
from api.wiring import open_services
from local_ids import PEOPLE, REL, A, B, C, uid

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RESPONSE = "application/graphql-response+json"
RECORD = """
mutation Record($input: RecordInput!) {
  record(input: $input) {
    __typename
    ... on Recorded { events { id uuid position version type data } position replayed }
    ... on Refused { code message factIndex field }
  }
}"""


def gid(kind: str, key: str) -> str:
    """A global id."""
    return base64.b64encode(f"{kind}:{key}".encode()).decode()


def registration(key: str, name: str, alias: str | None, on: str = "2025-01-07") -> dict[str, Any]:
    """Of a relationship between the first two organisations, in Berlin and in euro."""
    stated = {"relationshipId": key, "name": name, "alias": alias, "form": "BILATERAL", "parties": [A, B], "on": on}
    return {"relationshipRegistered": {**stated, "currency": "EUR", "timeZone": "Europe/Berlin"}}


class Served:
    """A register behind its HTTP application; `statements` are those that ran for the last request."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.services = open_services(Settings(database_url=database_url, data=folder), lambda: NOW)
        self.app = create_app(self.services)
        self.statements: list[str] = []
        event.listen(self.services.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.statements.append(statement)

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                return await client.request(method, path, **request)

        self.statements.clear()
        return asyncio.run(exchange())

    def post(self, query: str, variables: Mapping[str, Any] | None = None, **headers: str) -> httpx.Response:
        """A GraphQL request with the token, or with the headers given."""
        sent = headers or {"Authorization": f"Bearer {self.services.token}"}
        body = {"query": query, "variables": variables or {}}
        return self.send("POST", "/graphql", json=body, headers={"Accept": RESPONSE, **sent})

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        answer = self.post(query, variables).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def error(self, query: str, **variables: Any) -> tuple[str, str]:
        """The code and the message of the first error."""
        first = self.post(query, variables).json()["errors"][0]
        return first["extensions"]["code"], first["message"]

    def record(self, command_id: str, *facts: Mapping[str, Any], **input: Any) -> Any:
        """What became of one command."""
        return self.ask(RECORD, input={"commandId": command_id, "facts": list(facts), **input})["record"]

    def facts(self, command_id: str, *facts: Mapping[str, Any], by: str = A, rel: str = REL) -> list[Any]:
        """The events of one command that is not refused."""
        answer = self.record(command_id, *facts, relationshipId=rel, onBehalfOf=by)
        assert answer["__typename"] == "Recorded", answer
        events: list[Any] = answer["events"]
        return events

    def cast(self) -> None:
        """Three organisations, a person of the first two, and a relationship of these two since 2025-01-07."""
        names = ((A, "Aster AG", "aster"), (B, "Birch BV", "birch"), (C, "Cedar Ltd", None))
        organisations = [
            {"organisationId": key, "legalName": name, "country": "DE", "alias": alias, "on": "2025-01-02"}
            for key, name, alias in names
        ]
        people = [
            {"personId": key, "organisationId": of, "name": name, "on": "2025-01-02"}
            for key, of, name in ((PEOPLE[0], A, "Ada Alder"), (PEOPLE[1], B, "Ben Beech"))
        ]
        self.facts(
            "cast",
            *({"organisationRegistered": each} for each in organisations),
            *({"personRegistered": each} for each in people),
            registration(REL, "Quay and rail", "quay-rail"),
        )

    def promise(self, n: int, due_on: str, **more: Any) -> Any:
        """A commitment by the first party to the second, made on 2025-01-10."""
        made = {"commitmentId": uid(n), "byParty": A, "toParties": [B], "title": f"Promise {n}", "dueOn": due_on}
        (event,) = self.facts(f"promise-{n}", {"commitmentMade": {**made, "on": "2025-01-10", **more}})
        return event

    def close(self) -> None:
        self.services.close()
