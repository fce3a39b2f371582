"""Every page and state: narrow and wide, light and dark, and as a screen reader's tools see it."""

from collections.abc import Callable

import psycopg
import pytest
from playwright.sync_api import Page, StorageState, ViewportSize, expect

from tests.fakes.provider import StandIn
from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, Sight, ask, finished, stop, turn
from tests.journeys.site import Site, Web

WIDTHS = {320: 640, 360: 740, 768: 1024, 1440: 900}
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
RICH = f"""\
The **actuator saturates** [1], see `{LONG_WORD.lower()}` and {LONG_WORD}.

1. First
2. Second [2]

```python
def clamp(total: float, limit: float) -> float:  # a line that is much longer than any narrow screen could show
    return min(max(total, -limit), limit)
```

| Remedy | What it does to the integrator | Where it is written | How often it is used |
| --- | --- | --- | --- |
| Clamping | stops the sum while the output saturates | chapter 7 | everywhere |

$$u(t) = K_p e(t) + K_i \\int_0^t e(s) ds + K_d \\dot e(t) + K_p e(t) + K_i \\int_0^t e(s) ds$$
"""
SLOW = RICH + "The integral goes on growing. " * 40


def look_at(page: Page, sight: Sight, name: str) -> None:
    """Look at a page in every width and in both schemes."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width, height in WIDTHS.items():
            page.set_viewport_size(ViewportSize(width=width, height=height))
            sight.picture(page, f"{name}-{scheme}-{width}")
            sight.narrow_enough(page)
        sight.accessible(page)
    page.set_viewport_size(ViewportSize(width=320, height=640))
    sight.accessible(page)


def test_pages_for_everybody(quoting: Web, visit: Visit, sight: Sight) -> None:
    page = visit(quoting.url)
    look_at(page, sight, "front-guest")
    page.goto(f"{quoting.url}/assistants/physical-ai-tutor")
    look_at(page, sight, "assistant")
    page.goto(f"{quoting.url}/signup")
    look_at(page, sight, "signup")
    page.get_by_label("E-mail").fill("ada")
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("alert")).to_contain_text("Three things need another look")
    expect(page.get_by_text("An address has an @ in it")).to_be_visible()
    look_at(page, sight, "signup-errors")
    page.goto(f"{quoting.url}/login")
    page.get_by_label("E-mail").fill("nobody@example.org")
    page.get_by_label("Password").fill("not the right one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("do not fit together")).to_be_visible()
    look_at(page, sight, "login-errors")
    page.goto(f"{quoting.url}/nowhere")
    look_at(page, sight, "error-404")
    page.goto(f"{quoting.url}/logout")
    look_at(page, sight, "error-405")


def test_a_conversation_in_each_of_its_states(web: Web, provider: StandIn, visit: Visit, sight: Sight) -> None:
    page = visit(web.url)
    provider.answer(SLOW)
    ask(page, WINDUP)
    expect(turn(page)).to_be_visible()
    sight.picture(page, "conversation-waiting")
    expect(turn(page).get_by_role("table")).to_be_visible()
    sight.picture(page, "conversation-streaming")
    sight.accessible(page)
    page.set_viewport_size(ViewportSize(width=320, height=640))
    sight(page, "conversation-streaming-320")
    stop(page)
    expect(turn(page)).to_contain_text("You stopped the answer here.")
    look_at(page, sight, "conversation-stopped")

    provider.answer(RICH)
    ask(page, "And what does one do about it, in a language that has words as long as " + LONG_WORD + "?")
    finished(page)
    look_at(page, sight, "conversation-finished")
    provider.next("fail-401")
    ask(page, "And now?")
    expect(turn(page)).to_contain_text("does not accept our key")
    look_at(page, sight, "conversation-failed")
    provider.next("cut")
    ask(page, "And now again?")
    expect(turn(page)).to_contain_text("The answer stopped here.")
    look_at(page, sight, "conversation-interrupted")
    turn(page).get_by_role("link", name="Edit the question").click()
    look_at(page, sight, "edit-question")
    page.go_back()
    page.get_by_role("button", name="More about this conversation").click()
    page.set_viewport_size(ViewportSize(width=360, height=740))
    sight(page, "conversation-menu")
    page.get_by_role("link", name="Rename").click()
    look_at(page, sight, "rename")
    page.goto(f"{web.url}/conversations?q=nougat")
    look_at(page, sight, "conversations-nothing")
    page.goto(f"{web.url}/conversations")
    look_at(page, sight, "conversations")
    page.get_by_role("link", name=f"Delete {WINDUP}").first.click()
    look_at(page, sight, "delete")


def test_a_conversation_without_script(web: Web, provider: StandIn, visit: Visit, sight: Sight) -> None:
    provider.answer(SLOW)
    page = visit(web.url, script=False, viewport={"width": 360, "height": 740})
    sight.picture(page, "plain-front")
    ask(page, WINDUP)
    expect(turn(page).get_by_role("table")).to_be_visible()
    sight.picture(page, "plain-streaming")
    sight.narrow_enough(page)
    same = visit(page.url, state=page.context.storage_state())  # axe itself is a script.
    expect(turn(same).get_by_role("table")).to_be_visible()
    sight.accessible(same)
    stop(page)
    expect(turn(page)).to_contain_text("You stopped the answer here.")
    sight.picture(page, "plain-stopped")
    expect(turn(same)).to_contain_text("You stopped the answer here.")
    sight.accessible(same)


@pytest.fixture
def empty_organization(site: Site) -> str:
    """An organization that has no documents."""
    with psycopg.connect(site.services.owner_url) as owner:
        owner.execute(
            "insert into organizations (id, name, slug, created_at) values (gen_random_uuid(), 'Empty', 'empty', now())"
            " on conflict do nothing"
        )
    return "empty"


def test_pages_of_an_administrator(
    quoting: Web, ada: StorageState, empty_organization: str, visit: Visit, sight: Sight
) -> None:
    page = visit(quoting.url, state=ada)
    look_at(page, sight, "front-ada")
    go: Callable[[str], object] = lambda path: page.goto(f"{quoting.url}{path}")  # noqa: E731
    go(f"/organizations/{empty_organization}/documents")
    expect(page.get_by_role("heading", name="No documents yet")).to_be_visible()
    look_at(page, sight, "documents-empty")
    go("/organizations/tideway-press/documents")
    expect(page.get_by_role("link", name="07-control.md")).to_be_visible()
    look_at(page, sight, "documents")
    page.get_by_role("button", name="More about 07-control.md").click()
    sight(page, "documents-menu")
    page.get_by_role("link", name="Delete").click()
    look_at(page, sight, "document-delete")
    go("/organizations/tideway-press/members")
    look_at(page, sight, "members")
    page.get_by_label("E-mail").fill("dora@example.org")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("it works once, for two weeks")).to_be_visible()
    look_at(page, sight, "members-invited")
    page.get_by_role("link", name="Remove Ada").click()
    look_at(page, sight, "member-removal")
    go("/organizations/tideway-press/search?q=integrator+windup")
    expect(page.get_by_text("07-control.md").first).to_be_visible()
    look_at(page, sight, "search")
    page.get_by_role("link", name="07-control.md").first.click()
    expect(page.locator(":target")).to_be_in_viewport()
    look_at(page, sight, "reader")
    go("/profile")
    look_at(page, sight, "profile")
    go("/profile/sessions")
    look_at(page, sight, "sessions")
    go("/profile/security")
    look_at(page, sight, "security")
