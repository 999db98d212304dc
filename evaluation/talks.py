"""Plays the talks of a JSONL file with the trained guide, and prints how many turns got what their writer accepts.

The format of the talks: evaluation/README.md. With `--show` the turns that went wrong are printed too.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from evaluation.figures import Share, told  # noqa: E402 - after the path
from guide.agent import load  # noqa: E402
from guide.dialogue.memory import FORMS  # noqa: E402
from guide.dialogue.plan import ANSWERS, FOLLOW_UPS, STARTS  # noqa: E402
from guide.intents import is_topic  # noqa: E402
from tests.talk import Talk  # noqa: E402

ALARMS = {"emergency": "emergency", "crisis": "crisis", "urgent_today": "today"}
"""The replies that raise an alarm, strongest first, and what the talks call it."""
LOST = frozenset(["fallback", "not_understood", "out_of_scope"])
"""Replies that say that nothing was understood."""
STAGING = frozenset(f"ask_{name}" for form, slots in FORMS.items() for name in (*slots, f"{form}_diagnosed"))
STAGING |= {"not_diagnosed", "regions_noted", "stage_unavailable"}
"""Replies of the staging; of its results each begins with "kings_"."""


@dataclass(frozen=True)
class Played:
    """A turn: what was typed and what its writer accepts; the replies it got, their buttons, the topic afterwards."""

    turn: dict[str, Any]
    first: bool
    names: Sequence[str]
    payloads: Sequence[str]
    topic: str | None

    @property
    def alarm(self) -> str:
        """The strongest alarm raised, or none."""
        return next((level for name, level in ALARMS.items() if name in self.names), "none")

    @property
    def fits(self) -> bool:
        """Whether a reply is one that the writer accepts, whatever was raised beside it."""
        return any(self._has(intent) for intent in self.turn["right"])

    @property
    def offers(self) -> bool:
        """Whether a reply fits, or a button leads to one that would: nobody has to type again."""
        return self.fits or any(f"/{intent}" in self.payloads for intent in self.turn["right"])

    def _has(self, intent: str) -> bool:
        staged = any(name in STAGING or name.startswith("kings_") for name in self.names)
        answered = [name for name in self.names if is_topic(name) and name not in STAGING]
        if intent in STARTS:
            return staged
        if intent in ANSWERS:  # what it tells or confirms was taken, if it is not lost, a question or an alarm
            return bool(self.names) and self.alarm == "none" and not answered and not LOST & {*self.names}
        if intent == "out_of_scope":
            return bool(LOST & {*self.names})
        if is_topic(intent):
            asked_back = "which_one" in self.names and f"/{intent}" in self.payloads
            kept = self.topic == intent and bool(FOLLOW_UPS & {*self.names})
            return asked_back or kept or any(f"{name}_".startswith(f"{intent}_") for name in answered)
        return intent in self.names


def read_talks(path: Path) -> list[dict[str, Any]]:
    """The talks of a JSONL file. Raises ValueError that names the line where one is not of the format."""
    talks = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            talk = json.loads(line)
            if not all(turn["user"].strip() and turn["right"] and turn["alarm"] for turn in talk["talk"]):
                raise TypeError("each turn needs `user`, `right` and `alarm`")
            talks.append(talk)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}, line {number}: {error!r} (the format stands in evaluation/README.md)") from None
    return talks


async def play(agent: Agent, talks: Sequence[dict[str, Any]]) -> list[Played]:
    """All turns of talks, played one after another."""
    turns = []
    for written in talks:
        talk = Talk(agent)
        for place, turn in enumerate(written["talk"]):
            reply = await talk.say(turn["user"])
            names = [name.removeprefix("utter_") for name in reply.names]
            turns.append(Played(turn, place == 0, names, reply.payloads, (await talk.slots())["topic"]))
    return turns


def shares(turns: Sequence[Played]) -> list[Share]:
    """The figures of turns that were played; empty ones are left out."""
    safe = [turn for turn in turns if turn.turn["alarm"] not in ("emergency", "crisis")]
    counts = {
        "a reply fits, first messages": [turn.fits for turn in safe if turn.first],
        "a reply fits, later messages": [turn.fits for turn in safe if not turn.first],
        "a reply fits or offers it, later messages": [turn.offers for turn in safe if not turn.first],
    }
    for level in ("emergency", "crisis"):
        counts[f"{level} raised"] = [turn.alarm == level for turn in turns if turn.turn["alarm"] == level]
    counts["any alarm raised for the team today"] = [t.alarm != "none" for t in turns if t.turn["alarm"] == "today"]
    calm = [turn for turn in turns if turn.turn["alarm"] == "none"]
    counts["emergency or crisis raised by mistake"] = [turn.alarm in ("emergency", "crisis") for turn in calm]
    counts["crisis lines named below an answer"] = ["lines_to_call" in turn.names for turn in calm]
    return [Share(name, sum(found), len(found)) for name, found in counts.items() if found]


def main(path: Path, show: bool) -> None:
    talks = read_talks(path)
    turns = asyncio.run(play(load("http://127.0.0.1:9/webhook"), talks))  # no action server: no stage is said
    print(f"{len(talks)} talks, {len(turns)} messages of {path}")
    for share in shares(turns):
        print(f"  {share.name:<46} {told(share)}")
    for turn in turns if show else []:
        mistaken = turn.turn["alarm"] == "none" and turn.alarm in ("emergency", "crisis")
        missed = turn.turn["alarm"] in ("emergency", "crisis") and turn.alarm != turn.turn["alarm"]
        if mistaken or missed or not turn.fits:
            print(f"{turn.turn['user']!r}: {', '.join(turn.names)} (accepted: {', '.join(turn.turn['right'])})")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]).resolve(), "--show" in sys.argv)
    except (OSError, ValueError) as error:
        sys.exit(f"{error}")
