"""Writes the results of `make bench`: latest.json with every round, latest.md with the table, latest.svg with plots."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

from bench.figures import (
    BOTS,
    CHANNEL,
    CLIENTS,
    GROWTH,
    GUIDE,
    INIT,
    MORE_IS_BETTER,
    MOST_GROWTH,
    ON_OURS,
    TURNS,
    Results,
    answer,
    goal,
    met,
    turn,
)

PARSE = "NLU in a bare loop: p50 (ms)"
HANDLER = "empty Sanic handler, {}"
HEAD = """\
# The guide beside the bot of `rasa init`

{about}

Medians of the rounds; every round is in `latest.json`. "Times" is against `rasa init`, measured in the same run.
{missed}

![The same as plots](latest.svg)
"""
FLOORS = """
## Floors

What no guide on this base could go below, and how far above it an answer of the guide is (plain, p50).

"""


def write(results: Results, folder: Path) -> None:
    """Write the three files into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "latest.json").write_text(results.as_json(), "utf-8")
    (folder / "latest.md").write_text(as_markdown(results), "utf-8")
    _plot(results, folder / "latest.svg")


def as_markdown(results: Results) -> str:
    """The table of ratios, and the floors."""
    about = "\n".join(f"- {name}: {value}" for name, value in results.about.items())
    lines = [_row("", INIT, GUIDE, "times", CHANNEL, "times", "goal", ON_OURS, "times"), _row(*["---"] * 9)]
    missed = []
    for name in results.names():
        if name == GROWTH:
            wanted = f"≤ {MOST_GROWTH}"
            ok = (results.figure(CHANNEL, name) or 0) <= MOST_GROWTH
        else:
            limit, ok = goal(name), met(name, results.times(CHANNEL, name) or 0)
            wanted = "" if limit is None else f"≥ {limit:g}" if name.endswith(MORE_IS_BETTER) else f"≤ {limit:.2f}"
        if wanted:
            wanted += " met" if ok else " **missed**"
            missed += [] if ok else [name]
        cells = [_number(results.figure(INIT, name))]
        for bot in (GUIDE, CHANNEL):
            cells += [_number(results.figure(bot, name)), _number(results.times(bot, name))]
        cells += [wanted, _number(results.figure(ON_OURS, name)), _number(results.times(ON_OURS, name))]
        lines.append(_row(name, *cells))
    said = f"Goals missed by the own channel: {'; '.join(missed)}." if missed else "The own channel meets every goal."
    return HEAD.format(about=about, missed=said) + "\n" + "\n".join(lines) + "\n" + FLOORS + _floors(results)


def _floors(results: Results) -> str:
    lines = [_row("", "floor", GUIDE, "times", CHANNEL, "times"), _row(*["---"] * 6)]
    parse = results.floor(PARSE)
    for clients in CLIENTS:
        name = answer("plain", clients, "p50")
        handler = results.floor(HANDLER.format(name))
        # One process reads one message at a time: of so many clients each waits for all the others.
        for what, floor in (("handler alone", handler), ("handler and NLU", handler + parse * clients)):
            cells = [_number(floor)]
            for bot in (GUIDE, CHANNEL):
                figure = results.figure(bot, name)
                cells += [_number(figure), _number(figure / floor if figure else None)]
            lines.append(_row(f"{name}: {what}", *cells))
    return "\n".join([*lines, "", f"NLU in a bare loop: {_number(parse)} ms a message.", ""])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _number(figure: float | None) -> str:
    if figure is None:
        return "–"
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"


def _plot(results: Results, path: Path) -> None:
    pyplot.rcParams.update({"svg.fonttype": "none", "font.size": 8})
    picture, (ratios, load, long) = pyplot.subplots(1, 3, figsize=(13, 4.2))
    names = [name for name in results.names() if goal(name) and results.times(CHANNEL, name)]
    gains = [_gain(name, results.times(CHANNEL, name) or 1) for name in names]
    ratios.barh(
        range(len(names)),
        gains,
        color=["#2a7f62" if met(n, results.times(CHANNEL, n) or 1) else "#b4513b" for n in names],
    )
    ratios.plot([_gain(n, goal(n) or 1) for n in names], range(len(names)), "k|", markersize=9, label="goal")
    ratios.set_yticks(range(len(names)), names)
    ratios.invert_yaxis()
    ratios.set_xscale("log")
    ratios.axvline(1, color="grey", linewidth=0.5)
    ratios.set_title(f"{CHANNEL}: times better than {INIT}")
    ratios.legend(loc="lower right")
    for bot in BOTS:
        for axes, places, figures in (
            (load, CLIENTS, [results.figure(bot, answer("plain", clients, "p50")) for clients in CLIENTS]),
            (long, TURNS, [results.figure(bot, turn(number)) for number in TURNS]),
        ):
            if None not in figures:
                axes.plot(places, figures, "o-", label=bot)
    for axes, title in ((load, "clients at once"), (long, "turn of a conversation")):
        axes.set(title="milliseconds of a plain answer, p50", xlabel=title, yscale="log")
        axes.grid(alpha=0.3)
    load.set(xscale="log")
    load.set_xticks(CLIENTS, map(str, CLIENTS))
    long.legend()
    picture.tight_layout()
    picture.savefig(path, metadata={"Date": None})
    pyplot.close(picture)


def _gain(name: str, times: float) -> float:
    return times if name.endswith(MORE_IS_BETTER) else 1 / times
