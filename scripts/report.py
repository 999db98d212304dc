"""Writes the daily counts as one HTML page for the editor: what people ask, and what has no answer: `make report`.

A week is the smallest time shown, and only when it is over. What was counted fewer than five times in a week is shown
as that, and is in no other figure: every total adds up figures that are shown, so that nothing can be had by
subtraction. Topics nearest to what was not understood have no figures: together they are as many as those messages.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from jinja2 import Environment, FileSystemLoader
from sqlalchemy.exc import SQLAlchemyError

from guide.database import Database
from guide.phrases import PHRASES
from guide.statistics import KEPT, Key, read, today

ROOT = Path(__file__).parents[1]
PAGE = ROOT / ".run" / "report.html"
FEWEST = 5
"""Smaller counts of a week are not shown."""
WEEKS = 8
"""Weeks that are shown one by one: the latest."""
TITLES = {
    "intent": PHRASES["topics"]
    | {
        "emergency": "Danger: an emergency",
        "crisis": "Danger: a crisis, thoughts of suicide or harm",
        "urgent_today": "Danger: call the team today",
        "suggest_mitos": "Work out the MiToS stage",
        "give_scores": "Scores from a clinic letter",
        "ask_what_if": "What if the stage changed?",
        "ask_what_next": "What comes next?",
        "ask_note": "A note for the appointment",
        "ask_human": "Talk to a person",
        "ask_privacy": "What happens with what I write?",
        "ask_sources": "Where is this from?",
    },
    "unanswered": {
        "fallback": "Not understood",
        "not_understood": "Not understood as an answer to a stage question",
        "out_of_scope": "Not about ALS",
        "other_language": "In another language",
    },
    "near": PHRASES["topics"],
    "vote": {"helpful": "Thanked, or said that it helped", "not_helpful": "Said that it did not help, or was wrong"},
}
HEADINGS = {
    "intent": (
        "What people ask",
        "Questions understood as each topic, and signs of danger. A message may hold several.",
    ),
    "unanswered": ("What had no answer", "Messages that the guide said it cannot answer."),
    "near": (
        "What was not understood, by the nearest topic",
        "The topic that was offered first; the most frequent first, of those that came often enough to be shown. "
        "Either people ask it in words that the guide does not know yet, or they ask something near it that it has no "
        "answer to.",
    ),
    "vote": ("Whether it helped", "What people said of answers in their own words. Most say nothing."),
}


@dataclass(frozen=True)
class Row:
    """Of one name: cells of the latest weeks and of all months, and what the shown weeks add up to."""

    title: str
    weeks: list[str]
    months: list[str]
    total: int


@dataclass(frozen=True)
class Section:
    """Of one kind of counts. `weeks` and `months`: the headings of its columns."""

    kind: str
    heading: str
    explanation: str
    weeks: list[str]
    months: list[str]
    rows: list[Row]


def sections(counts: Mapping[Key, int], day: date) -> list[Section]:
    """All that is shown on `day` of daily counts."""
    this_monday = _monday(day)
    weekly = Counter[Key]()
    for (its_day, kind, name), number in counts.items():
        if its_day < this_monday:
            weekly[_monday(its_day), kind, name] += number
    weeks = [this_monday - timedelta(weeks=number) for number in range(WEEKS, 0, -1)]
    months = sorted({_month(monday) for monday, _, _ in weekly})
    return [
        Section(
            kind,
            *HEADINGS[kind],
            [f"{monday.day} {monday:%B}" for monday in weeks],
            [f"{month:%B %Y}" for month in months],
            _rows(kind, titles, weekly, weeks, months),
        )
        for kind, titles in TITLES.items()
    ]


def _rows(
    kind: str, titles: Mapping[str, str], weekly: Mapping[Key, int], weeks: Sequence[date], months: Sequence[date]
) -> list[Row]:
    """The rows of a section, the most frequent first."""
    rows = []
    for name, title in titles.items():
        by_week = {
            monday: number for (monday, its_kind, its), number in weekly.items() if (its_kind, its) == (kind, name)
        }
        if not by_week:
            continue
        by_month: dict[date, list[int]] = {month: [] for month in months}
        for monday, number in by_week.items():
            by_month[_month(monday)].append(number)
        shown = sum(number for number in by_week.values() if number >= FEWEST)
        cells = [_cell([by_week[monday]] if monday in by_week else []) for monday in weeks]
        rows.append(Row(title, cells, [_cell(numbers, " a week") for numbers in by_month.values()], shown))
    return sorted(rows, key=lambda row: (-row.total, row.title))


def _cell(weeks: Sequence[int], each: str = "") -> str:
    """The figure of some weeks: those with fewer than FEWEST are not in it."""
    shown = sum(number for number in weeks if number >= FEWEST)
    return str(shown) if shown or not weeks else f"fewer than {FEWEST}{each}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(monday: date) -> date:
    """The first of the month to which most of a week's days belong."""
    return (monday + timedelta(days=3)).replace(day=1)


def page(shown: Sequence[Section], day: date) -> str:
    """The report as HTML."""
    templates = Environment(loader=FileSystemLoader(ROOT / "scripts"), autoescape=True, trim_blocks=True)
    return templates.get_template("report.html.j2").render(sections=shown, today=day, fewest=FEWEST, kept=KEPT)


def main() -> None:
    try:
        counts = read(Database().engine)
    except SQLAlchemyError as error:
        sys.exit(
            f"The counts cannot be read ({type(error).__name__}): does GUIDE_DATABASE or GUIDE_DATA name the store?"
        )
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(sections(counts, today()), today()), "utf-8")
    print(f"The report: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
