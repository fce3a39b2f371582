"""A model that is in trouble: a sentence in the message, what was written is kept, and trying again works."""

import pytest
from playwright.sync_api import expect

from tests.fakes.provider import KEY, StandIn
from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, ask, finished, turn
from tests.journeys.site import Site, Web

KEPT = "What was written is kept."
TROUBLES = [
    ("fail-401", 1, "does not accept our key", True),
    ("fail-401", 1, "does not accept our key", False),
    ("fail-500", 3, "has trouble at the moment", True),
    ("garbage", 1, "does not seem to be a model provider", True),
    ("cut", 1, KEPT, True),
    ("cut", 1, KEPT, False),
    ("error-in-stream", 1, KEPT, True),
    ("garbage-mid", 1, KEPT, True),
]


@pytest.mark.parametrize(("trouble", "times", "sentence", "script"), TROUBLES)
def test_trouble_is_told_in_words_and_passes(
    site: Site, web: Web, provider: StandIn, visit: Visit, trouble: str, times: int, sentence: str, script: bool
) -> None:
    provider.answer("The actuator is saturated. [1] And the integral goes on growing [1].")
    provider.next(trouble, times)
    page = visit(web.url, script=script)
    ask(page, WINDUP)
    expect(turn(page)).to_contain_text(sentence)
    if sentence == KEPT:
        expect(turn(page)).to_contain_text("The actuator is saturated.")
        expect(turn(page)).not_to_contain_text("[")
    said = page.content()
    assert not [secret for secret in (KEY, "Traceback", "Error(", provider.base_url) if secret in said]
    turn(page).get_by_role("button", name="Answer again").click()
    expect(finished(page)).to_contain_text("the integral goes on growing 1.")
    expect(turn(page)).not_to_contain_text(sentence)
    assert site.answer_in(page.url)[0] == "complete"
    assert len(provider.requests()) == times + 1
