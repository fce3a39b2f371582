"""A conversation is shared, printed and downloaded; its citations are checked; its tab says when an answer is ready."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.fakes.provider import StandIn
from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, Sight, ask, finished, turn
from tests.journeys.site import Web
from tests.journeys.test_keyboard import tab_to
from tests.journeys.test_streaming import hide
from tests.processes import wait_for

DOUBTFUL = """\
While the output is saturated, the integral keeps growing [1]. Windup was first described in 1742 [1].

- The remedy is always to clamp the integral, whatever the manufacturer of the unicorn says [1].
"""


def asked(page: Page, provider: StandIn) -> None:
    provider.answer(DOUBTFUL)
    ask(page, WINDUP)
    finished(page)


def marks(page: Page) -> Locator:
    return turn(page).locator(".prose").get_by_title("source")


def test_a_conversation_is_shared_read_and_taken_back(
    web: Web, provider: StandIn, visit: Visit, sight: Sight, script: bool
) -> None:
    page = visit(web.url, script=script)
    asked(page, provider)
    page.get_by_role("button", name="More about this conversation").click()
    if script:
        sight.everywhere(page, "share-menu", full=True)
    page.get_by_role("link", name="Share").click()
    expect(page.get_by_text("It opens for everybody who has it, without an account.")).to_be_visible()
    page.get_by_role("button", name="Share it").click()
    expect(page.get_by_text("The address shows the conversation as it is now.")).to_be_visible()
    address = page.locator("#share_link").inner_text()
    if script:
        sight.everywhere(page, "share", full=True)

    other = visit(address, script=script)
    expect(other.get_by_role("heading", name=WINDUP, level=2)).to_be_visible()
    expect(turn(other)).to_contain_text("While the output is saturated")
    expect(other.get_by_role("textbox")).to_have_count(0)
    if script:
        sight.everywhere(other, "shared", full=True)
    turn(other).get_by_role("link", name="07-control.md").first.click()
    expect(other.locator(":target")).to_be_in_viewport()

    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("The address was taken back.")).to_be_visible()
    other.goto(address)
    expect(other.get_by_role("heading", name="There is nothing at this address.")).to_be_visible()


def test_the_address_is_copied_at_a_press(web: Web, provider: StandIn, visit: Visit) -> None:
    page = visit(web.url, permissions=["clipboard-read", "clipboard-write"])
    asked(page, provider)
    page.goto(f"{page.url}/share")
    page.get_by_role("button", name="Share it").click()
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == page.locator("#share_link").inner_text()


def test_a_conversation_is_downloaded_by_keyboard(web: Web, provider: StandIn, visit: Visit) -> None:
    page = visit(web.url)
    asked(page, provider)
    page.get_by_role("button", name="More about this conversation").focus()
    page.keyboard.press("Enter")
    tab_to(page, "Download as Markdown")
    with page.expect_download() as downloading:
        page.keyboard.press("Enter")
    assert downloading.value.suggested_filename.startswith("What is integrator windup ")
    text = Path(downloading.value.path()).read_text()
    assert text.startswith(f"# {WINDUP}")
    assert "- [1] 07-control.md" in text


def test_marks_come_by_themselves_or_with_the_next_visit(
    checking_web: Web, provider: StandIn, visit: Visit, sight: Sight, script: bool
) -> None:
    page = visit(checking_web.url, script=script)
    asked(page, provider)
    if not script:
        wait_for("the marks", lambda: page.reload() and marks(page).count(), within=40)
    expect(marks(page)).to_have_count(2, timeout=40_000)
    expect(turn(page).get_by_title("Not found in its source")).to_have_count(1)
    expect(turn(page)).to_contain_text("Checked automatically, and not always rightly.")
    if script:
        sight.everywhere(page, "marks", full=True)


def test_paper_has_the_words_and_their_sources_and_nothing_to_press(
    checking_web: Web, provider: StandIn, visit: Visit, sight: Sight
) -> None:
    page = visit(checking_web.url, color_scheme="dark")
    asked(page, provider)
    expect(marks(page)).to_have_count(2, timeout=40_000)
    pages = {"conversation": page.url, "reader": "", "book": ""}
    pages["reader"] = checking_web.url + (
        turn(page).get_by_role("link", name="07-control.md").first.get_attribute("href") or ""
    )
    pages["book"] = f"{checking_web.url}/assistants/physical-ai-tutor"
    page.goto(pages["book"])
    page.get_by_role("link", name="Read the book").click()
    pages["book"] = page.url
    page.goto(f"{pages['conversation']}/share")
    page.get_by_role("button", name="Share it").click()
    pages["shared"] = page.locator("#share_link").inner_text()
    for name, url in pages.items():
        page.goto(url)
        page.emulate_media(media="print")
        expect(page.get_by_role("heading").first).to_be_visible()
        for press in page.get_by_role("button").all():
            expect(press).to_be_hidden()
        assert page.locator("html").evaluate("html => getComputedStyle(html).colorScheme") == "light"
        if name in {"conversation", "shared"}:
            where = turn(page).locator("a.source__link").first
            expect(where).to_be_visible()
            assert where.evaluate("link => getComputedStyle(link, '::after').content") == "none"
        if sight.shots:
            page.pdf(path=sight.shots / f"paper-{name}.pdf")
        page.emulate_media(media="screen")


def test_a_tab_that_nobody_looks_at_says_when_its_answer_is_ready(web: Web, provider: StandIn, visit: Visit) -> None:
    page = visit(web.url)
    provider.answer(DOUBTFUL * 5)
    ask(page, WINDUP)
    expect(turn(page)).to_contain_text("While the output")
    title = page.title()
    assert title.startswith(WINDUP)
    hide(page, hidden=True)
    expect(page).to_have_title(f"✓ Answer ready · {title}", timeout=30_000)
    hide(page, hidden=False)
    expect(page).to_have_title(title)
    ask(page, "And who looks at the tab sees no such thing?")
    finished(page)
    expect(page).to_have_title(title)
