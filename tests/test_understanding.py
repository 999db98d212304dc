"""What the trained model makes of messages that no conversation shows: many pieces, no words, orders, damage."""

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent

from guide.agent import MODEL, load
from guide.nlu.classifier import MOST_PIECES


def test_a_message_of_a_thousand_pieces_is_read_from_its_ends(agent: Agent, run: Callable[..., Any]) -> None:
    calls: list[int] = []
    classifier = next(
        node._component
        for node in agent.processor.graph_runner._instantiated_nodes.values()  # type: ignore[union-attr]
        if hasattr(node._component, "_encoder")
    )
    encode = classifier._encoder.encode
    classifier._encoder.encode = lambda texts: calls.append(len(texts)) or encode(texts)
    try:
        parsed = run(agent.parse_message("Hm. " * 480 + "Is there a cure?"))
    finally:
        classifier._encoder.encode = encode
    assert calls == [MOST_PIECES + 1]
    assert "ask_cure" in parsed["parts"]


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
