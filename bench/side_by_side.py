"""`make bench`: the bot of `rasa init` and the guide on this machine, in turn, round after round.

README.md says what is measured and how. ROUNDS and LOAD_SECONDS make a shorter trial, which is written to
.run/bench/results and not kept; OURS=1 trains the default pipeline on the guide's data first.
"""

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from bench.bots import OURS, ROOT, STOCK, Bot, Guide, Stock, Words, first_answer, ours_trained, resident, settle, train
from bench.figures import (
    CHANNEL,
    CLIENTS,
    ENVIRONMENT,
    GUIDE,
    INIT,
    MEMORY,
    MEMORY_AT_START,
    MORE_IS_BETTER,
    ON_OURS,
    START,
    TRAINING,
    TURNS,
    Results,
    answer,
    turn,
)  # fmt: skip
from bench.floors import handler, parse
from bench.load import need_wrk, press, turns
from bench.machine import about
from bench.report import write
from bench.stock import PACKAGES, PYTHON, default_on_our_data, rasa_init, seconds_of_training

FULL_ROUNDS, FULL_SECONDS = 3, 10
ROUNDS, SECONDS = int(os.environ.get("ROUNDS") or FULL_ROUNDS), int(os.environ.get("LOAD_SECONDS") or FULL_SECONDS)
KEPT, TRIAL = ROOT / "bench" / "results", ROOT / ".run" / "bench" / "results"


def measure(results: Results, started: Callable[[], Bot], words: Words, columns: dict[str, str]) -> None:
    """One round of a bot. `columns`: the name in the table for each of its doors."""
    start = time.perf_counter()
    bot = started()
    try:
        first_answer(bot, words.plain[0])
        took, at_start = time.perf_counter() - start, resident(bot.pids())
        for name, column in columns.items():
            door = bot.doors()[name]
            press(door, words.plain, 1, 2)  # to be warm
            for kind, texts in (("plain", words.plain), ("action", [words.action] if words.action else [])):
                for clients in CLIENTS if texts else ():
                    settle(bot.pids())
                    load = press(door, texts, clients, SECONDS)
                    for what in ("p50", "p95", "p99"):
                        results.add(column, answer(kind, clients, what), getattr(load, what))
                    results.add(column, answer(kind, clients, MORE_IS_BETTER), load.per_second)
                    print(f"  {column}: {kind}, {clients} clients: {load}", flush=True)
            settle(bot.pids())
            for number, milliseconds in turns(door, words.plain, TURNS).items():
                results.add(column, turn(number), milliseconds)
        for column in columns.values():
            results.add(column, START, took)
            results.add(column, MEMORY_AT_START, at_start)
            results.add(column, MEMORY, resident(bot.pids()))
    finally:
        bot.stop()


def measure_floors(results: Results) -> None:
    results.floors["NLU in a bare loop: p50 (ms)"].append(parse(10 * SECONDS))
    with handler() as door:
        for clients in CLIENTS:
            load = press(door, OURS.plain, clients, SECONDS, is_floor=True)
            results.floors[f"empty Sanic handler, {answer('plain', clients, 'p50')}"].append(load.p50)
            results.floors[f"empty Sanic handler, {answer('plain', clients, MORE_IS_BETTER)}"].append(load.per_second)


def environment(python: Path | str, packages: list[str]) -> float:
    """Megabytes that these packages and what they need take in an environment."""
    command = [python, ROOT / "bench" / "environment.py", *packages]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    need_wrk()
    print(f"{ROUNDS} rounds, {SECONDS} s each load. Building the bot of `rasa init` ...", flush=True)
    results = Results(about())
    stock = environment(PYTHON, ["pip", *PACKAGES])
    versions = subprocess.run([PYTHON, "-m", "pip", "list"], check=True, capture_output=True, text=True).stdout.split()
    results.about["rasa init"] = ", ".join(
        f"{name} {versions[versions.index(name) + 1]}" for name in ("rasa", "sanic", "tensorflow-cpu")
    )
    results.about["rounds"] = f"{ROUNDS}, {SECONDS} s each load"
    init, on_ours = rasa_init(), default_on_our_data(train_it=os.environ.get("OURS") == "1")
    if on_ours is None:
        results.about["left out"] = f"{ON_OURS}: `make bench OURS=1` trains it first, a day on two cores"
        print(results.about["left out"], flush=True)
    else:
        results.add(ON_OURS, TRAINING, seconds_of_training())
        results.add(ON_OURS, ENVIRONMENT, stock)
    results.add(INIT, ENVIRONMENT, stock)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for column in (GUIDE, CHANNEL):
        results.add(column, ENVIRONMENT, environment(sys.executable, ["pip", *project["dependencies"]]))
    for number in range(ROUNDS):
        print(f"Round {number + 1}", flush=True)
        results.add(INIT, TRAINING, train(init, PYTHON, init / "models"))
        seconds = ours_trained()
        for column in (GUIDE, CHANNEL):
            results.add(column, TRAINING, seconds)
        measure(results, lambda: Stock(init, PYTHON, init), STOCK, {"REST": INIT})
        measure(results, Guide, OURS, {"REST": GUIDE, "own channel": CHANNEL})
        if on_ours:
            alone = Words(OURS.plain, action=None)  # it reads no region, so it never comes to the action
            measure(results, lambda: Stock(on_ours, PYTHON, ROOT), alone, {"REST": ON_OURS})
        measure_floors(results)
    folder = KEPT if ROUNDS >= FULL_ROUNDS and SECONDS >= FULL_SECONDS else TRIAL
    write(results, folder)
    print(f"\n{(folder / 'latest.md').read_text('utf-8')}\nWritten to {folder.relative_to(ROOT)}/.")


if __name__ == "__main__":
    main()
