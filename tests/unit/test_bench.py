"""What make bench and make soak conclude from their figures."""

import pytest

from bench.compare import slower
from bench.figures import CHANNEL, GUIDE, INIT, MORE_IS_BETTER, Results, answer, turn
from bench.soak import Trend, trends

P50, RATE = answer("plain", 8, "p50"), answer("plain", 8, MORE_IS_BETTER)


def results(p50: float, rate: float, late: float) -> Results:
    found = Results()
    for bot, figures in ((INIT, (40, 20, 400)), (CHANNEL, (p50, rate, late))):
        for name, figure in zip((P50, RATE, turn(100)), figures, strict=True):
            found.add(bot, name, figure)
        found.add(bot, turn(5), 10)
    return found


def test_a_figure_is_the_median_of_its_rounds_and_read_back_from_its_file() -> None:
    found = Results()
    for figure in (3, 100, 1):
        found.add(GUIDE, P50, figure)
    read = Results.from_json(found.as_json())
    assert (read.figure(GUIDE, P50), read.figure(GUIDE, RATE), read.times(GUIDE, P50)) == (3, None, None)


@pytest.mark.parametrize(("latest", "worse"), [
    ((10, 100, 12), []),
    ((10.9, 92, 13), []),
    ((11.1, 100, 12), [P50]),
    ((10, 90, 12), [RATE]),
    ((10, 100, 13.5), [turn(100), "turn 100 against turn 5 (times)"]),
    ((5, 300, 8), []),
])  # fmt: skip
def test_what_is_more_than_a_tenth_worse_is_found(latest: tuple[float, float, float], worse: list[str]) -> None:
    found = slower(results(10, 100, 12), results(*latest))
    assert [what.partition(f"{CHANNEL}, ")[2] for what, _ in found] == worse


def test_a_slower_machine_is_no_regression() -> None:
    earlier, latest = results(10, 100, 12), Results()
    for bot, figures in earlier.rounds.items():
        for name, (figure,) in figures.items():
            latest.add(bot, name, figure / 2 if name == RATE else figure * 2)
    assert slower(earlier, latest) == []


def looks(memory: list[float]) -> list[dict[str, float]]:
    return [{"second": number * 5, "guide (MB)": megabytes} for number, megabytes in enumerate(memory)]


@pytest.mark.parametrize(("memory", "grows"), [
    ([400 + 40 * (1 - 0.9**i) for i in range(240)], False),  # caches fill, then nothing
    ([400 + i % 7 for i in range(240)], False),
    ([400.0] * 200 + [415.0] * 40, False),  # one step
    ([400 + i * 0.1 + i % 7 for i in range(240)], True),
    ([400 + i * 0.01 for i in range(240)], False),  # surely rises, by less than the bound
])  # fmt: skip
def test_only_lasting_growth_is_growth(memory: list[float], grows: bool) -> None:
    (trend,) = trends(looks(memory))
    assert trend.grows is grows


def test_ten_descriptors_more_are_growth_however_many_there_are() -> None:
    assert Trend("guide, descriptors", 20, 11, 9).grows
    assert not Trend("guide, descriptors", 20, 9, 8).grows
