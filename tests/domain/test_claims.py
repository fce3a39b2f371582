"""What a trainee says is searched by sentence and by clause: measured with the built-in embedder."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.builders import Builder, Row
from webapp.scorecards import claims
from webapp.scorecards.lines import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

POLICIES = {
    "discounts.md": "# Discounts\n\nWithout asking a manager, sales staff may give a discount of at most 5 percent on a"
    " new car. Winter tyres or a first inspection may be offered instead of a discount.\n",
    "returns.md": "# Returns\n\nA car that was bought online can be returned within 14 days, with no more than 200"
    " kilometres driven. The price is paid back within a week.\n",
    "opening.md": "# Opening hours\n\nThe showroom is open from nine to six, and on Saturdays until two.\n",
}


def lines(*said: str) -> list[Line]:
    """Return lines of the trainee, each after one of the customer."""
    each = [words for line in said for words in ("And what does that mean for me?", line)]
    return [Line(number, uuid4(), number % 2 == 0, words) for number, words in enumerate(each, 1)]


@pytest.fixture
def found(make_app: Callable[..., Flask], app: Flask, robots: Row) -> Callable[..., set[str]]:
    """Return the documents that speak of what a trainee says."""
    build = Builder(make_app(embedding_api_key=None))
    collection = build.collection(robots, "Policies")
    for name, words in POLICIES.items():
        build.document(collection, name, words)

    def search(*said: str) -> set[str]:
        with build.inside(robots.organization_id):
            asked = claims.queries(lines(*said))
            return {each.title for each in claims.passages(robots.organization_id, [collection.id], asked)}

    return search


BOTH = "We give at most 5 percent discount, and you may return it within 14 days."
LONG = (
    "You may return it within 14 days, that is our promise to you, and of course I would be glad to show you the garage"
    " and have a coffee with you. By the way, our discount is at most five percent."
)


@pytest.mark.parametrize(
    ("said", "documents"),
    [
        (BOTH, {"Discounts", "Returns"}),
        (LONG, {"Discounts", "Returns"}),
        ("It is only until two on a Saturday.", {"Opening hours"}),
        ("Good morning and welcome, what brings you to us today, and did you find a place for your car?", set()),
        ("Then let us meet on Friday at ten, and bring your husband along.", set()),
        ("Five percent.", set()),
    ],
)
def test_what_the_documents_say_on_any_part_of_a_line_is_found(
    found: Callable[..., set[str]], said: str, documents: set[str]
) -> None:
    assert found(said) == documents


def test_clauses_are_left_out_first_where_much_was_said() -> None:
    many = [f"Number {number} costs a good deal, and prices fall in spring." for number in range(claims.SEARCHED)]
    assert claims.wordings(lines(*many[:10]))[10:12] == ["Number 0 costs a good deal", "and prices fall in spring."]
    assert claims.wordings(lines(*many)) == many
