"""Plays the conversations of tests/conversations/*.yml with the trained guide and the real action server.

A story is a list of turns. `user`: what the person says. `bot`: the names of the replies without `utter_`, all of
them, in order. `says`, `never`: what the replies' text has, or has not. `offers`, `withholds`: payloads that are among
the buttons, or are not. `knows`: slots afterwards. `form`: the slot that the staging form asks for afterwards, or
closed. `actions`: first, the action server becomes up, down, slow, error, rubbish or silence. `repeat`: the person says
it so often.
"""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent

from tests.conftest import ROOT, ActionServer
from tests.talk import Talk

STORIES = [
    pytest.param(story, id=f"{path.stem}: {story['story']}")
    for path in sorted((ROOT / "tests" / "conversations").glob("*.yml"))
    for story in yaml.safe_load(path.read_text("utf-8"))
]
LONG = "and then he said that we should wait " * 270  # ten thousand characters
KEYS = {"user", "bot", "says", "never", "offers", "withholds", "knows", "form", "actions", "repeat"}


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("story", STORIES)
def test_conversation(
    story: dict[str, Any], agent: Agent, action_server: ActionServer, run: Callable[..., Any]
) -> None:
    action_server.become("up")
    talk = Talk(agent, channel=story.get("channel", "rest"), metadata=story.get("metadata"))
    for number, turn in enumerate(story["talk"], start=1):
        assert set(turn) <= KEYS, f"turn {number} has an unknown key"
        action_server.become(turn.get("actions", action_server.state))
        for _ in range(turn.get("repeat", 1)):
            reply = run(talk.say(LONG if turn["user"] == "LONG" else turn["user"]))
        where = f"turn {number} ({turn['user'][:60]!r}): {reply.names}\n{reply.text}"
        if "bot" in turn:
            assert reply.names == [f"utter_{name}" for name in as_list(turn["bot"])], where
        assert all(len(titles) == len({*titles}) for titles in reply.titles), f"a button twice in {where}"
        for payload in as_list(turn.get("withholds", [])):
            assert payload not in reply.payloads, f"found {payload!r} among the buttons in {where}"
        for text in as_list(turn.get("says", [])):
            assert text in reply.text, f"missing {text!r} in {where}"
        for text in as_list(turn.get("never", [])):
            assert text not in reply.text, f"found {text!r} in {where}"
        for payload in as_list(turn.get("offers", [])):
            assert payload in reply.payloads, f"missing {payload!r} among {reply.payloads} in {where}"
        slots = run(talk.slots())
        assert {name: slots.get(name) for name in turn.get("knows", {})} == turn.get("knows", {}), where
        if "form" in turn:
            is_open = run(talk.tracker()).active_loop_name is not None
            assert (slots.get("requested_slot") if is_open else "closed") == turn["form"], where


def test_there_are_enough_stories() -> None:
    assert len(STORIES) >= 30
