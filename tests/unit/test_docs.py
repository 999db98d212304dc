"""The documents tell the truth: every command and file that they name exists."""

import json
import re
import tomllib

import pytest
import yaml

from guide import VERSION
from tests.conftest import ROOT

DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "evaluation/README.md",
    *map(str, ROOT.glob("docs/*.md")),
]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_and_path_that_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= TARGETS
    paths = re.findall(r"`((?:data|guide|actions|tests|docs|packages|scripts|evaluation)/[\w./-]*)`", text)
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert not missing


PROVED = [name for name in ("security", "reliability") if (ROOT / "docs" / f"{name}.md").exists()]


@pytest.mark.parametrize("document", PROVED)
def test_every_row_of_a_table_names_tests_that_exist(document: str) -> None:
    text = (ROOT / "docs" / f"{document}.md").read_text("utf-8")
    tables = re.findall(r"^\|.*\|\n\|[-|]+\|\n((?:\|.*\|\n)+)", text, re.MULTILINE)
    rows = [row.rsplit("|", 2)[1] for table in tables for row in table.splitlines()]
    assert rows
    for row in rows:
        names = re.findall(r"`([\w./-]+)::([^`]+)`", row)
        assert names, row
        for path, name in names:
            written = rf"^(async )?def {name}\(" if path.endswith(".py") else rf"test\(['`]{re.escape(name)}['`]"
            assert re.search(written, (ROOT / path).read_text("utf-8"), re.MULTILINE), (path, name)


def test_the_list_of_dependencies_is_that_of_the_locks() -> None:
    listed = set(
        re.findall(r"^\| (\S+) \| (\S+) \|", (ROOT / "docs" / "dependencies.md").read_text("utf-8"), re.MULTILINE)
    )
    locked = {
        pair
        for lock in ("requirements.txt", "requirements-dev.txt")
        for pair in re.findall(r"^([\w-]+)==(\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
    }
    assert not locked - listed, "run make dependencies"


def test_every_direct_dependency_has_its_reason() -> None:
    reasons = yaml.safe_load((ROOT / "docs" / "dependencies.yml").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert {re.split(r"[=<>\[]", package)[0].lower() for package in asked} == set(reasons["python"])
    npm = json.loads((ROOT / "widget" / "package.json").read_text("utf-8"))
    assert {*npm["dependencies"], *npm["devDependencies"]} == set(reasons["npm"])


def test_one_version_everywhere() -> None:
    assert json.loads((ROOT / "widget" / "package.json").read_text("utf-8"))["version"] == VERSION
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## (\S+)", changes, re.MULTILINE)[0] == VERSION
