"""A guest asks, and follows a number to where it is written."""

from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, Sight, ask, finished
from tests.journeys.site import Web

BACKGROUND = "element => getComputedStyle(element).backgroundColor"
MARKER = (
    "main => { const probe = main.appendChild(document.createElement('i'));"
    " probe.style.background = 'var(--mark)'; const found = getComputedStyle(probe).backgroundColor;"
    " probe.remove(); return found }"
)


def test_a_guest_gets_a_cited_answer_and_reads_the_passage(
    quoting: Web, visit: Visit, script: bool, sight: Sight
) -> None:
    page = visit(quoting.url, script=script, reduced_motion="no-preference")
    ask(page, WINDUP)
    turn = finished(page)
    expect(turn.get_by_role("heading", name=WINDUP)).to_be_visible()
    expect(turn.get_by_text("without a language model")).to_be_visible()
    expect(page).to_have_title(f"{WINDUP} · Colloquy")
    quotation, sources = turn.get_by_role("blockquote").first, turn.get_by_role("listitem").get_by_role("link")
    expect(sources.first).to_contain_text("Relevance")
    number = quotation.get_by_role("link")
    expect(sources.filter(has_text=number.inner_text()).first).to_be_visible()
    sentence, shown = quotation.inner_text(), number.inner_text()
    number.click()

    main, passage = page.get_by_role("main"), page.locator(":target")
    expect(passage).to_be_in_viewport()
    page.wait_for_load_state()
    marker = passage.evaluate(BACKGROUND)
    assert marker == main.evaluate(MARKER)
    marks = [mark for mark in main.locator("mark").all() if mark.evaluate(BACKGROUND) == marker]
    assert sentence.strip(" 0123456789\n") in " ".join("".join(mark.inner_text() for mark in marks).split())

    beside = page.get_by_role("complementary", name="Cited here")
    if not script:
        beside.get_by_text("cited passage").click()
    expect(beside.get_by_role("link").filter(has_text=shown).first).to_contain_text(passage.inner_text()[:40])
    if script:
        sight(page, "reader-cited")

    page.go_back()
    expect(finished(page).get_by_role("heading", name=WINDUP)).to_be_visible()
