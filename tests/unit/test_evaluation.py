"""The figures of `make evaluate`: counted right, and rubbish in a file of rows named."""

import json
from pathlib import Path

import pytest

from evaluation.figures import Reading, Share, confusions, read_rows, regions_right, sections
from evaluation.talks import Played, read_talks
from evaluation.talks import shares as talk_shares
from tests.conftest import ROOT

GOLD = {"regions": ["lower_limb"], "negated": ["bulbar"], "maybe": ["respiratory"], "gastrostomy": "no", "niv": "yes"}
RIGHT = [
    {"entity": "region", "role": "affected", "value": "lower_limb"},
    {"entity": "region", "role": "unaffected", "value": "bulbar"},
    {"entity": "support", "role": "no", "value": "gastrostomy"},
    {"entity": "support", "role": "yes", "value": "niv"},
    {"entity": "lower_limb", "value": "affected"},
]


def row(kind: str, topic: str, **more: object) -> dict[str, object]:
    return {"id": "1", "kind": kind, "topic": topic, "topics_all": [topic], "text": "…", **more}


def shares(rows: list[dict[str, object]], *parts: str) -> dict[str, tuple[int, int]]:
    readings = [Reading(said.split(), 0.9, RIGHT) for said in parts]
    return {s.name: (s.right, s.of) for group in sections(rows, readings).values() for s in group}


def test_topics_are_counted_strictly_and_leniently() -> None:
    rows = [
        row("question", "cure"),
        row("question", "pain", alt_topics=["cramps_spasticity"]),
        row("question", "other"),
    ]
    counted = shares(rows, "ask_cure", "ask_muscle_symptoms", "nlu_fallback")
    assert counted["strict"] == counted["strict, question"] == (2, 3)
    assert counted["lenient"] == (3, 3)


def test_every_question_of_a_message_counts_where_it_has_several() -> None:
    rows = [row("multi", "cure", topics_all=["cure", "pain", "saliva"])]
    assert shares(rows, "ask_cure ask_saliva")["questions found where there are several"] == (2, 3)


def test_dangers_are_counted_missed_and_mistaken() -> None:
    rows = [
        row("emergency", "emergency", must_trigger="emergency"),
        row("emergency", "emergency", must_trigger="emergency"),
        row("emergency_negative", "cure", must_not_trigger="emergency"),
        row("crisis_negative", "cure", must_not_trigger="crisis"),
        row("question", "cure"),
    ]
    counted = shares(rows, "emergency ask_cure", "ask_cure", "emergency ask_cure", "ask_cure", "crisis ask_cure")
    assert counted["emergency recognised"] == (1, 2)
    assert counted["emergency raised by mistake, hard negatives"] == (1, 1)
    assert counted["crisis raised by mistake, hard negatives"] == (0, 1)
    assert counted["either raised by mistake, ordinary messages"] == (1, 1)


@pytest.mark.parametrize("place", range(4))
def test_regions_are_right_only_when_all_is(place: int) -> None:
    given = {"gold": GOLD}
    assert regions_right(given, RIGHT)
    assert regions_right(given, [*RIGHT, {"entity": "region", "role": "affected", "value": "respiratory"}])
    assert not regions_right(given, RIGHT[:place] + RIGHT[place + 1 :])
    assert not regions_right(given, [*RIGHT, {"entity": "region", "role": "affected", "value": "upper_limb"}])


def test_the_interval_is_wilsons() -> None:
    low, high = Share("", 8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def test_the_worst_confusions_come_first_with_their_messages() -> None:
    rows = [row("question", "cure", text="a"), row("question", "pain", text="b"), row("question", "pain", text="c")]
    readings = [Reading(["ask_saliva"], 0.9)] * 3
    assert confusions(rows, readings) == [(("pain", "saliva"), ["b", "c"]), (("cure", "saliva"), ["a"])]


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "hi"}', '{"text": 3, "kind": "question", "topic": "cure"}'])
def test_a_row_that_is_none_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row("question", "cure")) + "\n" + line, "utf-8")
    with pytest.raises(ValueError, match="line 2"):
        read_rows(path)


@pytest.mark.parametrize("name", ["dev", "practice", "fresh"])
def test_the_rows_that_come_with_the_guide_can_be_read(name: str) -> None:
    rows = read_rows(ROOT / "evaluation" / f"{name}.jsonl")
    assert len(rows) > 150
    assert len({row["id"] for row in rows}) == len(rows)


def played(right: str, names: str, *, alarm: str = "none", topic: str = "", first: bool = False) -> Played:
    return Played({"user": "…", "right": right.split(), "alarm": alarm}, first, names.split(), ["/ask_pain"], topic)


@pytest.mark.parametrize(
    ("right", "names", "fits"),
    [
        ("ask_cure", "ask_cure", True),
        ("ask_pain ask_cure", "emergency ask_cure", True),
        ("ask_riluzole", "ask_cure", False),
        ("ask_pain", "which_one", True),  # it is among the buttons
        ("ask_cure", "which_one", False),
        ("ask_saliva", "ask_more", True),  # of the topic spoken of
        ("ask_cure", "ask_more", False),
        ("inform", "regions_noted ask_gastrostomy", True),
        ("inform", "ask_feeding_support ask_gastrostomy", False),
        ("inform", "not_understood ask_gastrostomy", False),
        ("inform", "crisis", False),
        ("inform", "", False),
        ("suggest_stage", "ask_staging_form_diagnosed", True),
        ("suggest_stage", "kings_stage", True),
        ("suggest_stage", "ask_stages", False),
        ("out_of_scope", "fallback", True),
        ("thank", "thank", True),
        ("thank", "", False),
    ],
)
def test_a_reply_fits_where_the_writer_of_the_talk_accepts_it(right: str, names: str, fits: bool) -> None:
    assert played(right, names, topic="ask_saliva").fits is fits


def test_alarms_in_talks_are_counted_missed_and_mistaken() -> None:
    turns = [
        played("emergency", "emergency", alarm="emergency", first=True),
        played("crisis", "ask_cure lines_to_call", alarm="crisis"),
        played("ask_pain", "crisis"),  # among the buttons
        played("ask_cure", "ask_cure"),
        played("urgent_today", "urgent_today", alarm="today"),
        played("ask_cure", "crisis", alarm="either"),
    ]
    counted = {share.name: (share.right, share.of) for share in talk_shares(turns)}
    assert counted == {
        "a reply fits, later messages": (2, 4),
        "a reply fits or offers it, later messages": (3, 4),
        "emergency raised": (1, 1),
        "crisis raised": (0, 1),
        "any alarm raised for the team today": (1, 1),
        "emergency or crisis raised by mistake": (1, 2),
        "crisis lines named below an answer": (0, 2),
    }


@pytest.mark.parametrize(
    "line", ["no json", '{"talk": [{"user": "x", "right": []}]}', '{"talk": [{"user": " ", "right": ["thank"]}]}', "[]"]
)
def test_a_line_that_is_no_talk_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "talks.jsonl"
    path.write_text(f'{{"talk": [{{"user": "hi", "right": ["greet"], "alarm": "none"}}]}}\n{line}\n', "utf-8")
    with pytest.raises(ValueError, match="line 2"):
        read_talks(path)
