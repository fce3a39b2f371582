"""An admin makes an assistant out of a preset, tries it, and a guest asks it."""

from pathlib import Path

from playwright.sync_api import Page, Route, StorageState, ViewportSize, expect

from tests.fakes.provider import StandIn
from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, Sight, ask, finished
from tests.journeys.site import Web
from tests.pictures import JPEG

COLLECTION = "The Handbook of Physical AI"
MARGINS = """seal => { const letter = document.createRange(), box = seal.getBoundingClientRect();
  letter.selectNodeContents(seal.firstChild); const words = letter.getBoundingClientRect();
  return [words.top - box.top, box.bottom - words.bottom] }"""
TOP = "seal => getComputedStyle(seal.querySelector('seal-picture')).opacity"


def make(page: Page, web: Web, name: str, slug: str) -> None:
    """Go from the front page to a new assistant for anyone, made from the tutor, and save it."""
    page.get_by_role("navigation").get_by_role("link", name="Documents").click()
    if page.get_by_role("button", name="Menu").is_visible():
        page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Assistants", exact=True).click()
    page.get_by_role("link", name="New assistant").click()
    page.get_by_role("link", name="Tutor", exact=True).click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Address", exact=True).fill(slug)
    page.get_by_label("Anyone, also without an account").check()
    expect(page.get_by_label(COLLECTION)).to_be_checked()
    page.get_by_role("button", name="Make the assistant").click()
    expect(page.get_by_role("status").first).to_contain_text(f"{name} is ready")


def test_an_admin_makes_an_assistant_tries_it_and_a_guest_asks_it(
    web: Web, ada: StorageState, visit: Visit, script: bool, sight: Sight, provider: StandIn, tmp_path: Path
) -> None:
    kind = "script" if script else "plain"
    name, slug = f"Control {kind}", f"control-{kind}"
    page = visit(web.url, script=script, state=ada)
    make(page, web, name, slug)

    (tmp_path / "me.jpg").write_bytes(JPEG)
    page.get_by_label("Picture", exact=True).set_input_files(tmp_path / "me.jpg")
    page.get_by_label("Temperature").fill("hot")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter a number.")).to_be_visible()
    expect(page.get_by_text("Choose the picture again")).to_be_visible()
    if script:
        sight.everywhere(page, "assistant-errors")
    page.get_by_label("Picture", exact=True).set_input_files(tmp_path / "me.jpg")
    page.get_by_label("Temperature").fill("0.4")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It counts")).to_be_visible()

    settings = page.url
    trial = page.get_by_role("region", name="Try it")
    trial.get_by_label("A question").fill(WINDUP)
    trial.get_by_role("button", name="Try", exact=True).click()
    expect(trial).to_contain_text("The documents may answer this.")
    expect(trial.get_by_role("listitem").first).to_contain_text("close enough to answer")
    expect(trial).to_contain_text("temperature 0.4, at most 1,500 tokens")
    expect(trial.locator("pre").last).to_contain_text(f"Question: {WINDUP}")
    assert (page.url == settings) is script
    if script:
        sight.picture(page, "assistant-trial-whole", full=True)
        sight.everywhere(page, "assistant-trial")
        sight.picture(page, "assistant-trial-whole-320", full=True)
    trial.get_by_role("button", name="Ask it for real").click()
    expect(finished(page).get_by_role("heading", name=WINDUP)).to_be_visible()

    guest = visit(f"{web.url}/assistants/{slug}", script=script)
    expect(guest.get_by_role("heading", name=name, level=1)).to_be_visible()
    if script:
        sight.everywhere(guest, "assistant-pictured")
    ask(guest, WINDUP)
    finished(guest)
    assert provider.requests()[-1]["body"]["temperature"] == 0.4

    page.goto(settings)
    page.get_by_role("link", name="Delete").click()
    expect(page.get_by_text("2 conversations with it go along")).to_be_visible()
    if script:
        sight.everywhere(page, "assistant-deletion")
    page.get_by_role("button", name="Delete the assistant").click()
    expect(page.get_by_text(f"{name} was deleted")).to_be_visible()
    expect(page.get_by_role("list", name="Assistants").get_by_text(name, exact=True)).to_have_count(0)


def test_assistants_pages_in_every_width(quoting: Web, ada: StorageState, visit: Visit, sight: Sight) -> None:
    page = visit(quoting.url, state=ada)
    page.goto(f"{quoting.url}/organizations/tideway-press/assistants")
    sight.everywhere(page, "assistants")
    page.get_by_role("link", name="New assistant").click()
    sight.everywhere(page, "assistants-presets")
    page.get_by_role("link", name="Shop", exact=True).click()
    sight.everywhere(page, "assistants-new")
    sight.picture(page, "assistants-new-whole-320", full=True)


def test_a_picture_that_is_late_or_lost_leaves_the_letter(
    web: Web, ada: StorageState, visit: Visit, tmp_path: Path, sight: Sight
) -> None:
    page = visit(web.url, state=ada)
    make(page, web, "Pictured", "pictured")
    (tmp_path / "me.jpg").write_bytes(JPEG)
    page.get_by_label("Picture", exact=True).set_input_files(tmp_path / "me.jpg")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It counts")).to_be_visible()
    late: list[Route] = []
    guest = visit("about:blank")
    guest.set_viewport_size(ViewportSize(width=360, height=740))
    guest.route("**/picture?*", lambda route: late.append(route))  # noqa: PLW0108  It has to be a function.
    guest.goto(f"{web.url}/assistants/pictured", wait_until="domcontentloaded")
    seal = guest.locator(".hero .seal")
    expect(seal.locator("seal-picture[missing]")).to_be_attached()
    sight.picture(guest, "picture-late")
    guest.get_by_label("Your question").fill("This can be written meanwhile")
    while not late:
        guest.wait_for_timeout(20)
    late[0].abort()
    expect(guest.locator(".hero .seal img")).to_have_js_property("complete", value=True)
    assert seal.evaluate(TOP) == "0"
    above, below = seal.evaluate(MARGINS)
    assert abs(above - below) < 4, "the letter stands in the middle"
    sight.picture(guest, "picture-lost")

    there = visit(f"{web.url}/assistants/pictured")
    expect(there.locator(".hero .seal img")).to_have_js_property("naturalWidth", 64)
    seal = there.locator(".hero .seal")
    expect(seal.locator("seal-picture")).not_to_have_attribute("missing", "")
    assert seal.evaluate(TOP) == "1"
    sight.picture(there, "picture-there")
