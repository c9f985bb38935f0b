"""The GraphiQL page: which files it needs, how they are taken, and when it is shown."""

import asyncio
import base64
import hashlib
import io
import re
import tarfile
from pathlib import Path

import httpx
import pytest
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount, Route

from api.graphql.browser_files import BrowserFile, are_present, pinned, unpack
from api.graphql.errors import UserError
from api.graphql.graphiql import SCRIPT, VENDOR_URL, Page, vendor_files
from api.graphql.view import GraphQLView

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@strawberry.type
class Query:
    @strawberry.field
    def asker(self) -> str:
        return "ada"


def context(request: Request) -> None:
    if "authorization" not in request.headers:
        raise UserError("Who asks?", "UNAUTHENTICATED")


def ask(vendor: Path, method: str, path: str, **headers: str) -> httpx.Response:
    view = GraphQLView(strawberry.Schema(Query), context, page=Page(vendor))
    app = Starlette(routes=[Route("/graphql", view), Mount(VENDOR_URL, vendor_files(vendor))])

    async def exchange() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(exchange())


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    """A folder that holds something under the name of every file the page needs."""
    for file in pinned():
        (tmp_path / file.place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.place).write_text(f"/* {file.package} */")
    return tmp_path


def archive(folder: Path, name: str, contents: dict[str, bytes]) -> None:
    with tarfile.open(folder / f"{name}.tgz", "w:gz") as tar:
        for path, content in contents.items():
            member = tarfile.TarInfo(f"package/{path}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def integrity(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


# Which files, and how they are taken


def test_the_page_needs_react_graphiql_and_its_explorer_in_this_order() -> None:
    scripts = [file.package for file in pinned() if file.path.endswith(".js")]
    assert scripts == ["react", "react-dom", "graphiql", "@graphiql/plugin-explorer"]
    styles = [file.package for file in pinned() if file.path.endswith(".css")]
    assert styles == ["graphiql", "@graphiql/plugin-explorer"]
    for file in pinned():
        assert re.fullmatch(r"\d+\.\d+\.\d+", file.version)
        assert re.fullmatch(r"sha384-[A-Za-z0-9+/]{64}", file.integrity)


def test_a_file_is_taken_from_its_package_with_the_licence(tmp_path: Path) -> None:
    archives, vendor = tmp_path / "archives", tmp_path / "vendor"
    archives.mkdir()
    archive(archives, "some-part-1.2.3", {"dist/part.js": b"part();", "LICENSE": b"as you like", "README.md": b"no"})
    archive(archives, "whole-4.5.6", {"whole.css": b"a {}"})
    part = BrowserFile("@some/part", "1.2.3", "dist/part.js", integrity(b"part();"))
    whole = BrowserFile("whole", "4.5.6", "whole.css", integrity(b"a {}"))
    unpack([part, whole], archives, vendor)
    found = {str(path.relative_to(vendor)): path.read_bytes() for path in vendor.rglob("*") if path.is_file()}
    assert found == {
        "some-part-1.2.3/dist/part.js": b"part();",
        "some-part-1.2.3/LICENSE": b"as you like",
        "whole-4.5.6/whole.css": b"a {}",
    }


@pytest.mark.parametrize("path", ["whole.css", "missing.css"])
def test_a_file_other_than_the_one_hashed_is_refused_and_nothing_is_taken(tmp_path: Path, path: str) -> None:
    archive(tmp_path, "good-1.0.0", {"good.js": b"good();"})
    archive(tmp_path, "whole-4.5.6", {"whole.css": b"b {}"})
    good = BrowserFile("good", "1.0.0", "good.js", integrity(b"good();"))
    other = BrowserFile("whole", "4.5.6", path, integrity(b"a {}"))
    with pytest.raises(ValueError, match=f"{path} of whole 4.5.6 is not the file its hash was made of"):
        unpack([good, other], tmp_path, tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()


def test_files_are_present_when_none_is_missing(vendor: Path) -> None:
    assert are_present(vendor)
    (vendor / pinned()[-1].place).unlink()
    assert not are_present(vendor)


# When which page is shown


def test_a_browser_gets_our_page_with_files_of_our_own(vendor: Path) -> None:
    page = ask(vendor, "GET", "/graphql", Accept=BROWSER)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "://" not in page.text
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(addresses) == 6
    for address in addresses:
        assert ask(vendor, "GET", address).status_code == 200


def test_the_page_may_run_its_own_script_and_speak_to_its_own_server_alone(vendor: Path) -> None:
    page = ask(vendor, "GET", "/graphql", Accept=BROWSER)
    policy = page.headers["content-security-policy"]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert f"<script>{SCRIPT}</script>" in page.text
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "connect-src 'self';" in policy
    assert policy.startswith("default-src 'none';")


def test_with_a_file_missing_the_page_of_strawberry_is_shown(vendor: Path) -> None:
    (vendor / pinned()[0].place).unlink()
    page = ask(vendor, "GET", "/graphql", Accept=BROWSER)
    assert "<title>Strawberry GraphiQL</title>" in page.text


def test_the_page_is_shown_for_a_shared_query_too(vendor: Path) -> None:
    page = ask(vendor, "GET", "/graphql?query=%7Basker%7D", Accept=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"


def test_programs_get_json_where_the_page_is_shown_to_browsers(vendor: Path) -> None:
    answer = ask(vendor, "GET", "/graphql?query=%7Basker%7D", Accept="*/*", Authorization="Bearer x")
    assert answer.json() == {"data": {"asker": "ada"}}
    assert ask(vendor, "GET", "/graphql?query=%7Basker%7D", Accept="*/*").status_code == 401


def test_the_page_answers_head_and_no_post(vendor: Path) -> None:
    head = ask(vendor, "HEAD", "/graphql", Accept=BROWSER)
    assert (head.status_code, head.content) == (200, b"")
    assert ask(vendor, "POST", "/graphql", Accept="text/html").status_code == 406
