"""What becomes of an answer when the process that writes it ends."""

from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import expect

from tests.fakes.provider import StandIn
from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, ask, finished, turn
from tests.journeys.site import Site, Web

ANSWER = "The actuator saturates [1]. " + "The integral goes on growing meanwhile. " * 12 + "\n\nIt ends here [2]."


def test_a_killed_process_leaves_what_was_written_and_a_way_on(
    site: Site, mortal_web: Web, provider: StandIn, visit: Visit
) -> None:
    provider.answer(ANSWER)
    page = visit(mortal_web.url)
    ask(page, WINDUP)
    expect(turn(page)).to_contain_text("goes on growing")
    plain = visit(page.url, script=False, state=page.context.storage_state())
    mortal_web.kill()
    expect(page.get_by_text("The connection is gone. Trying again, nothing is lost.")).to_be_visible()
    mortal_web.start()
    plain.goto(page.url, wait_until="commit")
    for each in (page, plain):
        expect(turn(each)).to_contain_text("The answer stopped here. What was written is kept.", timeout=40_000)
        expect(turn(each)).to_contain_text("The actuator saturates 1. The integral goes on growing")
        expect(turn(each)).not_to_contain_text("It ends here")
    state, text = site.answer_in(page.url)
    assert state == "interrupted"
    assert ANSWER.startswith(text)

    provider.answer("It ends well [1].")
    plain.get_by_role("button", name="Answer again").click()
    expect(finished(plain)).to_contain_text("It ends well 1.")
    page.reload()
    expect(finished(page)).to_contain_text("It ends well 1.")


def test_a_process_that_is_asked_to_stop_finishes_its_answers_first(
    site: Site, mortal_web: Web, web: Web, provider: StandIn, visit: Visit
) -> None:
    provider.answer(ANSWER)
    page = visit(mortal_web.url)
    ask(page, WINDUP)
    expect(turn(page)).to_contain_text("The actuator saturates")
    with ThreadPoolExecutor() as beside:
        stopping = beside.submit(mortal_web.stop, 30)
        expect(turn(page)).to_contain_text("It ends here 2", timeout=30_000)
        assert stopping.result() < 30
    assert site.answer_in(page.url) == ("complete", ANSWER)
    assert provider.outcome() == "complete"
    page.goto(page.url.replace(mortal_web.url, web.url))
    expect(finished(page)).to_contain_text("It ends here 2")
