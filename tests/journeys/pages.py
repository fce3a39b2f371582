"""What a person does on our pages, and what they see there: by role and by label."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, ViewportSize, expect

AXE = (Path(__file__).parent / "axe.min.js").read_text()
PASSWORD = "a short sentence is good"
CONTROLS = re.compile("Edit the question|Copy|Answer again|Stop the answer")
OUTSIDE = """html => [html.scrollWidth, html.clientWidth, [...html.querySelectorAll("body *")]
  .filter(each => each.getBoundingClientRect().right > html.clientWidth).map(each => each.outerHTML.slice(0, 120))]"""
READ = """turn => {
  const texts = document.createTreeWalker(turn, NodeFilter.SHOW_TEXT), read = [];
  while (texts.nextNode()) if (texts.currentNode.parentElement.checkVisibility()) read.push(texts.currentNode.data);
  return read;
}"""
WINDUP = "What is integrator windup?"
SIZES = ((1440, 900), (768, 1024), (360, 740), (320, 640))


def sign_up(page: Page, name: str, email: str, password: str = PASSWORD) -> None:
    """Fill in the form for a new account, and send it."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Create the account").click()


def ask(page: Page, question: str) -> None:
    """Type a question and send it."""
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Send").click()


def turn(page: Page) -> Locator:
    """Return the newest question with its answer."""
    return page.get_by_role("article").last


def finished(page: Page, within: float = 30) -> Locator:
    """Return the newest turn once its answer is complete."""
    last = turn(page)
    expect(last.get_by_role("group", name="This answer")).to_be_visible(timeout=within * 1000)
    return last


def stop(page: Page) -> None:
    """Press the button that stops the answer."""
    page.get_by_role("button", name="Stop the answer").click()


def words(answer: Locator) -> str:
    """Return what one reads in a turn, without the spacing between its parts and the buttons that script adds.

    Text by text, as what the browser puts between boxes when it is asked for all of it changes with its layout.
    """
    return " ".join(CONTROLS.sub("", " ".join(answer.evaluate(READ))).split())


@dataclass(frozen=True, slots=True)
class Sight:
    """How a page looks, to people and to tools."""

    shots: Path | None

    def __call__(self, page: Page, name: str, *, full: bool = False) -> None:
        """Find nothing wrong with the page, and take a picture of it, once all of its style sheets are there."""
        page.wait_for_load_state()
        self.picture(page, name, full=full)
        self.accessible(page)
        self.narrow_enough(page)

    def picture(self, page: Page, name: str, *, full: bool = False) -> None:
        if self.shots:
            self.shots.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=self.shots / f"{name}.png", full_page=full)

    def accessible(self, page: Page) -> None:
        """Let axe look at the page."""
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(AXE)
        found = page.evaluate("async () => (await axe.run()).violations")
        problems = [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
        assert not problems, "\n".join([page.url, *problems])

    def narrow_enough(self, page: Page) -> None:
        """Nothing sticks out to the side."""
        wide, room, out = page.locator("html").evaluate(OUTSIDE)
        assert wide <= room, f"{page.url} is {wide} px wide in {room} px: {out}"

    def everywhere(self, page: Page, name: str, *, full: bool = False) -> None:
        """Look at the loaded page in every size and both schemes, then make it what it was.

        axe sees it at its widest in the light and at its narrowest in the dark: colours are the scheme's, and what
        there is to read is the width's.
        """
        page.wait_for_load_state()
        before = page.viewport_size
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            for width, height in SIZES:
                page.set_viewport_size(ViewportSize(width=width, height=height))
                self.picture(page, f"{name}-{scheme}-{width}", full=full)
                self.narrow_enough(page)
                if (scheme, width) in {("light", SIZES[0][0]), ("dark", SIZES[-1][0])}:
                    self.accessible(page)
        if before:
            page.set_viewport_size(before)
