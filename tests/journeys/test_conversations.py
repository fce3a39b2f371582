"""What one can do with a conversation besides reading it."""

from playwright.sync_api import Page, expect

from tests.fakes.provider import StandIn
from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, Sight, ask, finished, turn, words
from tests.journeys.site import Web

KALMAN = "How does a Kalman filter work?"
SHORT = "The **actuator** saturates [1].\n\n- One\n- Two\n\n```python\nx = 1\n```"


def asked(page: Page, provider: StandIn, text: str = SHORT) -> None:
    """Ask, and wait for this answer."""
    provider.answer(text)
    ask(page, WINDUP)
    finished(page)


def test_a_question_is_edited_and_an_answer_asked_for_again(
    web: Web, provider: StandIn, visit: Visit, script: bool
) -> None:
    page = visit(web.url, script=script)
    asked(page, provider)
    provider.answer("It is the integral [1].")
    turn(page).get_by_role("button", name="Answer again").click()
    expect(turn(page)).to_contain_text("It is the integral 1.")
    finished(page)

    provider.answer("It predicts and corrects [1].")
    turn(page).get_by_role("link", name="Edit the question").click()
    expect(page.get_by_label("Your question")).to_have_value(WINDUP)
    page.get_by_label("Your question").fill("")
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_text("Write a question first.")).to_be_visible()
    page.get_by_label("Your question").fill(KALMAN)
    page.get_by_role("button", name="Ask again").click()
    expect(finished(page)).to_contain_text("It predicts and corrects 1.")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(turn(page).get_by_role("heading", name=KALMAN)).to_be_visible()


def test_an_answer_is_copied_as_one_would_type_it(web: Web, provider: StandIn, visit: Visit) -> None:
    page = visit(web.url, permissions=["clipboard-read", "clipboard-write"])
    asked(page, provider)
    turn(page).get_by_role("button", name="Copy").click()
    expect(turn(page).get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == "The actuator saturates.\n\n- One\n- Two\n\nx = 1"


def test_conversations_are_found_renamed_and_deleted(web: Web, provider: StandIn, visit: Visit, script: bool) -> None:
    page = visit(web.url, script=script)
    asked(page, provider, "It has to do with marzipan [1].")
    page.goto(f"{web.url}/conversations")
    search = page.get_by_role("search").get_by_label("Search your conversations")
    found = page.get_by_role("main").get_by_role("link", name=WINDUP, exact=True)
    search.fill("nougat")
    search.press("Enter")
    expect(page.get_by_role("heading", name="Nothing about “nougat”")).to_be_visible()
    expect(found).to_have_count(0)
    search.fill("Marzipan")
    search.press("Enter")
    expect(found).to_be_visible()

    page.get_by_role("link", name=f"Rename {WINDUP}").click()
    page.get_by_label("Title").fill("")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_text("Give it a name.")).to_be_visible()
    page.get_by_label("Title").fill("Sweets <b>&amp; tarts</b>")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Sweets <b>&amp; tarts</b>", level=1)).to_be_visible()

    page.goto(f"{web.url}/conversations")
    page.get_by_role("link", name="Delete Sweets").click()
    page.get_by_role("link", name="Keep it").click()
    expect(page.get_by_role("heading", name="Sweets <b>&amp; tarts</b>", level=1)).to_be_visible()
    address = page.url
    page.goto(f"{web.url}/conversations")
    page.get_by_role("link", name="Delete Sweets").click()
    page.get_by_role("button", name="Delete the conversation").click()
    expect(page.get_by_text("The conversation was deleted.")).to_be_visible()
    expect(page.get_by_role("heading", name="No conversations yet")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", name="There is nothing at this address.")).to_be_visible()


def test_a_long_title_takes_two_lines_of_the_list(web: Web, provider: StandIn, visit: Visit, sight: Sight) -> None:
    page = visit(web.url, viewport={"width": 360, "height": 740})
    asked(page, provider)
    page.goto(f"{web.url}/conversations")
    page.get_by_role("link", name=f"Rename {WINDUP}").click()
    page.get_by_label("Title").fill("W" * 200)
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="W" * 200, level=1)).to_be_visible()
    page.goto(f"{web.url}/conversations")
    box = page.get_by_role("main").get_by_role("link", name="W" * 200, exact=True).bounding_box()
    assert box
    assert 32 < box["height"] < 64
    sight(page, "conversations-long-title")


def test_too_many_words_are_refused_and_kept(web: Web, provider: StandIn, visit: Visit, script: bool) -> None:
    page = visit(web.url, script=script)
    asked(page, provider)
    long = "word " * 1000 + "s"
    for again in (False, True):
        ask(page, long)
        expect(page.get_by_text("At most 5,000 characters. Ask about one part first.")).to_be_visible()
        expect(page.get_by_label("Your question")).to_have_value(long)
        if not again:
            page.goto(web.url)
    page.get_by_label("Your question").fill(WINDUP)
    page.get_by_role("button", name="Send").click()
    finished(page)


def test_a_tab_follows_the_answer_that_another_asked_for(web: Web, provider: StandIn, visit: Visit) -> None:
    one = visit(web.url)
    asked(one, provider)
    two = visit(one.url, state=one.context.storage_state())
    expect(turn(two)).to_contain_text(WINDUP)
    two.wait_for_load_state()
    provider.answer("The actuator saturates.\n\nAnd on it goes. The end.")
    with provider.held("And on"):
        ask(one, "Asked in the first tab")
        ask(two, "Asked in the second tab")
        for page in (one, two):
            expect(turn(page)).to_contain_text("Asked in the first tab")
            expect(turn(page)).to_contain_text("The actuator saturates.")
            expect(page.get_by_role("article")).to_have_count(2)
        expect(two.get_by_text("The last answer is still being written.")).to_be_visible()
    expect(finished(two)).to_contain_text("The end.")
    assert words(turn(one)) == words(turn(two))
    expect(two.get_by_label("Your question")).to_have_value("Asked in the second tab")
    two.get_by_role("button", name="Send").click()
    expect(finished(two)).to_contain_text("Asked in the second tab")


def test_words_typed_while_an_answer_is_written_are_kept(
    web: Web, provider: StandIn, visit: Visit, script: bool
) -> None:
    page = visit(web.url, script=script)
    provider.answer("The actuator saturates.\n\nAnd on it goes. The end.")
    with provider.held("And on"):
        ask(page, WINDUP)
        expect(turn(page)).to_contain_text("The actuator saturates.")
        page.get_by_label("Your question").fill("And then?")
        if script:
            page.get_by_label("Your question").press("Enter")
        else:
            page.get_by_role("button", name="Send").click()
            expect(page.get_by_text("The last answer is still being written.")).to_be_visible()
        expect(page.get_by_label("Your question")).to_have_value("And then?")
        expect(page.get_by_role("article")).to_have_count(1)
    if not script:  # A refused question stays in sight until the reader goes back to the conversation.
        page.goto(page.url.removesuffix("/messages"))
    expect(turn(page)).to_contain_text("The end.")
    if script:
        finished(page)
        expect(page.get_by_label("Your question")).to_have_value("And then?")
        page.get_by_label("Your question").press("Enter")
        expect(page.get_by_role("article")).to_have_count(2)
        expect(page.get_by_label("Your question")).to_have_value("")
        finished(page)
