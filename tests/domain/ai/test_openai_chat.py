"""Answers through the real adapter, from a provider that behaves and one that does not."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from tests.domain.ai.conftest import ask, listen
from tests.fakes.provider import KEY, MID, made_up_answer
from webapp.ai import ChatMessage, Prompt, Usage, errors
from webapp.ai.endpoint import Timeouts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.provider import StandIn
    from webapp.ai.openai_chat import OpenAIChat

    MakeChat = Callable[..., OpenAIChat]

IMPATIENT = Timeouts(connect=0.3, first=0.3, between=0.3)


def test_an_answer_arrives_in_pieces_and_ends_with_its_usage(provider: StandIn, chat: MakeChat) -> None:
    heard = list(chat().stream(ask()))
    *pieces, usage = heard
    assert len(pieces) > 1
    assert "Cats purr [1]" in "".join(map(str, pieces))
    assert isinstance(usage, Usage)
    assert usage.completion_tokens == 40
    assert usage.prompt_tokens > 0


def test_a_text_survives_every_way_of_cutting_it(provider: StandIn, chat: MakeChat) -> None:
    text = 'Ünïcode, "quotes" [1][12], data: [DONE]\n\n```\n\r\n``` 🐈 : done'
    provider.answer(text)
    assert listen(chat())[0] == text


def test_only_fields_that_everybody_knows_are_sent(provider: StandIn, chat: MakeChat) -> None:
    prompt = Prompt([ChatMessage("system", "Be brief."), ChatMessage("user", "Hello")], temperature=0.5, max_tokens=9)
    listen(chat("echo"), prompt)
    assert provider.requests()[-1]["body"] == {
        "model": "echo",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.5,
        "max_tokens": 9,
    }


@pytest.mark.parametrize(
    ("base_url", "field"),
    [
        ("https://api.openai.com/v1", "max_completion_tokens"),
        ("https://ours.openai.azure.com/openai/v1", "max_completion_tokens"),
        ("https://api.groq.com/openai/v1", "max_tokens"),
        ("", "max_completion_tokens"),
    ],
)
def test_the_limit_is_called_what_the_endpoint_calls_it(chat: MakeChat, base_url: str, field: str) -> None:
    assert field in chat(base_url=base_url)._fields(ask())  # These hosts cannot be asked from a test.


def test_a_field_that_a_model_dislikes_is_left_out_from_then_on(provider: StandIn, chat: MakeChat) -> None:
    model = chat("no-temperature")
    assert listen(model)[0]
    assert listen(model)[0]
    assert ["temperature" in request["body"] for request in provider.requests()] == [True, False, False]


def test_a_prompt_may_name_another_model_over_the_same_connection(provider: StandIn, chat: MakeChat) -> None:
    model = chat()
    listen(model)
    listen(model, Prompt([ChatMessage("user", "Hello")], model="echo"))
    assert [request["body"]["model"] for request in provider.requests()] == ["good", "echo"]
    assert len({request["connection"] for request in provider.requests()}) == 1


def test_what_one_model_dislikes_the_others_still_get(provider: StandIn, chat: MakeChat) -> None:
    model, picky = chat(), Prompt([ChatMessage("user", "Hello")], model="no-temperature")
    listen(model, picky)
    listen(model)
    listen(model, picky)
    assert ["temperature" in request["body"] for request in provider.requests()] == [True, False, True, False]


@pytest.mark.parametrize("mode", ["no-done", "comments", "usage-in-x-groq", "usage-with-finish"])
def test_the_dialects_of_other_providers_are_understood(chat: MakeChat, mode: str) -> None:
    text, usage = listen(chat(mode))
    assert "[1]" in text
    assert usage
    assert usage.completion_tokens == 40


def test_an_answer_without_usage_is_complete_all_the_same(chat: MakeChat) -> None:
    assert listen(chat("no-usage"))[1] is None


def test_an_empty_answer_is_empty(chat: MakeChat) -> None:
    text, usage = listen(chat("empty"))
    assert text == ""
    assert usage


def test_conversations_share_a_connection(provider: StandIn, chat: MakeChat) -> None:
    model = chat()
    for _ in range(3):
        listen(model)
    assert len({request["connection"] for request in provider.requests()}) == 1


REFUSALS = [
    ("fail-401", errors.WrongKey),
    ("fail-402", errors.NoCredit),
    ("fail-403", errors.WrongKey),
    ("fail-404", errors.UnknownModel),
    ("fail-413", errors.PromptTooLong),
    ("fail-422", errors.Refused),
    ("fail-context", errors.PromptTooLong),
    ("fail-quota", errors.NoCredit),
    ("fail-moderation", errors.Refused),
    ("garbage", errors.Garbage),
    ("fail-302", errors.Garbage),
]


@pytest.mark.parametrize(("mode", "failure"), REFUSALS)
def test_what_is_permanent_is_not_tried_again(
    provider: StandIn, chat: MakeChat, mode: str, failure: type[errors.ProviderError]
) -> None:
    with pytest.raises(failure) as caught:
        listen(chat(mode))
    assert type(caught.value) is failure
    assert caught.value.permanent
    assert len(provider.requests()) == 1


@pytest.mark.parametrize(
    ("mode", "failure"),
    [
        ("fail-500", errors.Overloaded),
        ("error-first", errors.Overloaded),
    ],
)
def test_what_may_pass_is_tried_three_times(
    provider: StandIn, chat: MakeChat, mode: str, failure: type[errors.ProviderError]
) -> None:
    with pytest.raises(failure) as caught:
        listen(chat(mode))
    assert not caught.value.permanent
    assert len(provider.requests()) == 3


def test_a_provider_that_recovers_is_not_noticed(provider: StandIn, chat: MakeChat) -> None:
    provider.next("fail-503")
    assert listen(chat())[1]
    assert len(provider.requests()) == 2


def test_a_wait_that_the_provider_asks_for_is_kept(provider: StandIn, chat: MakeChat) -> None:
    begun = time.monotonic()
    assert listen(chat("fail-429-twice"))[0]
    assert 0.2 <= time.monotonic() - begun < 1.5
    assert len(provider.requests()) == 3


def test_a_wait_that_nobody_would_sit_through_is_told_instead(provider: StandIn, chat: MakeChat) -> None:
    with pytest.raises(errors.RateLimited) as caught:
        listen(chat("fail-429"))
    assert caught.value.retry_after == 60
    assert len(provider.requests()) == 1


@pytest.mark.parametrize(
    ("mode", "failure"),
    [
        ("cut", errors.Cut),
        ("no-finish", errors.Cut),
        ("bad-chunks", errors.Cut),
        ("error-in-stream", errors.Overloaded),
        ("garbage-mid", errors.Garbage),
        ("hang-mid", errors.TimedOut),
        ("filtered", errors.Refused),
    ],
)
def test_after_the_first_words_a_failure_keeps_them_and_is_raised(
    provider: StandIn, chat: MakeChat, mode: str, failure: type[errors.ProviderError]
) -> None:
    heard: list[str | Usage] = []
    with pytest.raises(failure) as caught:
        heard.extend(chat(mode, timeouts=IMPATIENT).stream(ask()))
    assert type(caught.value) is failure
    [request] = provider.requests()
    assert "".join(map(str, heard)) == "".join(made_up_answer(request["body"]["messages"], 40)[:MID])


@pytest.mark.parametrize("mode", ["hang", "only-comments"])
def test_a_provider_that_never_answers_is_given_up(provider: StandIn, chat: MakeChat, mode: str) -> None:
    begun = time.monotonic()
    with pytest.raises(errors.TimedOut):
        listen(chat(mode, timeouts=IMPATIENT))
    assert time.monotonic() - begun < 1
    assert provider.outcome() == "closed"
    assert len(provider.requests()) == 1


def test_nobody_at_the_address_is_unreachable(chat: MakeChat) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(errors.Unreachable):
        listen(chat(base_url=f"http://127.0.0.1:{port}/v1", timeouts=IMPATIENT))


def test_closing_early_closes_the_connection_at_once(provider: StandIn, chat: MakeChat) -> None:
    model = chat("long")
    stream = model.stream(ask())
    assert next(stream)
    stream.close()
    assert provider.outcome(within=1) == "closed"
    assert provider.requests()[-1]["pieces"] < 1000
    provider.next("good")
    assert listen(model)[1]
    assert len({request["connection"] for request in provider.requests()}) == 2


@pytest.mark.parametrize("key", ["wrong-key", "not\nsendable", "nöt-ascii"])
def test_a_wrong_key_appears_in_no_message_and_no_log(
    chat: MakeChat, caplog: pytest.LogCaptureFixture, key: str
) -> None:
    with pytest.raises(errors.WrongKey) as caught:
        listen(chat(api_key=key))
    assert caught.value.__cause__ is None
    assert key not in f"{caught.value!r} {caught.value.sentence}"
    assert key not in caplog.text


def test_a_key_quoted_inside_a_stream_does_not_reach_the_log(chat: MakeChat, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(errors.Overloaded):
        listen(chat("error-in-stream"))
    assert "Provider returned an error for …" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "told",
    [
        "Incorrect API key provided: sk-proj-abcd1234efgh. You can find yours at https://platform.openai.com/keys?a=b.",
        {"message": "Authorization: Bearer gsk_0123456789abcdefghij0123"},
        "key-0123456789abcdef is not allowed",
    ],
)
def test_what_looks_like_a_secret_is_redacted(told: object) -> None:
    shown = errors.redacted(told, "-" * 9)
    for secret in ("abcd1234", "0123456789", "a=b"):
        assert secret not in shown


def test_every_failure_can_be_stored_and_shown() -> None:
    def tree(kind: type[errors.ProviderError]) -> list[type[errors.ProviderError]]:
        return [kind, *(leaf for branch in kind.__subclasses__() for leaf in tree(branch))]

    kinds = tree(errors.ProviderError)
    assert len({kind.code for kind in kinds}) == len(kinds) > 12
    assert all(kind.sentence.endswith(".") and len(kind.code) <= 20 for kind in kinds)
