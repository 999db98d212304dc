"""Two model archives are told apart by what was learnt, not by when."""

import json
import tarfile
from pathlib import Path
from typing import Any

from scripts.reproducible import differences

LEARNT = {"components/classifier/names.json": "[]", "components/classifier/idf.npz": "1"}


def archive(path: Path, learnt: dict[str, str] = LEARNT, **metadata: Any) -> Path:
    folder = path.with_suffix("")
    for name, content in {**learnt, "metadata.json": json.dumps({"language": "en", **metadata})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    with tarfile.open(path, "w:gz") as packed:
        packed.add(folder, arcname="")
    return path


def test_when_and_under_which_id_it_was_trained_is_no_difference(tmp_path: Path) -> None:
    one = archive(tmp_path / "one.gz", trained_at="2026-11-20", nodes={"policy": {"output_fingerprint": "a"}})
    two = archive(tmp_path / "two.gz", trained_at="2026-11-21", nodes={"policy": {"output_fingerprint": "b"}})
    assert differences(one, one) == ([], [])
    stamps = ["metadata.json: nodes.policy.output_fingerprint", "metadata.json: trained_at"]
    assert differences(one, two) == (stamps, [])


def test_any_other_byte_is_one(tmp_path: Path) -> None:
    one = archive(tmp_path / "one.gz")
    changed = {**LEARNT, "components/classifier/idf.npz": "2"}
    more = {**LEARNT, "components/policy.json": "{}"}
    assert differences(one, archive(tmp_path / "two.gz", changed))[1] == ["components/classifier/idf.npz: other bytes"]
    assert differences(one, archive(tmp_path / "three.gz", more))[1] == ["only in three.gz: components/policy.json"]
    assert differences(one, archive(tmp_path / "four.gz", language="fr"))[1] == ["metadata.json: language"]
