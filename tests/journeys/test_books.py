"""A book is read, and asked about beside its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.pages import finished, turn
from tests.journeys.test_keyboard import tab_to
from tests.journeys.test_weight import weights

if TYPE_CHECKING:
    from playwright.sync_api import Page, StorageState

    from tests.fakes.provider import StandIn
    from tests.journeys.conftest import Visit
    from tests.journeys.pages import Sight
    from tests.journeys.site import Web

HEAT = "Copper loss is"
STEPPERS = "A stepper motor divides a turn"
SHORTEN = """document.querySelectorAll("main > [data-at] ~ :not(nav)").forEach((each) => each.remove())"""
TALL = "document.documentElement.scrollHeight"
SELECT = """([words, key]) => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    walker.currentNode.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
    getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
    return true;
  }
  return false;
}"""


def select(page: Page, words: str) -> None:
    """Select words in the text, as a mouse or a finger does."""
    assert page.evaluate(SELECT, [words, ""])


def offered(page: Page) -> str:
    """Return which words one is about to ask about, by pressing the button below what is selected, and give them up."""
    page.get_by_role("button", name="Ask about these words").click()
    about = page.locator("#margin .question__about").text_content() or ""
    page.get_by_role("button", name="Close").click()
    return about


def open_chapter(page: Page, web: Web, title: str) -> None:
    """Go to a chapter from the tutor's front."""
    page.goto(f"{web.url}/assistants/physical-ai-tutor")
    page.get_by_role("link", name="Read the book").click()
    page.get_by_role("heading", name=title).get_by_role("link").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def open_with_script(page: Page, web: Web, title: str) -> None:
    """Go to a chapter and wait until words can be selected in it."""
    open_chapter(page, web, title)
    expect(page.locator("ask-beside:defined")).to_have_count(1)


def test_a_book_is_read_from_its_contents(quoting: Web, visit: Visit, script: bool) -> None:
    page = visit(quoting.url, script=script)
    open_chapter(page, quoting, "Actuators and Gearboxes")
    page.get_by_role("navigation", name="Chapters").get_by_role("link", name="Sensors").click()
    expect(page.get_by_role("heading", name="Sensors", level=1)).to_be_visible()
    page.get_by_role("link", name="Search in this book").click()
    page.get_by_role("searchbox").fill("backlash")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("listitem").filter(has_text="Actuators and Gearboxes").get_by_role("link").first.click()
    expect(page.locator(":target")).to_be_in_viewport()
    page.get_by_role("main").get_by_role("link", name="The Handbook of Physical AI").click()
    expect(page.get_by_text("You were in Actuators and Gearboxes.")).to_be_visible()
    page.get_by_role("link", name="Go on reading").click()
    expect(page.get_by_role("heading", name="Actuators and Gearboxes", level=1)).to_be_attached()


def test_the_place_is_kept_to_the_paragraph(quoting: Web, visit: Visit) -> None:
    page = visit(quoting.url)
    open_chapter(page, quoting, "Actuators and Gearboxes")
    paragraph = page.get_by_role("main").locator("p").filter(has_text=HEAT)
    paragraph.evaluate("each => each.scrollIntoView({ block: 'start', behavior: 'instant' })")
    page.goto(f"{quoting.url}/assistants/physical-ai-tutor")
    page.get_by_role("link", name="Read the book").click()
    page.get_by_role("link", name="Go on reading").click()
    expect(paragraph).to_be_in_viewport()


def test_a_paragraph_is_asked_about_without_script(quoting: Web, visit: Visit, sight: Sight) -> None:
    page = visit(quoting.url, script=False)
    open_chapter(page, quoting, "Actuators and Gearboxes")
    paragraph = page.get_by_role("main").locator("p").filter(has_text=HEAT)
    paragraph.get_by_role("link", name="Ask about this paragraph").click()
    expect(page.get_by_role("blockquote")).to_contain_text(HEAT)
    sight.picture(page, "book-ask-plain")
    page.get_by_label("Your question").fill("Why does twice the torque mean four times the heat?")
    page.get_by_role("button", name="Send").click()
    last = finished(page)
    expect(last.get_by_role("blockquote").first).to_contain_text(HEAT)
    expect(last.get_by_role("button", name="Simpler")).to_have_count(0)  # A quotation is what it is.
    last.get_by_role("blockquote").first.get_by_role("link").click()
    expect(page.locator(":target")).to_be_in_viewport()
    expect(page.locator(":target")).to_contain_text(HEAT)


def test_words_are_selected_and_answered_beside_the_text(
    web: Web, provider: StandIn, ben: StorageState, visit: Visit, sight: Sight
) -> None:
    page = visit(web.url, state=ben)
    open_with_script(page, web, "Actuators and Gearboxes")
    sight.everywhere(page, "book-chapter-top")
    address = page.url
    select(page, "The example motor loses 30 W at 10 A")
    button = page.get_by_role("button", name="Ask about these words")
    expect(button).to_be_in_viewport()
    sight.everywhere(page, "book-selected")
    button.click()
    question = page.get_by_role("textbox", name="Your question")
    expect(question).to_be_focused()
    sight.everywhere(page, "book-ask")
    provider.answer("Because you know Python, think of a list of samples: `sum(i * i for i in amps)` [1].\n\n" * 2)
    question.fill("Where does that loss come from?")
    page.keyboard.press("Enter")
    last = finished(page)
    expect(last.get_by_role("blockquote").first).to_have_text("The example motor loses 30 W at 10 A")
    assert page.url == address
    sight.everywhere(page, "book-answered")
    provider.answer("Simply put: current warms copper [1].")
    last.get_by_role("button", name="Simpler").click()
    expect(finished(page)).to_contain_text("Simply put")
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("button", name="Simpler")).to_have_count(1)
    turn(page).get_by_role("link", name="Source 1").first.click()
    expect(page.locator(":target")).to_be_in_viewport()
    page.get_by_role("link", name="Open the conversation").click()
    expect(page.get_by_role("article")).to_have_count(2)
    sight.everywhere(page, "book-conversation")


