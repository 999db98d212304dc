"""The ALS Guide: what it understands, how it orders its replies, how it stages, what it says."""

import tomllib
from pathlib import Path

VERSION: str = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]["version"]
"""Of this guide. It is set in pyproject.toml, and the guide runs from its folder: it is not installed as a package."""
