"""Signing in by the printed address or by the form, and signing out."""

import asyncio
import re
from collections.abc import Iterator

import httpx
import pytest

from api.app import create_app
from api.web.session import COOKIE
from api.wiring import Services
from web_pages import Reader

PAGES = ("/", "/relationships/wings", "/relationships/wings/indicators/TC1", "/events/1", "/docs", "/docs/indicators")


@pytest.fixture
def stranger(story: Services, story_address: str) -> Iterator[httpx.Client]:
    with Reader(story_address, story, signed_in=False) as reader:
        yield reader.client


def form_token(html: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', html)
    assert found
    return found[1]


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_asked_for_the_token_and_told_nothing(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "Sign in" in answer.text
    assert "Wing programme" not in answer.text
    assert "Aquila" not in answer.text


def test_the_printed_address_signs_in_with_a_cookie_that_scripts_and_other_sites_cannot_use(
    stranger: httpx.Client, story: Services
) -> None:
    answer = stranger.get(f"/login?token={story.token}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert story.token not in cookie
    assert "Secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    assert stranger.get("/").status_code == 200


def test_over_https_the_cookie_is_sent_over_https_alone(story: Services) -> None:
    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(story))
        async with httpx.AsyncClient(transport=transport, base_url="https://register.example") as client:
            return await client.get(f"/login?token={story.token}")

    assert "Secure" in asyncio.run(answer()).headers["set-cookie"].split("; ")


@pytest.mark.parametrize("token", ["wrong", "", "%00", "ä"])
def test_a_wrong_token_in_the_address_signs_nobody_in(stranger: httpx.Client, token: str) -> None:
    answer = stranger.get(f"/login?token={token}")
    assert answer.status_code == 401
    assert "That is not the token of this register." in answer.text
    assert COOKIE not in stranger.cookies


def test_the_form_signs_in_and_leads_to_the_page_that_was_wanted(stranger: httpx.Client, story: Services) -> None:
    asked = stranger.get("/relationships/wings?as_of=2025-07-01")
    assert 'name="wanted" value="/relationships/wings?as_of=2025-07-01"' in asked.text
    fields = {"form_token": form_token(asked.text), "wanted": "/relationships/wings?as_of=2025-07-01"}
    answer = stranger.post("/login", data={**fields, "token": f" {story.token}\n"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/relationships/wings?as_of=2025-07-01")
    assert stranger.get("/").status_code == 200


def test_the_form_with_a_wrong_token_asks_again_for_the_same_page(stranger: httpx.Client) -> None:
    fields = {"form_token": form_token(stranger.get("/login").text), "wanted": "/docs", "token": "cf_guess"}
    answer = stranger.post("/login", data=fields)
    assert answer.status_code == 401
    assert "That is not the token of this register." in answer.text
    assert 'name="wanted" value="/docs"' in answer.text
    assert "cf_guess" not in answer.text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "/a\nb"]
)
def test_signing_in_never_leads_to_another_site(stranger: httpx.Client, story: Services, elsewhere: str) -> None:
    fields = {"form_token": form_token(stranger.get("/login").text), "wanted": elsewhere, "token": story.token}
    assert stranger.post("/login", data=fields).headers["location"] == "/"


def test_a_form_of_another_site_signs_nobody_in(stranger: httpx.Client, story: Services) -> None:
    assert stranger.post("/login", data={"token": story.token}).status_code == 400
    token = form_token(stranger.get("/login").text)
    stranger.cookies.clear()
    answer = stranger.post("/login", data={"token": story.token, "form_token": token})
    assert answer.status_code == 400
    assert "The form was too old or came from another site." in answer.text
    assert COOKIE not in stranger.cookies


def test_signing_out_needs_the_form_token_of_the_session(story_reader: Reader) -> None:
    reader = story_reader
    token = form_token(reader.html("/"))
    assert reader.client.post("/logout", data={"form_token": "0" * 64}).status_code == 400
    assert reader.client.get("/").status_code == 200
    answer = reader.client.post("/logout", data={"form_token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert reader.client.get("/").status_code == 401


def test_whoever_is_signed_in_is_not_asked_again(story_reader: Reader) -> None:
    answer = story_reader.client.get("/login")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_program_may_read_the_pages_with_the_token_as_bearer(stranger: httpx.Client, story: Services) -> None:
    assert stranger.get("/", headers={"Authorization": f"Bearer {story.token}"}).status_code == 200
    assert stranger.get("/", headers={"Authorization": "Bearer cf_guess"}).status_code == 401
    assert stranger.get("/", headers={"Authorization": f"Basic {story.token}"}).status_code == 401


def test_style_script_and_icon_need_no_token(stranger: httpx.Client) -> None:
    for name, kind in (("counterfoil.css", "text/css"), ("counterfoil.js", "javascript"), ("icon.svg", "image/svg")):
        answer = stranger.get(f"/static/{name}")
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]
