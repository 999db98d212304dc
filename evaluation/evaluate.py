"""Prints how well the trained guide understands the rows of a JSONL file, and writes the same as a page with pictures.

The format of the rows, and what the figures mean: evaluation/README.md. Peers that `make peers` measured stand beside.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from jinja2 import Environment, FileSystemLoader

matplotlib.use("svg")
from matplotlib import pyplot

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from evaluation.cross_validation import KEPT  # noqa: E402 - after the path
from evaluation.figures import (  # noqa: E402
    TOPIC_KINDS,
    Reading,
    Row,
    Share,
    confusions,
    peers_file,
    read_rows,
    sections,
    strictly,
    told,
)
from guide.agent import load  # noqa: E402

PAGE = ROOT / ".run" / "evaluation.html"
TIMED = range(12, 19)
"""Latency is measured on messages of so many words, ROUNDS times each."""
ROUNDS = 20


def understand(rows: Sequence[Row]) -> tuple[list[Reading], list[float]]:
    """What the guide understands of rows, and milliseconds for messages of TIMED words, on one core, sorted."""
    agent = load("http://127.0.0.1:9/webhook")  # nothing is answered: no action server is needed

    async def parse(text: str) -> Reading:
        start = time.perf_counter()
        parsed = await agent.parse_message(text)
        seconds = time.perf_counter() - start
        return Reading(parsed["parts"], parsed["intent"]["confidence"], parsed["entities"], seconds)

    async def all_of_it() -> tuple[list[Reading], list[float]]:
        readings = [await parse(row["text"]) for row in rows]
        timed = [row["text"] for row in rows if len(row["text"].split()) in TIMED] * ROUNDS
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        return readings, sorted([(await parse(text)).seconds * 1000 for text in timed])

    return asyncio.run(all_of_it())


def svg(draw: Callable[[Any], None], width: float = 6, height: float = 4.5) -> str:
    figure, axes = pyplot.subplots(figsize=(width, height), layout="constrained")
    draw(axes)
    text = StringIO()
    figure.savefig(text, format="svg")
    pyplot.close(figure)
    return text.getvalue()[text.getvalue().index("<svg") :]


def confusion_matrix(rows: Sequence[Row], readings: Sequence[Reading]) -> str:
    pairs = [(r["topic"], reading.topic) for r, reading in zip(rows, readings, strict=True) if r["kind"] in TOPIC_KINDS]
    names = sorted({name for pair in pairs for name in pair})
    counts = np.zeros((len(names), len(names)))
    for said, understood in pairs:
        counts[names.index(said), names.index(understood)] += 1

    def draw(axes: Any) -> None:
        axes.imshow(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), cmap="Greys", vmin=0, vmax=1)
        axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6)
        axes.set_yticks(range(len(names)), names, fontsize=6)
        axes.set_xlabel("understood as")
        axes.set_ylabel("topic")

    return svg(draw, 9, 8.5)


def calibration(sure: list[float], right: list[bool]) -> str:
    places = np.digitize(sure, np.linspace(0, 1, 11)[1:-1])
    points = [(np.mean(np.array(sure)[places == p]), np.mean(np.array(right)[places == p])) for p in sorted({*places})]

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
        axes.plot(*zip(*points, strict=True), marker="o", color="black")
        axes.set(xlabel="how sure the guide was", ylabel="share that was right", xlim=(0, 1), ylim=(0, 1))

    return svg(draw)


def coverage(named: dict[str, tuple[list[float], list[bool]]]) -> str:
    def draw(axes: Any) -> None:
        for (name, (sure, right)), line in zip(named.items(), ("-", "--", ":", "-."), strict=False):
            ordered = np.array(right)[np.argsort(-np.array(sure), kind="stable")]
            share = np.arange(1, len(ordered) + 1) / len(ordered)
            axes.plot(share, np.cumsum(ordered) / np.arange(1, len(ordered) + 1), line, color="black", label=name)
        axes.set(xlabel="share of messages answered, the surest first", ylabel="share of these right", ylim=(0, 1.02))
        axes.legend()

    return svg(draw)


def surety(rows: Sequence[Row], readings: Sequence[Reading]) -> tuple[list[float], list[bool]]:
    pairs = [(row, r) for row, r in zip(rows, readings, strict=True) if row["kind"] in TOPIC_KINDS]
    return [r.confidence for _, r in pairs], [strictly(row, r) for row, r in pairs]


def main(path: Path) -> None:
    rows = read_rows(path)
    ours, times = understand(rows)
    speed = "no message of that length"
    if times:
        speed = f"p50 {times[len(times) // 2]:.1f} ms, p99 {times[int(len(times) * 0.99)]:.1f} ms"
    figures = {"the guide": sections(rows, ours)}
    sure = {"the guide": surety(rows, ours)}
    if peers_file(path).exists():
        for name, answers in json.loads(peers_file(path).read_text("utf-8")).items():
            theirs = [Reading([intent], confidence) for intent, confidence in answers]
            figures[name], sure[name] = sections(rows, theirs), surety(rows, theirs)
            figures[name].pop("Body regions and support", None)  # they read none

    print(f"{len(rows)} messages of {path}")
    for title, shares in figures["the guide"].items():
        print(f"\n{title}")
        for share in shares:
            print(f"  {share.name:<46} {told(share)}")
    for name, theirs_too in list(figures.items())[1:]:
        print(f"\nOn the same examples: {name}")
        for share in [*theirs_too.get("Topic", [])[:2], *theirs_too.get("Danger", [])]:
            print(f"  {share.name:<46} {told(share)}")
    print(f"\nParsing messages of {TIMED[0]} to {TIMED[-1]} words on one core: {speed}")
    validated = [
        (name, [Share(what, *counts) for what, counts in shares.items()])
        for name, shares in (json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}).items()
    ]
    for name, counted in validated:
        print(f"\nCross-validation on the guide's own examples, {name}")
        for share in counted:
            print(f"  {share.name:<46} {told(share)}")
    worst = confusions(rows, ours)
    print("\nMost frequent mistakes (topic, taken for):", "; ".join(f"{a} > {b} {len(t)}" for (a, b), t in worst[:8]))

    PAGE.parent.mkdir(exist_ok=True)
    template = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    page = template.get_template("report.html.j2").render(
        path=path.name,
        rows=len(rows),
        today=date.today(),
        figures=figures,
        speed=speed,
        words=f"{TIMED[0]} to {TIMED[-1]}",
        matrix=confusion_matrix(rows, ours),
        calibration=calibration(*sure["the guide"]),
        coverage=coverage(sure),
        worst=worst,
        validated=validated,
    )
    PAGE.write_text(page, "utf-8")
    print(f"The same with pictures: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]).resolve())
    except (OSError, ValueError) as error:
        sys.exit(f"{error}")
