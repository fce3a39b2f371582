"""An admin lets people practise; a trainee trains with the coach and talks with a customer."""

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.fakes.provider import LINES, StandIn
from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, Sight, ask, finished, turn
from tests.journeys.site import Site, Web

HOME = "/organizations/tideway-press"
FAMILY = "Room for five and a pram"


@pytest.fixture
def trainer(site: Site, web: Web, ada: StorageState, visit: Visit, script: bool) -> Iterator[str]:
    """The address of a trainer for anyone, which Ada makes, with the six customers that come along."""
    slug = f"coach-{'script' if script else 'plain'}"
    page = visit(f"{web.url}{HOME}/assistants/new?preset=trainer", script=script, state=ada)
    page.get_by_label("Address", exact=True).fill(slug)
    page.get_by_label("Anyone, also without an account").check()
    page.get_by_role("button", name="Make the assistant").click()
    expect(page.get_by_text("is ready")).to_be_visible()
    page.get_by_role("button", name="Add the six customers").click()
    expect(page.get_by_text("can play 6 more customers")).to_be_visible()
    yield slug
    with psycopg.connect(site.services.owner_url, autocommit=True) as owner:
        owner.execute("delete from assistants where slug = %s", (slug,))


def said(page: Page, words: str) -> None:
    """Wait until this was said to the end, and the next may speak."""
    last = page.get_by_role("article").last
    expect(last).to_contain_text(words)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    for place in last.locator(".prose").all():  # Words have the width of the page, and not that of who says them.
        assert (place.bounding_box() or {"width": 0})["width"] > 200


def say(page: Page, words: str) -> None:
    page.get_by_label("What you say").fill(words)
    page.get_by_role("button", name="Send").click()


def test_a_trainee_talks_with_a_customer(
    web: Web, trainer: str, provider: StandIn, visit: Visit, sight: Sight, script: bool
) -> None:
    page = visit(f"{web.url}/assistants/{trainer}", script=script)
    page.get_by_role("radio", name="Role-play").check()
    expect(page.get_by_role("heading", name=FAMILY)).to_be_visible()
    expect(page.get_by_label("Your question")).to_be_hidden()
    if script:
        sight.everywhere(page, "practice-front", full=True)
    page.get_by_role("button", name=f"Start: {FAMILY}").click()
    expect(page.get_by_role("article").last).to_contain_text("I have until half past eleven")
    assert not provider.requests()
    if script:
        sight.everywhere(page, "practice-begun")
    say(page, "Good morning! Who travels along with you?")
    said(page, LINES[0])
    page.get_by_role("button", name="Hint").click()
    hint = page.get_by_role("region", name="Hint")
    expect(hint).to_contain_text("Ask what worries them most.")
    expect(hint).to_contain_text("does not hear this")
    say(page, "And how far do you drive?")
    said(page, LINES[1])
    page.get_by_role("button", name="Say that again").click()
    said(page, LINES[2])
    if script:
        sight.everywhere(page, "practice-play")
        sight.picture(page, "practice-play-whole", full=True)

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused. Nobody is waiting.")).to_be_visible()
    expect(turn(page)).to_have_text("The play is paused.")
    expect(turn(page)).to_be_in_viewport()
    say(page, "Are you still there?")
    expect(page.get_by_text("Press “Go on” first")).to_be_visible()
    expect(page.get_by_label("What you say")).to_have_value("Are you still there?")
    if script:
        sight.everywhere(page, "practice-paused")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("The play goes on.")).to_be_visible()

    say(page, "Then goodbye, until Saturday!")
    said(page, "Thank you, that helped me. Goodbye.")
    if not script:
        page.get_by_role("link", name="See how it went").click()
    over = page.get_by_role("region", name="The play is over")
    expect(over).to_be_visible()
    expect(page.get_by_label("What you say")).to_have_count(0)
    page.reload()
    expect(over).to_be_visible()
    if script:
        sight.everywhere(page, "practice-over")


def test_a_trainee_ends_a_play(web: Web, trainer: str, visit: Visit, script: bool) -> None:
    page = visit(f"{web.url}/assistants/{trainer}?mode=roleplay", script=script)
    page.get_by_role("button", name="Start: The first car").click()
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.get_by_role("region", name="The play is over")).to_be_visible()


def test_a_trainee_trains_with_the_coach(
    web: Web, trainer: str, provider: StandIn, visit: Visit, sight: Sight, script: bool
) -> None:
    page = visit(f"{web.url}/assistants/{trainer}", script=script)
    if script:
        sight.everywhere(page, "practice-training")
    ask(page, WINDUP)
    expect(finished(page)).to_contain_text("What would you tell a customer?")
    ask(page, "The integrator adds up what the actuator cannot do.")
    expect(finished(page).get_by_text("Right")).to_be_visible()
    if script:
        expect(page.locator("#count")).to_have_text("1 of 1 right")
        sight.everywhere(page, "practice-trained")
    page.reload()
    expect(page.locator("#count")).to_have_text("1 of 1 right")


def test_without_a_model_the_coach_quotes_and_asks(
    quoting: Web, trainer: str, visit: Visit, sight: Sight, script: bool
) -> None:
    page = visit(f"{quoting.url}/assistants/{trainer}", script=script)
    page.get_by_role("radio", name="Role-play").check()
    expect(page.get_by_text("none is connected here")).to_be_visible()
    if script:
        sight.everywhere(page, "practice-without-model")
    page.get_by_role("link", name="Training with the coach").click()
    ask(page, WINDUP)
    expect(finished(page)).to_contain_text("_____")
    ask(page, "Nobody knows")
    expect(finished(page)).to_contain_text("No. It says:")
    if script:
        sight.everywhere(page, "practice-quoting")
    page.reload()
    expect(page.locator("#count")).to_have_text("0 of 1 right")


def test_an_admin_writes_a_scenario(
    web: Web, trainer: str, ada: StorageState, visit: Visit, sight: Sight, script: bool
) -> None:
    title = f"A judge in a hurry, {'scripted' if script else 'plain'}"
    page = visit(f"{web.url}{HOME}/scenarios", script=script, state=ada)
    if script:
        sight.everywhere(page, "scenarios")
    page.get_by_role("link", name="New scenario").click()
    if script:
        sight.everywhere(page, "scenarios-beginnings")
    page.get_by_role("link", name="Twelve vans").click()
    page.get_by_label("Title").fill("")
    page.get_by_role("button", name="Add the scenario").click()
    expect(page.get_by_text("Give it a title.")).to_be_visible()
    if script:
        sight.everywhere(page, "scenario-refused")
        sight.picture(page, "scenario-whole", full=True)
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Add the scenario").click()
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_label("Mood").fill("Sleepy")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Plays that have begun go on")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    if script:
        sight.everywhere(page, "scenario-deletion")
    page.get_by_role("button", name="Delete the scenario").click()
    expect(page.get_by_text("was deleted")).to_be_visible()
    expect(page.get_by_role("link", name=title, exact=True)).to_have_count(0)
