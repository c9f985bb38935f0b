"""The pages in a real browser: they load cleanly, by themselves, on every width, for eyes and keyboards alike.

The checks follow WCAG 2.2: 1.3.1, 1.4.1, 1.4.3, 1.4.10, 1.4.11, 2.1.1, 2.4.1, 2.4.2, 2.4.6, 2.4.7, 2.5.8, 3.1.1, 3.3.2.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from api.wiring import Services

SEEN = "?as_of=2026-11-20"
PAGES = (
    f"/{SEEN}",
    "/?name=nobody",
    f"/relationships/ward-devices{SEEN}",
    f"/relationships/bank-cloud{SEEN}&policy=0",
    f"/relationships/vial-glass{SEEN}",
    f"/relationships/ward-devices/indicators/TC1{SEEN}",
    f"/relationships/ward-devices/indicators/MO3{SEEN}",
    f"/relationships/tele-clinic/indicators/RM1{SEEN}",
    "/events/150",
    "/events/135",
    "/docs",
    "/docs/indicators",
    "/docs/entries",
)
CHECKS = (Path(__file__).parent / "checks.js").read_text()
Opened = Callable[[str], Page]
WIDTHS = (320, 390, 768, 1024, 1440)


def check(page: Page, name: str) -> Any:
    """What one of the functions of checks.js finds wrong."""
    return page.evaluate(f"() => {{ {CHECKS}\n return {name}(); }}")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_without_a_complaint_and_without_the_internet(page: Page, address: str, path: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(address + path)
    assert answer
    assert answer.status == 200
    page.wait_for_load_state("networkidle")
    assert said == []
    assert {url.startswith(f"{address}/") for url in asked} == {True}
    assert check(page, "inlineStyles") == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_order_for_those_who_do_not_see_it(opened: Opened, path: str) -> None:
    page = opened(path)
    assert check(page, "structure") == []
    assert check(page, "names") == []


def test_every_page_has_a_title_of_its_own(opened: Opened) -> None:
    titles = [opened(path).title() for path in PAGES[1:]]
    assert len(set(titles)) == len(titles)
    assert all(title.endswith(" – Counterfoil") for title in titles)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_text_stands_out_from_what_is_behind_it(opened: Opened, path: str, scheme: Any) -> None:
    page = opened(path)
    page.emulate_media(color_scheme=scheme)
    assert check(page, "contrast") == []
    assert check(page, "drawings") == []


def test_light_and_dark_are_different(opened: Opened) -> None:
    page = opened(PAGES[0])
    grounds = []
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds[0] != grounds[1]


@pytest.mark.parametrize("path", PAGES)
def test_no_width_needs_sideways_scrolling(opened: Opened, path: str) -> None:
    page = opened(path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        assert check(page, "overflowing") == [], width


@pytest.mark.parametrize("path", PAGES)
def test_what_is_to_be_pressed_is_large_enough_for_a_finger(opened: Opened, path: str) -> None:
    page = opened(path)
    page.set_viewport_size({"width": 390, "height": 800})
    assert check(page, "targets") == []


@pytest.mark.parametrize("path", [PAGES[0], PAGES[2], PAGES[5]])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    expected = page.evaluate(
        "document.querySelectorAll('a[href], button:not([hidden]), input:not([type=hidden]), select').length"
    )
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    seen = set()
    for _ in range(min(expected + 40, 400)):
        step = check(page, "focused")
        if step is None:
            break
        assert step["outlined"], step
        seen.add(step["path"])
        page.keyboard.press("Tab")
    assert len(seen) >= min(expected, 300)


def test_the_skip_link_leads_past_the_header(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_tile_leads_to_its_indicators_and_those_to_the_entries(page: Page, address: str) -> None:
    page.goto(f"{address}/{SEEN}&name=pumps")
    page.click("a.tile:has-text('P7')")
    assert page.url == f"{address}/relationships/ward-devices{SEEN}#P7"
    page.click("#P7 a:has-text('TC1')")
    assert page.url == f"{address}/relationships/ward-devices/indicators/TC1{SEEN}"
    page.click("ul.entries a >> nth=0")
    assert page.url.startswith(f"{address}/events/")
    assert page.locator("h1").inner_text() == "Commitment made"


def test_the_date_is_chosen_and_shown(page: Page, address: str) -> None:
    page.goto(f"{address}/relationships/bank-cloud")
    page.fill("#as_of", "2026-04-13")
    page.click("main button[type=submit]")
    assert "as_of=2026-04-13" in page.url
    assert page.locator("#as_of").input_value() == "2026-04-13"


def test_the_digest_can_be_copied(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.goto(f"{address}/relationships/ward-devices{SEEN}")
    digest = page.locator("#digest").inner_text()
    page.click("button[data-copies=digest]")
    page.wait_for_function("document.querySelector('[data-said]').textContent === 'Copied.'")
    assert page.evaluate("navigator.clipboard.readText()") == digest


def test_without_scripts_every_page_says_the_same(browser: Browser, address: str, demo: Services) -> None:
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{address}/login?token={demo.token}")
    for path in PAGES:
        answer = page.goto(address + path)
        assert answer
        assert answer.status == 200
        assert page.locator("h1").count() == 1
    plain.close()


def test_signing_in_and_out_by_the_form(browser: Browser, address: str, demo: Services) -> None:
    fresh = browser.new_context()
    page = fresh.new_page()
    page.goto(f"{address}/relationships/ward-devices{SEEN}")
    assert check(page, "structure") == check(page, "names") == check(page, "contrast") == []
    page.get_by_label("Token").fill("cf_guess")
    page.keyboard.press("Enter")
    assert page.get_by_role("alert").inner_text() == "That is not the token of this register."
    page.get_by_label("Token").fill(demo.token)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/relationships/ward-devices{SEEN}")
    assert page.locator("h1").inner_text() == "Infusion pumps and bedside monitors"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{address}/login")
    page.goto(address)
    assert page.locator("h1").inner_text() == "Sign in"
    fresh.close()


def test_a_link_from_another_site_finds_the_open_session_in_one_step(
    browser: Browser, address: str, demo: Services
) -> None:
    """SameSite=Strict keeps the cookie back on the way in; a link on the page itself sends it."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/login?token={demo.token}")
    other = address.replace("127.0.0.1", "localhost")
    page.goto(f"{other}/login")
    page.evaluate("(url) => { location.href = url }", f"{address}/relationships/ward-devices")
    page.wait_for_url(f"{address}/relationships/ward-devices")
    page.get_by_role("link", name="Open the page").click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text() == "Infusion pumps and bedside monitors"
    context.close()


def test_a_band_is_told_by_shape_and_word_as_well_as_by_colour(page: Page, address: str) -> None:
    page.goto(f"{address}/{SEEN}")
    shapes: dict[str, set[str]] = {}
    for tile in page.locator("a.tile").all():
        band = tile.locator(".tile-band").inner_text().strip().splitlines()[0]
        word = band if band in ("Green", "Amber", "Red") else "Not rated"
        shapes.setdefault(word, set()).add(tile.locator(".mark").inner_html())
        assert word in tile.inner_text()
    assert set(shapes) == {"Green", "Amber", "Red", "Not rated"}
    assert [len(forms) for forms in shapes.values()] == [1, 1, 1, 1]
    assert len(set.union(*shapes.values())) == 4
