"""The note for the appointment: what was told, which stages it fits, what is open, and the questions chosen.

Made anew each time from a conversation's slots; nothing of it is stored.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from guide.dialogue.memory import FUNCTIONS, REGIONS
from guide.phrases import PHRASES, SOURCES, load
from guide.results import kings_words, open_regions, person_kind, result_values
from guide.staging import FunctionReport, RegionReport, Scores, kings_stage, mitos_stage, summary
from guide.staging.kings import SUPPORT

_NOTE = load("note.yml")
WORDS: dict[str, Any] = _NOTE["words"]
QUESTIONS: dict[str, str] = _NOTE["questions"] | {f"stage_{n}": q for n, q in PHRASES["ask_team"].items()}
"""All questions to choose from, by id."""

_TEMPLATES = Environment(  # nosec B701  # pages are escaped, the note as plain text is not
    loader=FileSystemLoader(Path(__file__).parents[1] / "data"),
    autoescape=lambda name: bool(name and ".html" in name),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def is_empty(slots: Mapping[str, Any]) -> bool:
    """Whether nothing was told that a note could have."""
    return not any(slots.get(name) for name in (*REGIONS, *SUPPORT, *FUNCTIONS, "scores"))


def open_questions(slots: Mapping[str, Any]) -> list[str]:
    """The ids of questions that may still be chosen, the one of the stage first."""
    stage = "any"
    if kings_words(slots):
        stage = kings_stage(RegionReport.of(slots)).lowest.value[0]
    chosen = slots.get("questions") or []
    return [question for question in (f"stage_{stage}", *_NOTE["questions"]) if question not in chosen]


def note_of(slots: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The parts of the note, in words. `slots`: of the conversation."""
    regions, findings = PHRASES["regions"], PHRASES["findings"]
    told = [(regions[name], findings[slots[name]]) for name in REGIONS if slots.get(name)]
    person = slots.get("person")
    told += [(WORDS["support_names"][name], WORDS["support"][slots[name]]) for name in SUPPORT if slots.get(name)]
    told += [(PHRASES["functions"][name], WORDS["functions"][slots[name]]) for name in FUNCTIONS if slots.get(name)]
    stages, kings = [], kings_words(slots)
    if kings:
        stages.append((WORDS["kings"].format(**kings), WORDS["why"].format(**kings)))
    else:
        stages.append((WORDS["kings_none"], ""))
    diagnosed, scores = slots.get("diagnosed") == "yes", None
    if diagnosed and any(slots.get(name) for name in FUNCTIONS):
        result = mitos_stage(FunctionReport.of(slots))
        words = result_values({"mitos": [stage.value for stage in result.possible], "lost": result.lost})
        stages.append(
            (WORDS["mitos"].format(stages=words["mitos_stages"]), WORDS["why"].format(reason=words["mitos_reason"]))
        )
    if slots.get("scores"):
        scores = Scores.of(slots["scores"]).known_tube(slots.get("gastrostomy"))
        words = result_values(summary(scores))
        if diagnosed:
            stages.append((WORDS["by_scores"].format(**words), WORDS["why"].format(reason=words["scores_kings"])))
    unsure = [regions[name] for name in REGIONS if slots.get(name) == "unknown"]
    unsure += [regions[name] for name in open_regions(slots)]
    unsure += [WORDS["support_names"][name] for name in SUPPORT if slots.get(name) in (None, "unknown")]
    return {
        "words": WORDS,
        "today": f"{today.day} {today:%B %Y}",
        "about": WORDS["about"][person_kind(person)].format(person=person),
        "diagnosed": WORDS["diagnosed"].get(slots.get("diagnosed"), ""),
        "told": told,
        "scores": WORDS["scores"].format(scores=scores, total=scores.total) if scores else "",
        "stages": stages,
        "what_if": kings.get("what_if", "").split("\n") if kings.get("what_if") else [],
        "open": unsure,
        "questions": [QUESTIONS[question] for question in slots.get("questions") or [] if question in QUESTIONS],
        "sources": [SOURCES[key] for key in WORDS["sources_keys"]],
    }


def as_text(slots: Mapping[str, Any], today: date) -> str:
    """The note as plain text."""
    return _TEMPLATES.get_template("note.txt.j2").render(note_of(slots, today)).strip() + "\n"


def as_html(slots: Mapping[str, Any], today: date) -> str:
    """The note as one page to print: no script, nothing loaded from elsewhere."""
    return _TEMPLATES.get_template("note.html.j2").render(note_of(slots, today))
