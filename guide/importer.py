"""How the examples of data/nlu/ and the answers of data/answers/ are read for training; config.yml names it.

Rasa's own importer parses each file four times, in Python, and copies every example seven times with all that it holds.
"""

import copy
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


class Example(Message):
    """A message to learn from. Its copies share what it holds, which nothing changes in place."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Example":
        duplicate = copy.copy(self)
        duplicate.data, duplicate.features = self.data.copy(), self.features.copy()
        duplicate.output_properties = self.output_properties.copy()
        return duplicate


class Importer(RasaFileImporter):
    """Rasa's own, but for examples and answers."""

    @cached_property
    def _nlu_data(self) -> TrainingData:
        reader, responses = RasaYAMLReader(), {}
        for path in self._nlu_files:
            reader.filename = path
            content = yaml.load(Path(path).read_text("utf-8"), yaml.CSafeLoader)
            reader._parse_nlu(content.get("nlu"))
            responses.update(content.get("responses", {}))
        return TrainingData([Example(example.data) for example in reader.training_examples], responses=responses)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All examples and answers, read at the first call."""
        return self._nlu_data
