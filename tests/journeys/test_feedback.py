"""A reader judges an answer and reports it, an admin puts it right; what nobody answered is written and asked again."""

from playwright.sync_api import Page, StorageState, ViewportSize, expect

from tests.journeys.conftest import Visit
from tests.journeys.pages import Sight, ask, finished
from tests.journeys.site import Web

GEAR = "What is a strain wave gear?"
NOTE = "It should say how long one lasts."
PUT_RIGHT = "A strain wave gear of the Quillhaven works lasts for about ten thousand hours."
MISSING = {
    True: ("How do I renew a fishing licence in Norway?", "You renew a fishing licence in Norway at the post office."),
    False: ("Which wine goes with grilled salmon?", "A dry white wine goes with grilled salmon."),
}


def place(page: Page, name: str) -> None:
    """Go to a place of the administration."""
    page.wait_for_load_state()
    if page.get_by_role("button", name="Menu").is_visible():
        page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def look_again(page: Page) -> None:
    """Look until what was written is taken in."""
    page.reload()
    while page.get_by_role("link", name="Look again").is_visible():
        page.get_by_role("link", name="Look again").click()
        page.wait_for_load_state()


def judge(reader: Page, sight: Sight, *, script: bool) -> None:
    """Ask, press the thumbs below the answer, and say why it was not useful."""
    ask(reader, GEAR)
    answer = finished(reader)
    useful, why = (
        answer.get_by_role("button", name="Useful", exact=True),
        answer.get_by_role("group", name="Why it was"),
    )
    expect(useful).to_have_attribute("aria-pressed", "false")
    before = reader.evaluate("scrollY") if script else None
    useful.click()
    expect(useful).to_have_attribute("aria-pressed", "true")
    if script:
        assert reader.evaluate("scrollY") == before, "nothing jumped"
    answer.get_by_role("button", name="Not useful").click()
    why.get_by_role("button", name="Wrong").click()
    expect(why.get_by_role("button", name="Wrong")).to_have_attribute("aria-pressed", "true")
    expect(useful).to_have_attribute("aria-pressed", "false")
    if script:
        expect(why.get_by_role("button", name="Wrong")).to_be_focused()
        sight.everywhere(reader, "thumb-down")
        why.get_by_text("Something else").click()
        sight.everywhere(reader, "thumb-words")


def report(reader: Page, sight: Sight, *, script: bool) -> None:
    """Report the answer, at first without a word."""
    finished(reader).get_by_role("link", name="Report an inaccuracy").click()
    expect(reader.get_by_text("will read this question and its answer")).to_be_visible()
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.get_by_text("Say what is inaccurate, in a sentence or two.")).to_be_visible()
    if script:
        sight.everywhere(reader, "report-new")
    reader.get_by_label("What is inaccurate?").fill(NOTE)
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.get_by_text("Nobody has looked at it yet.")).to_be_visible()


def test_a_reader_judges_and_reports_an_answer_and_an_admin_puts_it_right(
    quoting: Web, ada: StorageState, visit: Visit, script: bool, sight: Sight
) -> None:
    reader = visit(quoting.url, script=script)
    judge(reader, sight, script=script)
    report(reader, sight, script=script)

    admin = visit(f"{quoting.url}/organizations/tideway-press/documents", script=script, state=ada)
    place(admin, "Reports")
    if script:
        sight.everywhere(admin, "reports")
    admin.get_by_role("list", name="Reports").get_by_role("link").first.click()
    while admin.get_by_text("A worker is putting it together").is_visible():
        admin.reload()
    expect(admin.get_by_text("This one was built again")).to_be_visible()
    admin.get_by_label("Title").fill(f"How long does a strain wave gear last? ({'script' if script else 'plain'})")
    admin.get_by_role("button", name="Write the correction").click()
    expect(admin.get_by_text("Write what they should say.")).to_be_visible()
    if script:
        sight.everywhere(admin, "report")
        admin.set_viewport_size(ViewportSize(width=1440, height=900))
        sight.picture(admin, "report-whole", full=True)
    admin.get_by_label("What the documents should say").fill(PUT_RIGHT)
    admin.get_by_role("button", name="Write the correction").click()
    expect(admin.get_by_text("The correction is being taken in.")).to_be_visible()

    reader.reload()
    expect(reader.get_by_text("You reported this, and it was put right.")).to_be_visible()
    if script:
        sight.everywhere(reader, "report-told")


def test_what_no_document_answers_is_gathered_written_and_asked_again(
    quoting: Web, ada: StorageState, visit: Visit, script: bool, sight: Sight
) -> None:
    question, text = MISSING[script]
    reader = visit(quoting.url, script=script)
    ask(reader, question)
    expect(finished(reader)).to_contain_text("The documents do not say.")

    admin = visit(f"{quoting.url}/organizations/tideway-press/documents", script=script, state=ada)
    place(admin, "Gaps")
    admin.get_by_label("Search these questions").fill(question.split()[-1].strip("?"))
    admin.get_by_role("button", name="Search").click()
    if script:
        sight.everywhere(admin, "gaps")
    admin.get_by_role("link", name=question).click()
    admin.get_by_role("button", name="Ask again").click()
    expect(admin.get_by_text("The documents still do not answer")).to_be_visible()
    if script:
        sight.everywhere(admin, "gap")
    expect(admin.get_by_label("Title")).to_have_value(question)
    admin.get_by_label("What the documents should say").fill(text)
    admin.get_by_role("button", name="Write it", exact=True).click()
    expect(admin.get_by_text("It is being taken in.")).to_be_visible()
    look_again(admin)
    expect(admin.get_by_text("searchable.")).to_be_visible()
    admin.get_by_role("button", name="Ask again").click()
    expect(admin.get_by_text("The gap is closed.")).to_be_visible()
    expect(admin.get_by_role("list", name="Wordings").get_by_text(text)).to_be_visible()
    if script:
        sight.everywhere(admin, "gap-answered")

    reader.get_by_label("Your question").fill(question)
    reader.get_by_role("button", name="Send").click()
    expect(reader.get_by_role("article").last).to_contain_text(text, timeout=30_000)
