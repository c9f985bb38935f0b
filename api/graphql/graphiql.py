"""GraphiQL for browsers: our own page where its files lie in the package, else the page Strawberry ships.

Neither holds anything secret; the asker's token is typed in under "Headers" and is not kept.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from strawberry.http.ides import get_graphql_ide_html

from api.graphql.browser_files import VENDOR, BrowserFile, are_present, pinned

VENDOR_URL = "/static/vendor"

SCRIPT = """
const address = new URLSearchParams(location.search);
const welcome = `# Every request needs a token: put it under "Headers", then fetch the schema anew.

query { __typename }
`;
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: location.pathname }),
    plugins: [GraphiQLPluginExplorer.explorerPlugin()],
    query: address.get("query") ?? undefined,
    variables: address.get("variables") ?? undefined,
    defaultQuery: welcome,
    defaultHeaders: JSON.stringify({ Authorization: "Bearer " }, null, 2),
    defaultEditorToolsVisibility: "headers",
    inputValueDeprecation: true,
    shouldPersistHeaders: false,
  }),
);
"""

TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Counterfoil GraphQL</title>
<style>body {{ margin: 0 }} #graphiql {{ height: 100vh }}</style>
{files}
</head>
<body>
<div id="graphiql">GraphiQL needs JavaScript.</div>
<script>{script}</script>
</body>
</html>
"""

_SCRIPT_HASH = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
HEADERS = {"Vary": "Accept, Authorization", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
POLICY = (
    "default-src 'none'; connect-src 'self'; font-src 'self' data:; img-src 'self' data:; "
    f"script-src 'self' 'sha256-{_SCRIPT_HASH}'; style-src 'self' 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Page:
    """The page, chosen when the server starts. `url` is where the files in `vendor` are served."""

    def __init__(self, vendor: Path = VENDOR, url: str = VENDOR_URL) -> None:
        if are_present(vendor):
            files = "\n".join(_tag(file, url) for file in pinned())
            self._html = TEMPLATE.format(files=files, script=SCRIPT)
            self._policy = POLICY
        else:
            self._html = get_graphql_ide_html("graphiql")
            self._policy = "frame-ancestors 'none'"

    def response(self) -> Response:
        return HTMLResponse(self._html, headers={**HEADERS, "Content-Security-Policy": self._policy})


def vendor_files(vendor: Path = VENDOR) -> StaticFiles:
    """The files of the page as an ASGI application, to be mounted at `VENDOR_URL`."""
    return StaticFiles(directory=vendor, check_dir=False)


def _tag(file: BrowserFile, url: str) -> str:
    address = f"{url}/{file.place}"
    if file.path.endswith(".css"):
        return f'<link rel="stylesheet" href="{address}" integrity="{file.integrity}">'
    return f'<script src="{address}" integrity="{file.integrity}"></script>'
