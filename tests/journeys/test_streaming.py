"""An answer that is being written belongs to nobody's page: whoever comes, and however often, reads the same words."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.fakes.provider import StandIn
from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, ask, finished, stop, turn, words
from tests.journeys.site import Cable, Site, Web

ANSWER = """\
Integrator windup is what happens when the **actuator saturates** and the integral goes on growing [1].

- The *error* keeps its sign, so the sum [2] rises without an end.
- When the target is reached, the `sum` has to be unlearned: *overshoot* [1].

```python
total = min(max(total, -limit), limit)  # clamp
```

| Remedy | Where |
| --- | --- |
| Clamping | [1] |
| Back-calculation | [2] |

It ends with a **sentence in bold**, and with nothing [99] else — naïve “quotes”, 積分, 🤖.
"""
RAW = re.compile(r"\*\*|`|\| ?-|\[\d|\]\(|^#|^- |<", re.MULTILINE)
WATCH = """() => {
  globalThis.seen = [];
  const look = () => seen.push([...document.querySelectorAll("article")].at(-1)?.innerText ?? "");
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""

# From its end the page scrolls so far, and grows in the moment before it hears of that; whether it follows.
GROW = """by => {
  const list = document.querySelector("stick-to-end"), tall = document.createElement("div");
  tall.style.height = "3000px";
  list.append(tall);
  list.follow();
  list.handleEvent(new Event("scroll"));
  window.scrollBy({ top: by, behavior: "instant" });
  tall.style.height = "6000px";
  list.handleEvent(new Event("scroll"));
  return list.following;
}"""


@pytest.fixture(autouse=True)
def model(provider: StandIn) -> Iterator[StandIn]:
    """The model says the same in every journey here, and is asked exactly once in each."""
    provider.answer(ANSWER)
    yield provider
    asked_here = [each for each in provider.requests() if each["body"]["messages"][-1]["content"].endswith(WINDUP)]
    assert len(asked_here) == 1  # Besides, the worker may be marking a talk of an earlier journey.


def written(page: Page, words: str = "actuator") -> None:
    """Wait until the answer has come this far, and is not at its end."""
    expect(turn(page)).to_contain_text(words)
    expect(turn(page)).not_to_contain_text("It ends with")


def same_everywhere(site: Site, *pages: Page, said: str = ANSWER) -> None:
    """Every page reads the same, and as if it had just been opened; the database has what the model said."""
    read = [words(finished(page)) for page in pages]
    pages[0].reload()
    read.append(words(finished(pages[0])))
    for each in read:
        assert each == read[0]
    assert site.answer_in(pages[0].url) == ("complete", said.replace(" [99]", ""))
    expect(turn(pages[0])).to_contain_text("naïve “quotes”, 積分, 🤖.")


def cookies(page: Page) -> dict[str, object]:
    """Return what makes another browser the same person."""
    return {"state": page.context.storage_state()}


def test_an_answer_grows_without_showing_its_markdown(site: Site, web: Web, visit: Visit) -> None:
    page = visit(web.url)
    page.wait_for_load_state()
    ask(page, WINDUP)
    expect(turn(page)).to_be_visible()
    page.evaluate(WATCH)
    expect(turn(page).get_by_role("list")).to_be_visible()
    expect(turn(page).get_by_role("table")).to_be_visible()
    finished(page)
    seen = page.evaluate("() => seen")
    assert len(set(seen)) > 10, "It came in a few large pieces."
    assert not [raw.group() for text in seen if (raw := RAW.search(text))]
    same_everywhere(site, page)


def test_a_page_without_script_shows_the_answer_as_it_grows(site: Site, web: Web, visit: Visit) -> None:
    page = visit(web.url, script=False)
    ask(page, WINDUP)
    expect(turn(page)).to_contain_text("goes on growing")
    assert page.url.endswith("?live=1")
    assert site.answer_in(page.url)[0] == "streaming"
    assert not RAW.search(turn(page).inner_text())
    same_everywhere(site, page)


def test_a_reload_goes_on_where_the_answer_is(site: Site, web: Web, visit: Visit, script: bool, model: StandIn) -> None:
    page = visit(web.url, script=script)
    with model.held("rises without"):
        ask(page, WINDUP)
        written(page)
        page.reload(wait_until="commit")
        written(page)
    page.reload(wait_until="commit")
    same_everywhere(site, page)


def test_stopping_keeps_what_was_written(site: Site, web: Web, visit: Visit, script: bool, model: StandIn) -> None:
    page = visit(web.url, script=script)
    with model.held("rises without"):
        ask(page, WINDUP)
        written(page, "goes on growing")
        stop(page)
        expect(turn(page)).to_contain_text("You stopped the answer here. What was written is kept.")
    expect(turn(page)).to_contain_text("actuator saturates")
    state, text = site.answer_in(page.url)
    assert state == "stopped"
    assert ANSWER.startswith(text)
    assert model.outcome() == "closed"
    page.reload()
    expect(turn(page)).to_contain_text("actuator saturates")
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_stopping_in_another_process_works_as_well(
    site: Site, web: Web, other_web: Web, visit: Visit, model: StandIn
) -> None:
    page = visit(web.url)
    with model.held("rises without"):
        ask(page, WINDUP)
        written(page)
        other = visit(page.url.replace(web.url, other_web.url), **cookies(page))
        stop(other)
        for each in (page, other):
            expect(turn(each)).to_contain_text("You stopped the answer here.")
    assert site.answer_in(page.url)[0] == "stopped"


def test_everybody_follows_the_same_answer(site: Site, web: Web, other_web: Web, visit: Visit, model: StandIn) -> None:
    page = visit(web.url)
    page.wait_for_load_state()
    with model.held("rises without"):
        ask(page, WINDUP)
        expect(turn(page)).to_be_visible()
        elsewhere = page.url.replace(web.url, other_web.url)
        others = [
            visit(page.url, **cookies(page)),
            visit(elsewhere, **cookies(page)),
            visit(elsewhere, script=False, **cookies(page)),
        ]
        for each in (page, *others[:2]):
            written(each)
    same_everywhere(site, page, *others)


def test_a_tab_that_was_hidden_catches_up(site: Site, web: Web, visit: Visit) -> None:
    page = visit(web.url)
    ask(page, WINDUP)
    written(page)
    hide(page, hidden=True)
    other = page.context.new_page()
    other.goto(web.url)
    other.bring_to_front()
    expect(other.get_by_label("Your question")).to_be_visible()
    page.bring_to_front()
    hide(page, hidden=False)
    same_everywhere(site, page)


def hide(page: Page, *, hidden: bool) -> None:
    """Tell the page what a browser tells one in the background; headless ones never do."""
    page.evaluate(
        """hidden => {
          Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
          const state = hidden ? "hidden" : "visible";
          Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_a_lost_network_loses_nothing(site: Site, web: Web, visit: Visit) -> None:
    with Cable(web.port) as cable:
        page = visit(cable.url)
        ask(page, WINDUP)
        written(page)
        cable.cut()
        expect(page.get_by_text("The connection is gone. Trying again, nothing is lost.")).to_be_visible()
        cable.mend()
        page.get_by_role("button", name="Try now").click()
        expect(page.get_by_text("The connection is gone.")).to_be_hidden()
        same_everywhere(site, page)


def test_a_network_lost_until_the_answer_is_over_loses_nothing(
    site: Site, web: Web, visit: Visit, model: StandIn
) -> None:
    with Cable(web.port) as cable:
        page = visit(cable.url)
        ask(page, WINDUP)
        written(page)
        page.context.set_offline(offline=True)
        cable.cut()
        assert model.outcome(within=20) == "complete"
        cable.mend()
        page.context.set_offline(offline=False)
        same_everywhere(site, page)


def test_a_closed_tab_is_reopened_at_the_end(site: Site, web: Web, visit: Visit, script: bool, model: StandIn) -> None:
    page = visit(web.url, script=script)
    ask(page, WINDUP)
    written(page)
    address, state = page.url, page.context.storage_state()
    page.context.close()
    assert model.outcome(within=20) == "complete"
    again = visit(address, script=script, state=state)
    same_everywhere(site, again)


def test_an_answer_that_grows_at_once_is_followed_and_who_went_up_is_left_there(web: Web, visit: Visit) -> None:
    page = visit(web.url)
    ask(page, WINDUP)
    finished(page)
    assert page.evaluate(GROW, 0)
    assert not page.evaluate(GROW, -200)
