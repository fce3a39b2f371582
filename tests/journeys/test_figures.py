"""Figures in a browser: of an organization and of oneself, with script and without."""

from playwright.sync_api import Page, StorageState, expect

from tests.fakes.provider import StandIn
from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, Sight, ask
from tests.journeys.site import Web

HOME = "/organizations/tideway-press"


def test_figures_are_read_for_a_chosen_period(
    web: Web, provider: StandIn, ada: StorageState, visit: Visit, sight: Sight, script: bool
) -> None:
    page = visit(web.url, state=ada, script=script)
    ask(page, WINDUP)
    expect(page.get_by_role("button", name="Answer again")).to_be_visible()
    page.goto(f"{web.url}{HOME}/members")
    if script:
        page.get_by_role("link", name="Analytics").click()
    else:
        page.goto(f"{web.url}{HOME}/analytics")
    _choose(page, "7 days")
    expect(page.get_by_role("region", name="Who was asked").get_by_role("link")).to_have_count(1)
    expect(page.get_by_role("region", name="Most cited documents").get_by_role("link").first).to_be_visible()
    if script:
        sight.everywhere(page, "analytics")
    _open_numbers(page, 7)
    page.goto(f"{web.url}/profile/figures")
    _choose(page, "90 days")
    expect(page.get_by_role("region", name="Whom you asked").get_by_role("link")).to_have_count(1)
    if script:
        sight.everywhere(page, "own-figures")
    _open_numbers(page, 90)


def _choose(page: Page, period: str) -> None:
    page.get_by_role("button", name=period).click()
    expect(page.get_by_role("button", name=period)).to_have_attribute("aria-current", "true")


def _open_numbers(page: Page, count: int) -> None:
    page.get_by_text("The numbers").first.click()
    expect(page.get_by_role("region", name="The numbers").get_by_role("row")).to_have_count(count + 1)
