"""Everything without a mouse."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, finished
from tests.journeys.site import Web

FOCUSED = """() => {
  const one = document.activeElement;
  return one.ariaLabel ?? one.labels?.[0]?.innerText ?? one.textContent.trim().replace(/\\s+/g, " ");
}"""


def tab_to(page: Page, name: str, within: int = 80) -> None:
    """Press Tab, at most so many times, until something of this name has the focus, and see that one can see it."""
    passed = []
    for _ in range(within):
        page.keyboard.press("Tab")
        passed.append(page.locator("html").evaluate(FOCUSED))
        if passed[-1].startswith(name):
            expect(page.locator(":focus")).to_be_in_viewport()
            return
    raise AssertionError(f"{name!r} was not among {passed}")


def test_a_guest_does_everything_by_keyboard(quoting: Web, visit: Visit, script: bool) -> None:
    page = visit(quoting.url, script=script)
    page.wait_for_load_state()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, "Your question")
    page.keyboard.type(WINDUP)
    if not script:
        tab_to(page, "Send")
    page.keyboard.press("Enter")
    turn = finished(page)
    if script:
        expect(page.get_by_role("status").filter(has_text="Answer complete.")).to_have_count(1)

    address, number = page.url, turn.get_by_role("blockquote").get_by_role("link").first.inner_text()
    tab_to(page, f"Source {number}")
    page.keyboard.press("Enter")
    expect(page.locator(":target")).to_be_in_viewport()
    page.go_back()
    expect(page).to_have_url(
        re.compile(re.escape(urlsplit(address).path))
    )  # Without script one arrived while it streamed.
    finished(page)

    tab_to(page, "More about this conversation")
    page.keyboard.press("Enter")
    tab_to(page, "Rename")
    page.keyboard.press("Enter")
    tab_to(page, "Title")
    page.keyboard.press("Control+A")
    page.keyboard.type("Windup, by hand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Windup, by hand", level=1)).to_be_visible()

    tab_to(page, "More about this conversation")
    page.keyboard.press("Enter")
    tab_to(page, "Delete")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Delete this conversation?")).to_be_visible()
    tab_to(page, "Delete the conversation")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No conversations yet")).to_be_visible()


def test_the_drawer_of_a_narrow_page_opens_and_closes_by_keyboard(quoting: Web, visit: Visit) -> None:
    page = visit(quoting.url, viewport={"width": 360, "height": 720})
    page.wait_for_load_state()  # Before the script is there, Enter only begins a new line.
    page.get_by_label("Your question").fill(WINDUP)
    page.get_by_label("Your question").press("Enter")
    finished(page)
    page.reload()
    side = page.get_by_role("navigation", name="Conversations")
    expect(side).to_be_hidden()
    tab_to(page, "Menu")
    page.keyboard.press("Enter")
    expect(side.get_by_role("link", name=WINDUP)).to_be_visible()
    page.keyboard.press("Escape")
    expect(side).to_be_hidden()
    expect(page.get_by_role("button", name="Menu")).to_be_focused()
