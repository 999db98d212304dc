"""What is measured: its names, the goals, and results as a file keeps them."""

import json
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

INIT, GUIDE, CHANNEL, ON_OURS = (
    "rasa init",
    "guide, REST channel",
    "guide, own channel",
    "default pipeline on the guide's data",
)
BOTS = (INIT, GUIDE, CHANNEL, ON_OURS)
CLIENTS = (1, 8, 32)
TURNS = (5, 40, 100, 200)

ENVIRONMENT, TRAINING, START = "environment (MB)", "training (s)", "start to first answer (s)"
MEMORY_AT_START, MEMORY = "memory after the first answer (MB)", "memory after the load (MB)"
MORE_IS_BETTER = "answers a second"
GROWTH = "turn 100 against turn 5 (times)"


def answer(kind: str, clients: int, what: str) -> str:
    """The name of a figure under load. `kind`: plain or action; `what`: p50, p95, p99 (ms) or MORE_IS_BETTER."""
    unit = "" if what == MORE_IS_BETTER else " (ms)"
    return f"{kind}, {clients} client{'s' if clients > 1 else ''}: {what}{unit}"


def turn(number: int) -> str:
    return f"plain, turn {number} of a conversation: p50 (ms)"


def goal(name: str) -> float | None:
    """The most that the guide's figure may be of that of `rasa init`; where more is better, the least."""
    if name in (ENVIRONMENT, MEMORY):
        return 1 / 3
    if name == START or (": p50" in name and "client" in name):
        return 1 / 4
    if name == TRAINING:
        return 1 / 5
    return 5.0 if name.endswith(MORE_IS_BETTER) else None


MOST_GROWTH = 1.5
"""Of an answer's time, from turn 5 to turn 100 of a conversation."""


def met(name: str, times: float) -> bool | None:
    """Whether a ratio to `rasa init` meets the goal; None where there is none."""
    wanted = goal(name)
    if wanted is None:
        return None
    return times >= wanted if name.endswith(MORE_IS_BETTER) else times <= wanted


@dataclass
class Results:
    """Every round's figure by bot and name, and where and when they were measured."""

    about: dict[str, str] = field(default_factory=dict)
    rounds: dict[str, dict[str, list[float]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    floors: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, bot: str, name: str, figure: float) -> None:
        self.rounds[bot][name].append(round(figure, 3))

    def figure(self, bot: str, name: str) -> float | None:
        """The median of the rounds, or None where it was not measured."""
        if name == GROWTH:
            early, late = self.figure(bot, turn(5)), self.figure(bot, turn(100))
            return late / early if early and late else None
        found = self.rounds.get(bot, {}).get(name)
        return statistics.median(found) if found else None

    def floor(self, name: str) -> float:
        return statistics.median(self.floors[name])

    def times(self, bot: str, name: str) -> float | None:
        """A bot's figure against that of `rasa init` in the same run."""
        mine, theirs = self.figure(bot, name), self.figure(INIT, name)
        return mine / theirs if mine is not None and theirs else None

    def names(self) -> Iterator[str]:
        """Of all figures, in the order of the table."""
        yield from (ENVIRONMENT, TRAINING, START, MEMORY_AT_START, MEMORY)
        for kind in ("plain", "action"):
            for clients in CLIENTS:
                yield from (answer(kind, clients, what) for what in ("p50", "p95", "p99", MORE_IS_BETTER))
        yield from map(turn, TURNS)
        yield GROWTH

    def as_json(self) -> str:
        return json.dumps(vars(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Results":
        return cls(**json.loads(text))

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.as_json(), "utf-8")
