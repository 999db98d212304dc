"""One reply, one message; and the history of both sides."""

from typing import Any

import pytest
from rasa.core.actions.action import create_bot_utterance
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered

from guide.answers import COUNTRIES
from guide.channel import history
from guide.channel.output import Replies, as_message, place, sorry

NOTHING = {
    "buttons": [], "sources": [], "reviewed": None, "table": None, "ask": None, "regions": None, "staging": None,
    "note": False, "level": None, "calls": [],
}  # fmt: skip


def sign(title: str, payload: str) -> str:
    return f"signed {title} {payload}"


def test_a_plain_reply() -> None:
    message = as_message({"text": "One.\n\nTwo.", "timestamp": 12.5}, sign)
    assert message == {"id": "12.500000", "from": "guide", "text": "One.\n\nTwo.", **NOTHING}


def test_sources_are_named_and_what_is_not_known_is_empty() -> None:
    message = as_message({"text": "x", "metadata": {"sources": ["ROCHE-A", "ESHT-SW"], "reviewed": "2026-11-20"}}, sign)
    assert message["reviewed"] == "2026-11"
    assert message["sources"][0]["url"] == "doi.org/10.1093/brain/awr351"
    assert (message["sources"][1]["url"], message["sources"][1]["date"]) == ("", "")


@pytest.mark.parametrize(("title", "payload", "aside"), [
    ("Stop", "/stop", True), ("Why do you ask?", "/ask_why", True), ("Why this stage?", "/ask_why", False),
    ("Yes", '/inform{"diagnosed":"yes"}', False),
])  # fmt: skip
def test_what_stands_beside_the_answers_to_a_question(title: str, payload: str, aside: bool) -> None:
    button = as_message({"text": "x", "buttons": [{"title": title, "payload": payload}]}, sign)["buttons"][0]
    assert button == {"title": title, "payload": f"signed {title} {payload}", "aside": aside}


STAGINGS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"possible": ["none", "1", "4b"], "affected": [], "support": {}, "what_if": {"niv": "4b"}},
        {"kings": ["1", "4b"], "mitos": [], "reasons": {"affected": [], "support": {}, "what_if": {"niv": "4b"}}},
    ),
    ({"possible": ["none"]}, {"kings": [], "mitos": [], "reasons": {}}),
    (
        {"mitos": ["1", "2"], "lost": ["movement"]},
        {"kings": [], "mitos": ["1", "2"], "reasons": {"lost": ["movement"]}},
    ),
]


@pytest.mark.parametrize(("passed", "drawn"), STAGINGS)
def test_a_result_is_drawn(passed: dict[str, Any], drawn: dict[str, Any]) -> None:
    assert as_message({"text": "x", "staging": passed}, sign)["staging"] == drawn


def test_the_body_map_comes_with_the_question_for_regions() -> None:
    asked, known = (
        as_message({"text": "x", "regions": {}}, sign),
        as_message({"text": "x", "regions": {"bulbar": "affected"}}, sign),
    )
    assert (asked["ask"], asked["regions"]) == ("regions", None)
    assert (known["ask"], known["regions"]) == ("regions", {"bulbar": "affected"})


def test_a_table_without_rows_is_none() -> None:
    assert as_message({"text": "x", "metadata": {"table": {"columns": ["a"], "rows": []}}}, sign)["table"] is None
    table = {"columns": ["a"], "rows": [["b"]]}
    assert as_message({"text": "x", "metadata": {"table": table}}, sign)["table"] == table


@pytest.mark.parametrize("country", [None, *COUNTRIES])
def test_every_country_has_numbers_that_can_be_dialled_also_when_all_fails(country: str | None) -> None:
    numbers = [number["tel"] for number in place(country)["emergency"]]
    assert numbers
    assert all(number.isdecimal() for number in numbers)
    text = sorry(country, 0)["text"]
    assert text.startswith("I am sorry.")
    assert all(number in text for number in numbers)


async def test_replies_are_collected_whole() -> None:
    replies = Replies()
    reply = {"text": "One.\n\nTwo.", "buttons": [{"title": "Yes", "payload": "/affirm"}], "metadata": {"note": True}}
    await replies.send_response("someone", reply)
    assert replies.replies == [reply]


def events() -> list[Event]:
    reply = create_bot_utterance(
        {"text": "No.", "buttons": [{"title": "More", "payload": "/ask_more"}], "country": "US"}
    )
    return [
        ActionExecuted("action_session_start"),
        UserUttered("hello", metadata={"country": "GB", "shown": "/hello"}),
        SlotSet("topic", "x"),
        BotUttered("Hello."),
        UserUttered("/ask_cure", metadata={"country": "GB", "shown": "Is there a cure?"}),
        reply,
    ]


def test_history_shows_what_both_sides_saw() -> None:
    told = history.messages(events(), sign)
    assert [(message["from"], message["text"]) for message in told] == [
        ("person", "/hello"), ("guide", "Hello."), ("person", "Is there a cure?"), ("guide", "No."),
    ]  # fmt: skip
    assert told[-1]["buttons"][0]["payload"] == "signed More /ask_more"


def test_what_was_answered_to_a_message_is_found_by_the_name_that_it_came_with() -> None:
    talk = events()
    talk[4].metadata["id"] = "the-second"
    assert [reply["text"] for reply in history.replies_to(talk, "the-second")] == ["No."]
    assert history.replies_to(talk, "another") == []


def test_the_country_is_the_one_last_spoken_of() -> None:
    assert history.country(events(), "GB") == "US"
    assert history.country(events()[:4], "GB") == "GB"
