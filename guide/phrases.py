"""The words that replies are filled with, and the bibliography."""

from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parents[1] / "data"


def load(name: str) -> Any:
    """A YAML file of data/."""
    return yaml.load((DATA / name).read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


PHRASES: dict[str, Any] = load("phrases.yml")
SOURCES: dict[str, dict[str, str]] = load("sources.yml")
