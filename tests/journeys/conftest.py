"""The whole product and a browser: started once for all journeys."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from local import Services
from tests.fakes.provider import KEY, StandIn
from tests.journeys.pages import Sight, sign_up
from tests.journeys.site import Site, Web

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
MODEL = "stand-in"

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("There is no Chromium here; `make chromium` gets one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(
    site_services: Services, tmp_path_factory: pytest.TempPathFactory, with_model: dict[str, str]
) -> Iterator[Site]:
    """A migrated database with the demo, and a worker."""
    site = Site(site_services, tmp_path_factory.mktemp("site"))
    try:
        site.load_demo()
        site.worker(**with_model)
        yield site
    finally:
        site.close()


@pytest.fixture(scope="session")
def quoting(site: Site) -> Web:
    """A web process that has no language model."""
    return site.web()


@pytest.fixture(scope="session")
def stand_in() -> Iterator[StandIn]:
    """A model that begins after 50 ms and says something every 25 ms."""
    with StandIn(first_ms=50, every_ms=25, tokens=100) as provider:
        yield provider


@pytest.fixture
def provider(stand_in: StandIn) -> Iterator[StandIn]:
    """The model, asked nothing yet and well."""
    stand_in.forget()
    yield stand_in
    stand_in.forget()


@pytest.fixture(scope="session")
def with_model(stand_in: StandIn) -> dict[str, str]:
    """What a process is told so that it asks the stand-in."""
    return {"LLM_API_KEY": KEY, "LLM_BASE_URL": stand_in.base_url, "LLM_MODEL": MODEL}


@pytest.fixture(scope="session")
def web(site: Site, with_model: dict[str, str]) -> Web:
    """A web process with the model."""
    return site.web(**with_model)


@pytest.fixture(scope="session")
def other_web(site: Site, with_model: dict[str, str]) -> Web:
    """A second one, over the same database and Redis."""
    return site.web(**with_model)


@pytest.fixture(scope="session")
def checking_web(site: Site, with_model: dict[str, str]) -> Web:
    """One that has the citations of its answers checked."""
    return site.web(**with_model, CITATION_CHECKS="embedder")


@pytest.fixture
def mortal_web(site: Site, with_model: dict[str, str]) -> Iterator[Web]:
    """A web process of this test's own, to be killed."""
    web = site.web(**with_model)
    yield web
    web.kill()


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def script(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs JavaScript: a journey that asks for this runs twice."""
    return bool(request.param)


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Open a page in a browser of its own: `visit(url, script=False, state=…)`. Its complaints fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(url: str, *, script: bool = True, state: StorageState | None = None, **options: Any) -> Page:
        options.setdefault("reduced_motion", "reduce")  # What moves is drawn sixty times a second, here by processors.
        context = chromium.new_context(java_script_enabled=script, storage_state=state, **options)
        contexts.append(context)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda said: _note(complaints, said.type, said.text))
        page = context.new_page()
        page.goto(url, wait_until="commit")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _note(complaints: list[str], kind: str, text: str) -> None:
    """Keep what the page did wrong; that the network was missing, or no time to fade, is for the tests to provoke."""
    provoked = ("Failed to load resource", "net::ERR_", "htmx:sse:error", "Transition was ")
    if kind == "error" and not any(words in text for words in provoked):
        complaints.append(text)


@pytest.fixture(scope="session")
def ada(chromium: Browser, site: Site, quoting: Web) -> StorageState:
    """The cookies of Ada, whose account is the first one here: she runs the deployment."""
    return _joined(chromium, quoting, "Ada")


@pytest.fixture(scope="session")
def ben(chromium: Browser, site: Site, quoting: Web, ada: StorageState) -> StorageState:
    """The cookies of Ben, who came after Ada."""
    return _joined(chromium, quoting, "Ben")


def _joined(chromium: Browser, web: Web, name: str) -> StorageState:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{web.url}/signup")
    sign_up(page, name, f"{name.lower()}@example.org")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ask")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def sight() -> Sight:
    """Look at a page: its accessibility, its width, and a picture where COLLOQUY_SHOTS names a folder."""
    shots = os.environ.get("COLLOQUY_SHOTS")
    return Sight(Path(shots) if shots else None)
