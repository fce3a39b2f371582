"""How little travels to a first visitor, and to everyone after that."""

from playwright.sync_api import Page, Response, expect

from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, ask, finished
from tests.journeys.site import Web

PICTURES = ("image", "font")


def weights(page: Page, url: str) -> dict[str, int]:
    """Return how many bytes came over the wire for each address of a page, heads and all."""
    answers: list[Response] = []
    note = lambda answer: answers.append(answer)  # noqa: E731, PLW0108 -- the browser marks its listeners
    page.on("response", note)
    page.goto(url, wait_until="networkidle")
    page.remove_listener("response", note)
    sizes = {answer.url: answer.request.sizes() for answer in answers if answer.request.resource_type not in PICTURES}
    return {url: size["responseHeadersSize"] + size["responseBodySize"] for url, size in sizes.items()}


def test_a_first_visit_and_the_next_page_are_light(quoting: Web, visit: Visit) -> None:
    page = visit("about:blank")
    first = weights(page, quoting.url)
    assert len(first) > 5
    assert sum(first.values()) < 60_000, first

    ask(page, WINDUP)
    finished(page)
    page.goto(quoting.url)
    shell = weights(page, quoting.url)
    assert next(iter(shell.values())) < 10_000, shell
    page.get_by_role("navigation").get_by_role("link", name=WINDUP).click()
    address = page.url
    expect(page.get_by_role("article")).to_be_visible()
    conversation = weights(page, address)
    assert conversation[address] < 10_000, conversation
    assert sum(conversation.values()) < 60_000, conversation
