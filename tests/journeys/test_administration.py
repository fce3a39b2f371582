"""Running an organization and a deployment: what one sees, in every width and both schemes, with script and without."""

from pathlib import Path

from playwright.sync_api import Page, StorageState, expect

from tests.journeys.conftest import Visit
from tests.journeys.pages import Sight
from tests.journeys.site import Web
from tests.pictures import png

HOME = "/organizations/tideway-press"


def test_an_organization_gets_a_look_and_is_probed(
    quoting: Web, ada: StorageState, visit: Visit, sight: Sight, script: bool, tmp_path: Path
) -> None:
    page = visit(f"{quoting.url}{HOME}/settings", state=ada, script=script, reduced_motion="reduce")
    picture = tmp_path / "logo.png"
    picture.write_bytes(png())
    page.get_by_label("Picture", exact=True).set_input_files(picture)
    page.get_by_label("Use a colour of its own").check()
    page.get_by_label("Colour", exact=True).fill("#b3261e")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("The settings were saved.")
    if script:
        sight.everywhere(page, "organization-settings")
    page.goto(f"{quoting.url}{HOME}/probes")
    if script:
        sight.everywhere(page, "probes-none")
    page.get_by_role("button", name="Try to break in").click()
    expect(page.get_by_text("probes were refused")).to_be_visible(timeout=60_000)
    page.get_by_text("What was refused").click()
    expect(page.get_by_role("cell", name="nothing of others").first).to_be_visible()
    page.goto(f"{quoting.url}{HOME}/audit")
    expect(page.get_by_role("cell", name="Ran the probes").first).to_be_visible()
    page.get_by_label("What").select_option("Changed the organization")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("cell", name="Ran the probes")).to_have_count(0)
    expect(page.get_by_role("cell", name="Changed the organization").first).to_be_visible()
    if script:
        sight.everywhere(page, "audit")
        page.goto(f"{quoting.url}{HOME}/probes")
        sight.everywhere(page, "probes")
        page.goto(f"{quoting.url}/assistants/physical-ai-tutor")
        sight.everywhere(page, "assistant-with-accent")
        page.goto(f"{quoting.url}{HOME}/")
        sight.everywhere(page, "organization")
        page.goto(f"{quoting.url}{HOME}/departure")
        sight.everywhere(page, "departure")


def test_a_deployment_is_run(quoting: Web, ada: StorageState, ben: StorageState, visit: Visit, sight: Sight) -> None:
    page = visit(f"{quoting.url}/admin/organizations", state=ada, reduced_motion="reduce")
    page.get_by_role("link", name="New organization").click()
    page.get_by_label("Name").fill("Harbour Press")
    page.get_by_label("Address", exact=True).fill("Harbour Press!")
    page.get_by_label("E-mail of its first admin").fill("dora@example.org")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("Small letters, digits")).to_be_visible()
    sight.everywhere(page, "new-organization-errors")
    page.get_by_label("Address", exact=True).fill("harbour-press")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Harbour Press is made")).to_be_visible()
    sight.everywhere(page, "organization-founded")
    page.get_by_role("link", name="All organizations").first.click()
    sight.everywhere(page, "admin-organizations")
    page.get_by_role("button", name="Act for it (Harbour Press)").click()
    expect(page.get_by_role("form", name="Acting for Harbour Press")).to_be_visible()
    sight.everywhere(page, "acting")
    _menus(page, sight)
    page.get_by_role("button", name="Leave").click()
    page.goto(f"{quoting.url}/admin/people")
    sight.everywhere(page, "admin-people")
    page.goto(f"{quoting.url}/admin/analytics")
    sight.everywhere(page, "admin-analytics")
    page.get_by_text("The numbers").first.click()
    sight(page, "admin-analytics-numbers")
    page.goto(f"{quoting.url}/admin/audit?of=all")
    sight.everywhere(page, "admin-audit")
    page.goto(f"{quoting.url}/organizations/harbour-press/deletion")
    sight.everywhere(page, "organization-deletion")
    page.get_by_label("Its address").fill("harbour-press")
    page.get_by_role("button", name="Delete it with everything").click()
    expect(page.get_by_role("heading", name="Harbour Press is deleted")).to_be_visible()
    sight.everywhere(page, "receipt")


def _menus(page: Page, sight: Sight) -> None:
    """Open the account's menu, and the switch between organizations, wide and narrow."""
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 740})
        if width == 360:
            page.get_by_role("button", name="Menu").click()
        page.get_by_role("button", name="Ada").click()
        sight.picture(page, f"account-menu-{width}")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("link", name="Harbour Press").first.click()
    page.get_by_title("Another organization").click()
    sight(page, "switcher")
    page.keyboard.press("Escape")
