"""Says in what two model archives differ: `make reproducible` trains twice and compares those.

`scripts/reproducible.py first.tar.gz second.tar.gz` compares two that are there. Exits with 1 where more differs than
the stamps of a training: when it was, and under which random id.
"""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RUN = ROOT / ".run" / "reproducible"
METADATA = "metadata.json"
STAMPS = ("trained_at", "model_id", "output_fingerprint")
"""What Rasa writes into metadata.json that is new each time; the last is a random number for each component."""


def train(name: str) -> Path:
    """Train as `make train` does, into a file of its own. The seed: Rasa writes its rules in the order of a set."""
    command = ["-m", "rasa", "train", "--force", "--quiet", "--skip-validation", "--fixed-model-name", name]
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    subprocess.run([sys.executable, *command, "--out", str(RUN)], cwd=ROOT, env=environment, check=True)
    return RUN / f"{name}.tar.gz"


def files(archive: Path) -> dict[str, bytes]:
    """By path in the archive: a file's SHA-256; of metadata.json, without the stamps, its content."""
    found = {}
    with tarfile.open(archive) as unpacked:
        for member in unpacked:
            file = unpacked.extractfile(member)
            if file:
                name = member.name.lstrip("./")
                content = file.read()
                found[name] = content if name == METADATA else hashlib.sha256(content).digest()
    return found


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every value within nested dictionaries, by its path: {"a": {"b": 1}} has "a.b"."""
    if not isinstance(value, dict):
        return {path: value}
    return {
        where: leaf
        for key, inner in value.items()
        for where, leaf in leaves(inner, f"{path}.{key}".lstrip(".")).items()
    }


def differences(first: Path, second: Path) -> tuple[list[str], list[str]]:
    """The stamps that differ, and all else that does, one line each."""
    one, two = files(first), files(second)
    stamps: list[str] = []
    others = [f"only in {first.name}: {name}" for name in sorted(one.keys() - two.keys())]
    others += [f"only in {second.name}: {name}" for name in sorted(two.keys() - one.keys())]
    for name in sorted(one.keys() & two.keys()):
        if name == METADATA:
            told, again = leaves(json.loads(one[name])), leaves(json.loads(two[name]))
            for path in sorted(path for path in told.keys() | again.keys() if told.get(path) != again.get(path)):
                (stamps if path.rpartition(".")[2] in STAMPS else others).append(f"{name}: {path}")
        elif one[name] != two[name]:
            others.append(f"{name}: other bytes")
    return stamps, others


def main(archives: list[Path]) -> None:
    first, second = archives or (train("first"), train("second"))
    stamps, others = differences(first, second)
    print(f"{len(files(first))} files compared.")
    print("\n".join(["Stamps that differ:", *stamps]) if stamps else "No stamp differs.")
    print("\n".join(["Beside these:", *others]) if others else "Nothing else differs.")
    sys.exit(1 if others else 0)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
