"""Examples and answers are read as Rasa reads them."""

import copy
from pathlib import Path

import pytest
from rasa.shared.importers.rasa import RasaFileImporter

from guide.importer import Importer

EXAMPLES = """
version: "3.1"
nlu:
- intent: ask_cure
  examples: |
    - is there a cure?
    -   what helps: rest, or [exercise](topic)
    - is there a cure?
- intent: deny
  examples: |
    - no
    - "n0", said her dad's nurse #2
"""
ANSWERS = """
version: "3.1"
responses:
  utter_ask_cure:
  - text: |
      No.
    metadata: {sources: [nice], reviewed: 2026-11-30}
"""


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    (tmp_path / "a.yml").write_text(EXAMPLES, "utf-8")
    (tmp_path / "b.yml").write_text('version: "3.1"\nnlu:\n- intent: affirm\n  examples: |\n    - sí, café\n', "utf-8")
    (tmp_path / "c.yml").write_text(ANSWERS, "utf-8")
    return [str(tmp_path)]


def test_examples_and_answers_are_those_that_rasa_reads(paths: list[str]) -> None:
    ours, rasas = (importer(training_data_paths=paths).get_nlu_data() for importer in (Importer, RasaFileImporter))
    assert [example.as_dict() for example in ours.training_examples] == [
        example.as_dict() for example in rasas.training_examples
    ]
    assert ours.responses == rasas.responses
    assert ours.fingerprint() == rasas.fingerprint()
    assert len(ours.training_examples) == 5


def test_a_copy_of_an_example_changes_alone(paths: list[str]) -> None:
    example = Importer(training_data_paths=paths).get_nlu_data().training_examples[0]
    duplicate = copy.deepcopy(example)
    assert duplicate == example
    duplicate.set("text", "another", add_to_output=True)
    duplicate.set("parts", ["more"], add_to_output=True)
    assert example.get("text") == "is there a cure?"
    assert "parts" not in example.data
    assert "parts" not in example.output_properties
    assert duplicate != example
