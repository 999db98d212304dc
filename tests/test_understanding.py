"""What the trained model makes of messages that no conversation shows: many pieces, no words, orders, damage."""

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from guide.agent import MODEL, load
from guide.dialogue.context import SPOKEN_OF, spoken_of
from guide.language.danger import read_danger
from guide.language.text import clean
from guide.nlu.classifier import LEVELS, MOST_PIECES, IntentClassifier
from tests.unit.test_danger import CRISIS, EMERGENCY, FRESH_CRISIS, FRESH_EMERGENCY


@pytest.fixture
def classifier(agent: Agent) -> IntentClassifier:
    nodes = agent.processor.graph_runner._instantiated_nodes.values()  # type: ignore[union-attr]
    return next(node._component for node in nodes if isinstance(node._component, IntentClassifier))


def test_a_message_of_a_thousand_pieces_is_read_from_its_ends(
    agent: Agent, classifier: IntentClassifier, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    encode = classifier._encoder.encode
    monkeypatch.setattr(
        classifier._encoder, "encode", lambda text, parts: calls.append(1 + len(parts)) or encode(text, parts)
    )
    parsed = run(agent.parse_message("Hm. " * 480 + "Is there a cure?"))
    assert calls == [MOST_PIECES + 1]
    assert "ask_cure" in parsed["parts"]


@pytest.mark.parametrize(
    ("text", "is_read_behind"),
    [
        ("what does riluzole do?", False),  # a topic named plainly
        ("what about side effects", True),  # as surely a follow-up, but of what?
        ("does it hurt", True),
        ("\U0001f642", False),  # says nothing, wherever it stands
    ],
)
def test_what_leans_on_the_talk_is_read_behind_it(
    text: str,
    is_read_behind: bool,
    agent: Agent,
    classifier: IntentClassifier,
    run: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []
    read = classifier._talks.read
    monkeypatch.setattr(classifier._talks, "read", lambda *given: seen.append(given[2]) or read(*given))
    before = spoken_of("ask_feeding_support", "how is the tube put in")
    run(agent.processor.parse_message(UserMessage(text, metadata={SPOKEN_OF: before})))  # type: ignore[union-attr]
    assert seen == [before] * is_read_behind


@pytest.mark.parametrize("text", ["", " ", "😭😭😭", "?!", "\u200b", "...", "🙂 🙂"])
def test_what_has_no_word_means_nothing(text: str, agent: Agent, run: Callable[..., Any]) -> None:
    assert run(agent.parse_message(text))["parts"] == ["nlu_fallback"]


def test_a_damaged_model_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tarfile.open(MODEL) as archive:
        archive.extractall(tmp_path / "model", filter="data")
    weights = next((tmp_path / "model").rglob("intents.npz"))
    weights.write_bytes(weights.read_bytes()[:1000])
    damaged = shutil.make_archive(str(tmp_path / "damaged"), "gztar", tmp_path / "model")
    monkeypatch.setattr("guide.agent.MODEL", Path(damaged))
    assert load("http://127.0.0.1:9/webhook").processor is None


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("i feel suisidal", "crisis"),
        ("I can't see any reason to carry on", "crisis"),
        ("my husband won't let me see a doctor", "crisis"),
        ("the niv is broken and she depends on it", "emergency"),
        ("I think it is anaphylaxis", "emergency"),
        ("he is fitting", "emergency"),
        ("she can't swallow anything since this morning", "urgent_today"),
    ],
)
def test_a_rule_of_danger_is_enough(text: str, level: str, agent: Agent, run: Callable[..., Any]) -> None:
    assert run(agent.parse_message(text))["parts"][0] == level


@pytest.mark.parametrize(
    ("level", "texts"), [("emergency", EMERGENCY + FRESH_EMERGENCY), ("crisis", CRISIS + FRESH_CRISIS)]
)
def test_the_model_holds_back_no_rule_of_danger(
    level: str, texts: list[str], agent: Agent, run: Callable[..., Any]
) -> None:
    missed = [text for text in texts if level not in run(agent.parse_message(text))["parts"]]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("arms weak, legs weak, cannot breathe", "emergency"),
        ("legs weak, arms weak, has bipap, i want to die", "crisis"),
        ("my arms are weak, legs fine, speech slurred, she uses niv, choking on food now", "emergency"),
    ],
)
def test_facts_about_the_body_do_not_drown_a_rule(text: str, level: str, agent: Agent, run: Callable[..., Any]) -> None:
    assert level in run(agent.parse_message(text))["parts"]


@pytest.mark.parametrize(
    "text",
    [
        "nerf gun motors upgrade",
        "the hamster's back legs drag since he fell off the sofa",
        "if als is incurable what's the point of all these hospital visits",
    ],
)
def test_a_rule_in_which_the_model_sees_nothing_is_not_believed(
    text: str, agent: Agent, run: Callable[..., Any]
) -> None:
    assert read_danger(clean(text))
    assert not {*run(agent.parse_message(text))["parts"]} & {*LEVELS}
