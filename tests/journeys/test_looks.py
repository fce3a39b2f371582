"""Every page and state: narrow and wide, light and dark, and as a screen reader's tools see it."""

from collections.abc import Callable

import psycopg
import pytest
from playwright.sync_api import StorageState, ViewportSize, expect

from tests.fakes.provider import StandIn
from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, Sight, ask, finished, stop, turn
from tests.journeys.site import Site, Web

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


def test_pages_for_everybody(quoting: Web, visit: Visit, sight: Sight) -> None:
    page = visit(quoting.url)
    sight.everywhere(page, "front-guest")
    page.goto(f"{quoting.url}/assistants/physical-ai-tutor")
    sight.everywhere(page, "assistant")
    page.goto(f"{quoting.url}/signup")
    sight.everywhere(page, "signup")
    page.get_by_label("E-mail").fill("ada")
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("alert")).to_contain_text("Three things need another look")
    expect(page.get_by_text("An address has an @ in it")).to_be_visible()
    sight.everywhere(page, "signup-errors")
    page.goto(f"{quoting.url}/login")
    page.get_by_label("E-mail").fill("nobody@example.org")
    page.get_by_label("Password").fill("not the right one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("do not fit together")).to_be_visible()
    sight.everywhere(page, "login-errors")
    page.goto(f"{quoting.url}/nowhere")
    sight.everywhere(page, "error-404")
    page.goto(f"{quoting.url}/logout")
    sight.everywhere(page, "error-405")


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
    sight.everywhere(page, "conversation-stopped")

    provider.answer(RICH)
    ask(page, "And what does one do about it, in a language that has words as long as " + LONG_WORD + "?")
    finished(page)
    sight.everywhere(page, "conversation-finished")
    provider.next("fail-401")
    ask(page, "And now?")
    expect(turn(page)).to_contain_text("does not accept our key")
    sight.everywhere(page, "conversation-failed")
    provider.next("cut")
    ask(page, "And now again?")
    expect(turn(page)).to_contain_text("The answer stopped here.")
    sight.everywhere(page, "conversation-interrupted")
    turn(page).get_by_role("link", name="Edit the question").click()
    sight.everywhere(page, "edit-question")
    page.go_back()
    page.get_by_role("button", name="More about this conversation").click()
    page.set_viewport_size(ViewportSize(width=360, height=740))
    sight(page, "conversation-menu")
    page.get_by_role("link", name="Rename").click()
    sight.everywhere(page, "rename")
    page.goto(f"{web.url}/conversations?q=nougat")
    sight.everywhere(page, "conversations-nothing")
    page.goto(f"{web.url}/conversations")
    sight.everywhere(page, "conversations")
    page.get_by_role("link", name=f"Delete {WINDUP}").first.click()
    sight.everywhere(page, "delete")


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
    sight.everywhere(page, "front-ada")
    go: Callable[[str], object] = lambda path: page.goto(f"{quoting.url}{path}")  # noqa: E731
    go(f"/organizations/{empty_organization}/documents")
    expect(page.get_by_role("heading", name="No documents yet")).to_be_visible()
    sight.everywhere(page, "documents-empty")
    go("/organizations/tideway-press/documents")
    expect(page.get_by_role("link", name="07-control.md")).to_be_visible()
    sight.everywhere(page, "documents")
    page.get_by_role("button", name="More about 07-control.md").click()
    sight(page, "documents-menu")
    page.get_by_role("link", name="Delete").click()
    sight.everywhere(page, "document-delete")
    go("/organizations/tideway-press/members")
    sight.everywhere(page, "members")
    page.get_by_label("E-mail").fill("dora@example.org")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("it works once, for two weeks")).to_be_visible()
    sight.everywhere(page, "members-invited")
    page.get_by_role("link", name="Remove Ada").click()
    sight.everywhere(page, "member-removal")
    go("/organizations/tideway-press/search?q=integrator+windup")
    expect(page.get_by_text("07-control.md").first).to_be_visible()
    sight.everywhere(page, "search")
    page.get_by_role("link", name="07-control.md").first.click()
    expect(page.locator(":target")).to_be_in_viewport()
    sight.everywhere(page, "reader")
    go("/profile")
    sight.everywhere(page, "profile")
    go("/profile/sessions")
    sight.everywhere(page, "sessions")
    go("/profile/security")
    sight.everywhere(page, "security")
