"""After a role-play: the scorecard, a dispute and its verdict, the turn played again, and the way so far."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Locator, Page, StorageState, expect

from tests.fakes.provider import StandIn
from tests.journeys.conftest import Visit
from tests.journeys.pages import Sight
from tests.journeys.site import Site, Web

DEMO = "tideway-press"
ANSWERS = re.compile("Sixty kilometres|in a month|back together|follow you")
CHART = re.compile("Share of checks met in each play: from")
SAID = (
    "Good morning, and welcome! Where will you drive, and who comes along?",
    "Integrator windup happens when the actuator saturates, and our cars have an answer to that.",
    "Then a next step with a date: would a test drive on Friday at four suit you?",
)


@pytest.fixture
def dealership(site: Site) -> Iterator[str]:
    """The slug of an assistant that plays a customer, and knows the demo's documents."""
    with psycopg.connect(site.services.owner_url, autocommit=True) as owner:
        owner.execute(
            "insert into assistants (id, organization_id, slug, name, tagline, greeting, instructions, suggestions,"
            " preset, audience, hue, temperature, passage_limit, history_limit, created_at)"
            " select gen_random_uuid(), organization_id, 'dealership', 'Nordhaus Coach', '', 'Which talk?',"
            " '', '{}', 'trainer', 'anyone', 'brick', 0.2, 5, 10, now()"
            " from assistants where slug = 'physical-ai-tutor'"
        )
        owner.execute(
            "insert into assistant_collections (assistant_id, collection_id, organization_id)"
            " select own.id, theirs.collection_id, own.organization_id from assistants own, assistants tutor"
            " join assistant_collections theirs on theirs.assistant_id = tutor.id"
            " where own.slug = 'dealership' and tutor.slug = 'physical-ai-tutor'"
        )
        owner.execute(
            "insert into scenarios (id, organization_id, assistant_id, title, customer, persona, situation, mood,"
            " objections, difficulty, goal, opening_line, checks, position, created_at)"
            " select gen_random_uuid(), organization_id, id, 'Room for five and a pram', 'Mrs Falk',"
            " '38, an architect.', 'The hatchback is too small.', 'Friendly', array['She worries about fuel.'],"
            " 'medium', 'Find out who travels along, and agree on a second visit.', 'Good morning. An SUV, I suppose.',"
            " array['The trainee asked who and what travels along before proposing a model.',"
            " 'The trainee proposed a next step with a date.'], 0, now()"
            " from assistants where slug = 'dealership'"
        )
        yield "dealership"
        owner.execute("delete from assistants where slug = 'dealership'")


def play(page: Page, address: str, *, script: bool) -> None:
    """Play from the first line to the end."""
    page.goto(address)
    page.get_by_role("button", name="Start: Room for five and a pram").click()
    expect(page.get_by_text("Good morning. An SUV, I suppose.")).to_be_visible()
    for words in SAID:
        say(page, words)
    end(page, script=script)


def say(page: Page, words: str) -> None:
    """Say something to the customer, and hear them out."""
    page.get_by_role("textbox").fill(words)
    page.get_by_role("button", name="Send").click()
    last = page.get_by_role("article").last
    expect(last).to_contain_text(words)
    expect(last).to_contain_text(ANSWERS)


def end(page: Page, *, script: bool) -> None:
    """End the play, and wait for the scorecard: with script its link tells when it is there."""
    page.get_by_role("button", name="End", exact=True).click()
    if script:
        expect(page.get_by_role("link", name=re.compile(r"^Scorecard: \d+ of \d+"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^Scorecard")).click()
    expect(page.get_by_role("heading", name="What was looked for")).to_be_visible()


def check(page: Page, name: str) -> Locator:
    """Return a check of the scorecard."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))


def decide(admin: Page, name: str) -> None:
    """Read the talk, and overrule the marking."""
    admin.get_by_role("link", name=name).first.click()
    expect(admin.get_by_text("Good morning. An SUV, I suppose.")).to_be_visible()
    disputed = check(admin, name)
    disputed.get_by_label("Yes").check()
    disputed.get_by_label("A word to the trainee").fill("Right, that was it.")
    disputed.get_by_role("button", name="Decide", exact=True).click()
    expect(admin.get_by_role("status").first).to_contain_text("Your verdict stands")


def test_a_play_is_marked_disputed_decided_and_played_again(
    web: Web,
    dealership: str,
    provider: StandIn,
    visit: Visit,
    sight: Sight,
    script: bool,
    ada: StorageState,
    ben: StorageState,
) -> None:
    page = visit(f"{web.url}/", script=script, state=ben)
    play(page, f"{web.url}/assistants/{dealership}?mode=roleplay", script=script)
    scorecard = page.url
    expect(check(page, "The trainee asked who and what")).to_contain_text("Yes")
    missed = page.get_by_role("listitem").filter(has=page.get_by_text("No", exact=True)).first
    name = missed.get_by_role("heading").inner_text()
    if script:
        sight.everywhere(page, "scorecard", full=True)
    check(page, name).locator("summary").click()
    check(page, name).get_by_role("textbox").fill("I did, in my first sentence.")
    check(page, name).get_by_role("button", name="Send to an admin").click()
    expect(check(page, name)).to_contain_text("Waits for an admin")

    admin = visit(f"{web.url}/organizations/{DEMO}/scorecards", script=script, state=ada)
    if script:
        sight.everywhere(admin, "scorecards-disputed", full=True)
    decide(admin, name)
    if script:
        sight.everywhere(admin, "scorecard-administered", full=True)

    page.goto(scorecard)
    expect(check(page, name)).to_contain_text("Ada decided: yes. Right, that was it.")
    page.get_by_role("button", name="Play that turn again").first.click()
    expect(page.get_by_role("textbox")).to_be_visible()
    expect(page.get_by_text("Good morning. An SUV, I suppose.")).to_be_visible()
    expect(page.get_by_text(SAID[-1])).to_have_count(0)


@pytest.mark.parametrize("script", [True], ids=["script"])  # Without script these pages are the same.
def test_the_way_so_far_is_a_chart(
    web: Web,
    dealership: str,
    provider: StandIn,
    visit: Visit,
    sight: Sight,
    script: bool,
    ada: StorageState,
    ben: StorageState,
) -> None:
    page = visit(f"{web.url}/", script=script, state=ben)
    play(page, f"{web.url}/assistants/{dealership}?mode=roleplay", script=script)
    page.get_by_role("button", name="Practise again").click()
    expect(page.get_by_role("article")).to_have_count(1)
    say(page, "Hello.")
    end(page, script=script)
    page.get_by_role("link", name="Your progress").click()
    expect(page.get_by_role("img", name=CHART)).to_be_visible()
    admin = visit(f"{web.url}/organizations/{DEMO}/scorecards", script=script, state=ada)
    sight.everywhere(page, "progress", full=True)
    sight.everywhere(admin, "scorecards", full=True)
    admin.get_by_role("link", name="Ben").click()
    expect(admin.get_by_role("img", name=CHART)).to_be_visible()
    admin.get_by_text("The numbers", exact=True).click()
    expect(admin.get_by_role("row")).to_have_count(3)
    sight.everywhere(admin, "progress-administered", full=True)
