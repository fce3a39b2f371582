"""One's own account in a browser: light and dark, a picture that a browser made, and leaving for good."""

import base64
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.journeys.conftest import Visit
from tests.journeys.pages import PASSWORD, WINDUP, Sight, ask, finished, sign_up
from tests.journeys.site import Web

DRAWN = """kind => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
  const brush = canvas.getContext("2d");
  brush.fillStyle = "teal";
  brush.fillRect(0, 0, 320, 240);
  brush.fillStyle = "gold";
  brush.arc(160, 120, 90, 0, 7);
  brush.fill();
  return canvas.toDataURL(kind).split(",")[1];
}"""
SCHEME = "html => getComputedStyle(html).colorScheme"
INK = "body => getComputedStyle(body).color"


@pytest.fixture
def fay(quoting: Web, ada: StorageState, visit: Visit) -> Callable[[bool], Page]:
    """Somebody new each time, who has just signed up. Ada came first, so that she runs the deployment."""

    def arrive(script: bool) -> Page:
        page = visit(f"{quoting.url}/signup", script=script)
        sign_up(page, "Fay Wong", f"fay-{'script' if script else 'plain'}@example.org")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ask")
        return page

    return arrive


def drawn(visit: Visit, quoting: Web, kind: str) -> bytes:
    """Return a picture of this kind as Chromium itself writes it."""
    return base64.b64decode(visit(quoting.url).evaluate(DRAWN, kind))


def test_an_account_from_its_looks_to_its_end(
    quoting: Web, visit: Visit, fay: Callable[[bool], Page], script: bool, tmp_path: Path, sight: Sight
) -> None:
    page = fay(script)
    ask(page, WINDUP)
    if script:
        finished(page)
    page.goto(f"{quoting.url}/profile")
    by_day = page.locator("body").evaluate(INK)
    page.get_by_label("Appearance").select_option(label="Dark")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your profile was saved.")).to_be_visible()
    page.wait_for_load_state()
    assert page.locator("html").evaluate(SCHEME) == "dark"
    assert page.locator("body").evaluate(INK) != by_day

    page.get_by_role("link", name="Add a picture").click()
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("Choose a picture first.")).to_be_visible()
    for kind in ("jpeg", "png", "webp"):
        picture = drawn(visit, quoting, f"image/{kind}")
        page.get_by_label("Picture").set_input_files(
            {"name": f"me.{kind}", "mimeType": f"image/{kind}", "buffer": picture}
        )
        page.get_by_role("button", name="Use this picture").click()
        expect(page.get_by_text("Your picture was saved.")).to_be_visible()
        shown = page.get_by_role("main").locator("img.seal")
        expect(shown).to_be_visible()
        expect(shown).to_have_js_property("naturalWidth", 320)
        page.get_by_role("link", name="Change or remove your picture").click()
    sight.narrow_enough(page)

    page.get_by_role("navigation", name="Your account").get_by_role("link", name="Data").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download everything").click()
    download.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as found:
        assert WINDUP in found.read("messages.json").decode()
        assert found.read("picture.webp") == picture

    page.get_by_role("link", name="Delete your account").click()
    page.get_by_label("Password").fill("not the right one")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", name="Your account was deleted")).to_be_visible()
    expect(page.get_by_role("row", name="Conversations 1")).to_be_visible()
    expect(page.get_by_role("row", name="Pictures 1")).to_be_visible()
    page.wait_for_load_state()
    assert page.locator("html").evaluate(SCHEME) == "dark"
    page.goto(f"{quoting.url}/profile")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_guest_turns_the_lights_out(quoting: Web, visit: Visit, script: bool) -> None:
    page = visit(quoting.url, script=script)
    page.get_by_label("Your question").fill("Half a question")
    page.get_by_role("button", name="Appearance").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html[data-theme=dark]")).to_be_attached()
    expect(page.get_by_label("Your question")).to_have_value("Half a question" if script else "")
    page.goto(f"{quoting.url}/signup")
    assert page.locator("html").evaluate(SCHEME) == "dark"
    page.goto(quoting.url)
    page.get_by_role("button", name="Appearance").click()
    page.get_by_role("button", name="As this device").click()
    expect(page.locator("html:not([data-theme])")).to_be_attached()


def test_how_the_pages_of_an_account_look(quoting: Web, ada: StorageState, visit: Visit, sight: Sight) -> None:
    page = visit(f"{quoting.url}/signup")
    sign_up(page, "Gil", "gil@example.org")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ask")
    page.goto(f"{quoting.url}/profile/picture")
    page.get_by_label("Picture").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": drawn(visit, quoting, "image/png")}
    )
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("Your picture was saved.")).to_be_visible()
    for path, name in (
        ("/profile", "own-profile"),
        ("/profile/picture", "own-picture"),
        ("/profile/data", "own-data"),
        ("/profile/deletion", "own-deletion"),
    ):
        page.goto(f"{quoting.url}{path}")
        sight.everywhere(page, name)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", name="Your account was deleted")).to_be_visible()
    sight.everywhere(page, "own-receipt")
    page.goto(quoting.url)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Appearance").click()
    sight(page, "own-appearance-1440")
    page.set_viewport_size({"width": 360, "height": 740})
    sight(page, "own-appearance-360")
