"""Daily counts: what is counted, how it is stored, how long it is kept; and what the report says of them."""

import html
import os
import re
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.engine import Engine

from guide.statistics import KEPT, Statistics, metadata, read, today, write
from scripts.report import FEWEST, Section, page, sections

DAY = date(2026, 3, 4)  # a Wednesday
FEW = "fewer than 5"


POSTGRESQL = os.environ.get("GUIDE_TEST_DATABASE")  # an empty one, as for tests/test_store.py


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRESQL else [])])
def engine(request: Any, tmp_path: Path) -> Engine:
    if request.param == "sqlite":
        return sqlalchemy.create_engine(f"sqlite:///{tmp_path}/conversations.db")
    engine = sqlalchemy.create_engine(str(POSTGRESQL))
    metadata.drop_all(engine)
    return engine


def test_a_message_is_counted_by_what_it_said_and_what_it_got() -> None:
    statistics = Statistics()
    statistics.add(["ask_cure", "thank"], ["utter_ask_cure"], None, DAY)
    statistics.add(["feedback"], ["utter_feedback"], None, DAY)
    statistics.add(["nlu_fallback"], ["utter_fallback"], "ask_riluzole", DAY)
    statistics.add(["out_of_scope", "xylophone"], ["utter_out_of_scope"], "ask_riluzole", DAY)
    assert dict(statistics._counts) == {
        (DAY, kind, name): 1
        for kind, name in [
            ("intent", "ask_cure"), ("intent", "thank"), ("vote", "helpful"), ("intent", "feedback"),
            ("vote", "not_helpful"), ("intent", "nlu_fallback"), ("unanswered", "fallback"), ("near", "ask_riluzole"),
            ("intent", "out_of_scope"), ("unanswered", "out_of_scope"),
        ]
    }  # fmt: skip


def test_counts_add_up_over_writes_processes_and_restarts(engine: Engine, run: Callable[..., Any]) -> None:
    assert read(engine) == {}
    processes = [Statistics(), Statistics()]
    for statistics in processes * 2:
        statistics.add(["ask_cure"], [], None)
        run(statistics.flush(engine))
        run(statistics.flush(engine))  # nothing new
    assert read(engine) == {(today(), "intent", "ask_cure"): 4}


def test_processes_that_write_at_once_lose_nothing(engine: Engine) -> None:
    write(engine, {}, DAY)  # makes the table
    new = {(DAY, "intent", name): 1 for name in ("ask_cure", "ask_pain", "greet")}
    threads = [threading.Thread(target=write, args=(engine, new, DAY)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read(engine) == dict.fromkeys(new, 8)


def test_what_cannot_be_written_is_written_later(
    engine: Engine, tmp_path: Path, run: Callable[..., Any], caplog: Any
) -> None:
    statistics = Statistics()
    statistics.add(["ask_cure"], [], None)
    run(statistics.flush(sqlalchemy.create_engine(f"sqlite:///{tmp_path}/nowhere/conversations.db")))
    assert "The daily counts could not be written: OperationalError" in caplog.text
    statistics.add(["ask_cure"], [], None)
    run(statistics.flush(engine))
    assert read(engine) == {(today(), "intent", "ask_cure"): 2}


def test_counts_are_forgotten_after_four_hundred_days(engine: Engine) -> None:
    write(engine, {(DAY, "intent", "ask_cure"): 7, (DAY + timedelta(days=1), "intent", "ask_cure"): 7}, DAY)
    write(engine, {}, DAY + timedelta(days=KEPT + 1))
    assert read(engine) == {(DAY + timedelta(days=1), "intent", "ask_cure"): 7}


# The report

MONDAY = date(2026, 3, 2)


def section(counts: dict[tuple[date, str, str], int], of: str, day: date = date(2026, 5, 1)) -> Section:
    return next(section for section in sections(counts, day) if section.kind == of)


def test_a_week_with_fewer_than_five_is_not_shown_and_cannot_be_subtracted() -> None:
    counts = {(MONDAY + timedelta(days=7 * week), "intent", "ask_cure"): n for week, n in enumerate([4, 12, 5, 0])}
    (row,) = section({key: n for key, n in counts.items() if n}, "intent").rows
    assert row.weeks[-8:].count(FEW) == 1
    assert [cell for cell in row.weeks if cell not in (FEW, "0")] == ["12", "5"]
    assert row.total == 17  # the four are in no figure
    assert "17" in row.months


def test_days_of_a_week_count_together() -> None:
    counts = {(MONDAY + timedelta(days=day), "intent", "ask_cure"): 2 for day in range(7)}
    (row,) = section(counts, "intent").rows
    assert row.total == 14


def test_a_week_that_is_not_over_is_not_shown() -> None:
    counts = {(MONDAY, "intent", "ask_cure"): 20}
    assert section(counts, "intent", MONDAY + timedelta(days=6)).rows == []
    assert section(counts, "intent", MONDAY + timedelta(days=7)).rows[0].total == 20


def test_no_figure_of_the_page_tells_a_small_count() -> None:
    """Whatever the small counts are, the page is the same."""
    pages = set()
    for small in range(1, FEWEST):
        counts = {
            (MONDAY, "intent", "ask_cure"): 9,
            (MONDAY, "intent", "crisis"): small,
            (MONDAY, "vote", "helpful"): small,
        }
        pages.add(page(sections(counts, date(2026, 5, 1)), date(2026, 5, 1)))
    assert len(pages) == 1
    assert FEW in pages.pop()


def test_topics_near_to_what_was_not_understood_have_no_figures() -> None:
    """Those of a week that are shown, taken from all that was not understood, would tell the others."""
    counts = {(MONDAY, "unanswered", "fallback"): 20, (MONDAY, "near", "ask_cure"): 17, (MONDAY, "near", "ask_pain"): 3}
    shown = page(sections(counts, date(2026, 5, 1)), date(2026, 5, 1))
    assert "Is there a cure?" in shown
    assert "17" not in shown
    assert "Pain" not in shown


def test_the_page_names_what_people_ask_in_words_the_most_frequent_first() -> None:
    counts = {
        (MONDAY, "intent", "ask_pain"): 6,
        (MONDAY, "intent", "ask_cure"): 30,
        (MONDAY, "unanswered", "out_of_scope"): 7,
        (MONDAY, "near", "ask_riluzole"): 8,
        (MONDAY, "vote", "not_helpful"): 11,
    }
    text = html.unescape(re.sub(r"<[^>]+>", " ", page(sections(counts, date(2026, 5, 1)), date(2026, 5, 1))))
    assert text.index("Is there a cure?") < text.index("Pain")
    for words in ("Not about ALS", "Riluzole", "did not help", "March 2026", "2 March"):
        assert words in text, words


def test_a_page_without_counts_says_so_kindly() -> None:
    empty = page(sections({}, DAY), DAY)
    assert "Nothing to show yet" in empty
    assert "<table" not in empty
