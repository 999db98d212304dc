"""What each workaround of guide/workarounds.py gains: processor time of an answer with it and without it, in turns.

`python -m bench.workarounds`. Everything else stays in place; the gains of several do not add up. Of all rounds the
lower quartile counts: what other programs do to the machine makes times longer, never shorter.
"""

import asyncio
import statistics
import time
import uuid
from collections.abc import Sequence
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from guide.agent import load  # before anything else of Rasa
from guide.workarounds import SPEED
from tests.conftest import ActionServer

ROUNDS = 200
TEXTS = {
    "plain reply": "is there a cure?",
    "reply by the action server": "She was diagnosed. Both arms are weak, the rest is fine, no tube, no mask. Stage?",
}


async def seconds(agent: Agent, text: str) -> float:
    """Processor seconds of this process for a message, in a conversation of its own."""
    message = UserMessage(text, CollectingOutputChannel(), uuid.uuid4().hex)
    start = time.process_time()
    await agent.handle_message(message)
    return time.process_time() - start


def agents(url: str, owner: type, name: str, methods: Sequence[Any]) -> list[Agent]:
    """The guide with each of the methods in turn: Rasa looks some of them up when it loads."""
    guides = []
    for method in methods:
        setattr(owner, name, method)
        guides.append(load(url))
    return guides


def compare(url: str) -> None:
    """Print a row for each workaround and kind of reply."""
    for owner, name, *methods in SPEED:
        guides = agents(url, owner, name, methods)
        for kind, text in TEXTS.items():
            times: list[list[float]] = [[], []]
            with asyncio.Runner() as runner:
                for _ in range(ROUNDS):
                    for method, guide, its in zip(methods, guides, times, strict=True):
                        setattr(owner, name, method)
                        its.append(runner.run(seconds(guide, text)))
            without, with_it = (statistics.quantiles(its, n=4)[0] for its in times)
            gain = f"{1 - with_it / without:4.0%} less than {1000 * without:.1f} ms"
            print(f"{owner.__name__ + '.' + name:<45} {kind:<27} {gain}", flush=True)


if __name__ == "__main__":
    server = ActionServer()
    server.become("up")
    compare(server.url)
    server.become("down")