def test_whatever_is_selected_can_be_asked_about(quoting: Web, visit: Visit) -> None:
    page = visit(quoting.url)
    open_with_script(page, quoting, "Actuators and Gearboxes")
    text, button = page.get_by_role("main"), page.get_by_role("button", name="Ask about these words")
    expect(button).to_be_hidden()
    text.locator("p").filter(has_text=STEPPERS).click(click_count=3)
    about = offered(page)
    assert about.startswith(STEPPERS)
    assert about.endswith("for a modest price."), "a heading follows"
    last = text.locator("p[data-at]").last
    last.click(click_count=3)
    assert offered(page).startswith("Holding brakes deserve")
    heading = text.get_by_role("heading", name="What a gearbox changes")
    heading.click(click_count=3)
    expect(heading.get_by_role("button", name="Ask about these words")).to_be_in_viewport()
    assert offered(page) == "What a gearbox changes"
    text.click(position={"x": 2, "y": 2})
    page.keyboard.press("Control+A")
    expect(last.get_by_role("button", name="Ask about these words")).to_be_visible()
    about = offered(page)
    assert about.startswith("Actuators and Gearboxes\n")
    assert about.endswith("which stop category uses which means.")


def test_beside_a_short_chapter_a_long_conversation_leaves_the_page_as_tall_as_it_was(
    web: Web, provider: StandIn, visit: Visit, sight: Sight
) -> None:
    page = visit(web.url, viewport={"width": 1440, "height": 1000})
    open_chapter(page, web, "What Physical AI Is")
    page.evaluate(SHORTEN)
    tall = page.evaluate(TALL)
    provider.answer("It acts in the world through a body [1].\n\n" * 12)
    page.get_by_role("main").get_by_role("link", name="Ask about this paragraph").click()
    page.get_by_role("button", name="Explain this").click()
    for count in range(2, 5):
        finished(page).get_by_role("button", name="Simpler").click()
        expect(page.get_by_role("article")).to_have_count(count)
    finished(page)
    assert page.evaluate(TALL) == tall
    sight.everywhere(page, "book-long-margin")
    page.get_by_role("main").get_by_role("link", name="The Handbook of Physical AI").click()
    sight.everywhere(page, "book-cover-of-a-guest")


def test_a_table_that_is_asked_about_keeps_its_cells_apart(quoting: Web, visit: Visit) -> None:
    page = visit(quoting.url)
    open_chapter(page, quoting, "Actuators and Gearboxes")
    page.locator("[data-at]").filter(has=page.locator("table")).first.locator("a.ask").click()
    about = page.locator("#margin .question__about")
    expect(about).to_contain_text("Actuator | Position control | Typical efficiency | Good for | Weak point")
    assert "\nBrushed DC motor | with encoder | " in (about.text_content() or "")


def test_a_question_in_the_margin_by_keyboard(quoting: Web, visit: Visit) -> None:
    page = visit(quoting.url)
    open_with_script(page, quoting, "Actuators and Gearboxes")
    select(page, "Twice the torque means four times the heat")
    expect(page.get_by_role("button", name="Ask about these words")).to_be_visible()
    tab_to(page, "Ask about these words", within=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("blockquote").filter(has_text="Twice the torque")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="Your question")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
    page.keyboard.type("  ")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Write a question first.")).to_be_visible()
    expect(page.get_by_role("blockquote").filter(has_text="Twice the torque")).to_be_visible()
    page.get_by_role("textbox", name="Your question").fill("Why four times?")
    page.keyboard.press("Enter")
    finished(page)
    page.get_by_role("textbox", name="Your question").fill(" ")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Write a question first.")).to_be_visible()


def test_after_a_mouse_the_keyboard_comes_to_the_button_first(quoting: Web, visit: Visit) -> None:
    page = visit(quoting.url)
    open_with_script(page, quoting, "Actuators and Gearboxes")
    button = page.get_by_role("button", name="Ask about these words")
    page.get_by_role("main").locator("p").filter(has_text=STEPPERS).click(click_count=3)
    expect(button).to_be_visible()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Tab")
    expect(button).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()


def test_the_pages_of_a_book_are_calm_and_light(quoting: Web, ada: StorageState, visit: Visit, sight: Sight) -> None:
    page = visit("about:blank", state=ada)
    page.goto(f"{quoting.url}/assistants/physical-ai-tutor")
    sight.everywhere(page, "book-tutor")
    page.get_by_role("link", name="Read the book").click()
    cover = page.url
    sight.everywhere(page, "book-contents")
    page.get_by_role("heading", name="Actuators and Gearboxes").get_by_role("link").click()
    chapter = page.url
    sizes = weights(page, chapter)
    assert sizes[chapter] < 25_000, sizes
    assert sum(sizes.values()) < 80_000, sizes
    page.get_by_role("table").first.scroll_into_view_if_needed()
    sight.everywhere(page, "book-table")
    page.get_by_text("def servo_pulse_us").scroll_into_view_if_needed()
    sight.everywhere(page, "book-code")
    page.get_by_role("navigation", name="Chapters").scroll_into_view_if_needed()
    sight.everywhere(page, "book-end")
    page.goto(f"{cover}/search?q=backlash")
    sight.everywhere(page, "book-search")
    page.goto(f"{quoting.url}/organizations/tideway-press/documents")
    page.get_by_role("link", name="order and publish").first.click()
    sight.everywhere(page, "book-order")
