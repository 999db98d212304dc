"""`make answers` writes every answer with its sources, for a clinician to read."""

import html
import subprocess
import sys

import pytest
import yaml

from guide.answers import COUNTRIES, medicines_table
from tests.conftest import ROOT
from tests.unit.test_content import ANSWERS, MEDICAL, SOURCES, TEXTS

TO_CONFIRM = yaml.safe_load((ROOT / "data" / "to_confirm.yml").read_text("utf-8"))


def test_the_page_has_every_answer_its_date_certainty_and_sources() -> None:
    subprocess.run([sys.executable, "scripts/answers_page.py"], cwd=ROOT, check=True, capture_output=True)
    page = html.unescape((ROOT / ".run" / "answers.html").read_text("utf-8"))
    for name in ANSWERS:
        assert f'id="{name}"' in page
        assert TEXTS[name].strip() in page
    for source in SOURCES.values():
        assert source["title"] in page
    dated = page.count("Certainty: high. Sources") + page.count("Certainty: high, but for the sentences below. Sources")
    assert dated == len(MEDICAL)
    assert page.count("but for the sentences below") == len(TO_CONFIRM)
    for sentences in TO_CONFIRM.values():
        assert all(f"please confirm: {sentence}<" in page for sentence in sentences)


@pytest.mark.parametrize("name", TO_CONFIRM)
def test_what_a_clinician_has_to_confirm_is_what_the_answer_says(name: str) -> None:
    assert name in MEDICAL
    assert TO_CONFIRM[name]
    assert not [sentence for sentence in TO_CONFIRM[name] if sentence not in TEXTS[name]]


def test_a_channel_that_shows_tables_gets_the_medicines_as_one() -> None:
    assert ANSWERS["utter_ask_medications"][0]["metadata"]["table"] == "medicines"
    table = medicines_table("US")
    assert table["columns"] == ["Medicine", "Approved"]
    assert ["riluzole: tablet, liquid (Tiglutik) or film (Exservan)", "1995 / Sept 2018 / Nov 2019"] in table["rows"]
    assert not [row for code in COUNTRIES for row in medicines_table(code)["rows"] if "Relyvrio" in row[0]]
    assert medicines_table(None)["rows"] == []
