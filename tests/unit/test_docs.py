"""The documents tell the truth: every command and file that they name exists."""

import re

import pytest

from tests.conftest import ROOT

DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "evaluation/README.md", *map(str, ROOT.glob("docs/*.md"))]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_and_path_that_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= TARGETS
    paths = re.findall(r"`((?:data|guide|actions|tests|docs|packages|scripts|evaluation)/[\w./-]*)`", text)
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert not missing
