"""The note for the appointment, as a browser prints it: one page, whatever was told."""

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guide.note import QUESTIONS, as_html, as_text, is_empty, open_questions
from tests.conftest import ROOT

TODAY = date(2026, 11, 20)
TOLD: dict[str, Any] = {
    "diagnosed": "yes",
    "bulbar": "affected",
    "upper_limb": "affected",
    "lower_limb": "unknown",
    "regions_told": True,
    "regions_checked": True,
    "gastrostomy": "no",
    "niv": "unknown",
    "person": "mum",
}
FULL = TOLD | {
    "niv": "declined",
    "movement": "lost",
    "swallowing": "kept",
    "communicating": "unknown",
    "breathing": "lost",
    "scores": "4 3 4 4 3b 3 4 2 2 4 4 4",
    "questions": [*QUESTIONS][:6],
}


def test_the_note_says_what_was_told_and_what_follows() -> None:
    text = as_text(TOLD | {"questions": ["voice"]}, TODAY)
    for line in (
        "Made on 20 November 2026 with the ALS Guide, a computer program. It is no medical record and no diagnosis.",
        "About: my mum; ALS has been diagnosed by a neurologist",
        "- Arms or hands: affected",
        "- Legs or feet: not sure",
        "- King's stage 2 up to stage 4b. Why: two areas are affected (speech or swallowing, and arms or hands).",
        "- If a breathing mask is needed, it would be stage 4b.",
        "Only the neurologist can say which stage it is.",
        "- When should we save the voice?",
        "- A proposed staging system for ALS (Roche et al.). Brain 135:847-852, 2012. doi.org/10.1093/brain/awr351",
    ):
        assert line in text.splitlines()


@pytest.mark.parametrize("diagnosed", [None, "no", "unknown"])
def test_nobody_undiagnosed_has_a_stage_in_the_note(diagnosed: str | None) -> None:
    for page in (as_text(FULL | {"diagnosed": diagnosed}, TODAY), as_html(FULL | {"diagnosed": diagnosed}, TODAY)):
        assert "King's stage 4" not in page
        assert "MiToS stage" not in page


def test_what_people_are_called_is_never_markup() -> None:
    assert "<b>" not in as_html(TOLD | {"person": "<b>mum</b>"}, TODAY)


def test_the_stage_s_own_question_is_offered_first_and_none_twice() -> None:
    assert open_questions(TOLD)[0] == "stage_2"
    assert open_questions(TOLD | {"questions": ["stage_2"]})[0] == "certain"
    assert open_questions({})[0] == "stage_any"


def test_a_note_of_nothing_is_none() -> None:
    assert is_empty({"diagnosed": "yes", "country": "GB"})
    assert not is_empty({"scores": FULL["scores"]})
    assert not is_empty({"niv": "no"})


def test_the_fullest_note_is_one_page_in_print(tmp_path: Path) -> None:
    chromium = subprocess.check_output([ROOT / "scripts" / "browser"], text=True).strip()
    (tmp_path / "note.html").write_text(as_html(FULL, TODAY), "utf-8")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    printed = tmp_path / "note.pdf"
    subprocess.run([*command, f"--print-to-pdf={printed}", tmp_path / "note.html"], check=True, capture_output=True)
    pages = subprocess.check_output(["pdfinfo", printed], text=True)
    assert "Pages:           1\n" in pages
    words = subprocess.check_output(["pdftotext", printed, "-"], text=True)
    assert "King's stage 4b" in words
    assert "MiToS stage 2" in words
