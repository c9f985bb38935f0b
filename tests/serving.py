"""The whole application over a fresh register, asked by HTTP in the same process."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event

from api.app import create_app
from api.settings import Settings
from api.wiring import open_services

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

    def close(self) -> None:
        self.services.close()
