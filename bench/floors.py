"""What no guide on this base could go below: an empty Sanic handler, and the guide's NLU in a bare loop.

`-m bench.floors nlu ROUNDS` prints the milliseconds of a parse (p50), `handler PORT` serves until it is stopped.
"""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.bots import OURS, ROOT, rest
from bench.load import Door
from scripts.serve import answers, port


def parse(rounds: int) -> float:
    """Milliseconds, p50, of reading a message of the measured conversation, behind the one before, without a server."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.floors", "nlu", str(rounds)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return float(done.stdout.splitlines()[-1])


@contextmanager
def handler() -> Iterator[Door]:
    """The door of an empty handler in the Sanic that Rasa uses."""
    free = port("GUIDE_PORT")
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.floors", "handler", str(free)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not answers(f"http://127.0.0.1:{free}/"):
            time.sleep(0.05)
        yield rest(f"http://127.0.0.1:{free}")
    finally:
        process.terminate()
        process.wait()


def _parse(rounds: int) -> None:
    from rasa.core.channels.channel import UserMessage

    from guide.agent import load
    from guide.dialogue.context import SPOKEN_OF, spoken_of

    agent = load("http://127.0.0.1:9/webhook")  # nothing is answered: no action server is needed
    took = []

    async def all_of_it() -> None:
        said = ""
        for text in OURS.plain * rounds:
            start = time.perf_counter()
            await agent.processor.parse_message(UserMessage(text, metadata={SPOKEN_OF: spoken_of(None, said)}))
            took.append((time.perf_counter() - start) * 1000)
            said = text

    asyncio.run(all_of_it())
    print(statistics.median(took))


def _serve(number: int) -> None:
    from sanic import Sanic, response
    from sanic.request import Request

    app = Sanic("floor")

    @app.get("/")
    async def ready(request: Request) -> response.HTTPResponse:
        return response.text("")

    @app.post("/webhooks/rest/webhook")
    async def empty(request: Request) -> response.HTTPResponse:
        return response.json([{"text": ""}])

    app.run("127.0.0.1", number, access_log=False, motd=False)


if __name__ == "__main__":
    {"nlu": _parse, "handler": _serve}[sys.argv[1]](int(sys.argv[2]))
