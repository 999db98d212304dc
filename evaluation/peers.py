"""Trains two peers on the guide's own examples and keeps what they understand of a file of rows: `make peers`.

The pipeline that `rasa init` writes (DIET), and Rasa's word and character counts with logistic regression. Runs in the
environment that scripts/peer-env makes, since DIET needs TensorFlow. Nothing of the guide but its examples is used.
"""

import asyncio
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml
from figures import peers_file

ROOT = Path(__file__).parents[1]
EPOCHS = 2
"""`rasa init` writes 100, for a hundred examples. On the guide's 31,000 that would take most of a day."""
COUNTS = [
    {"name": "WhitespaceTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
PEERS = {
    "counts with logistic regression": [*COUNTS, {"name": "LogisticRegressionClassifier"}],
    f"rasa init (DIET, {EPOCHS} epochs)": [
        COUNTS[0],
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        *COUNTS[1:],
        {"name": "DIETClassifier", "epochs": EPOCHS, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
}


def train(folder: Path, pipeline: list[dict[str, object]]) -> None:
    """Train the pipeline on the guide's examples in an empty folder."""
    shutil.copytree(ROOT / "data" / "nlu", folder / "data")
    config = {"recipe": "default.v1", "assistant_id": "peer", "language": "en", "pipeline": pipeline, "policies": []}
    (folder / "config.yml").write_text(yaml.safe_dump(config, sort_keys=False), "utf-8")
    command = [sys.executable, "-m", "rasa", "train", "nlu", "--nlu", "data", "--fixed-model-name", "peer"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def answers(model: Path, texts: list[str]) -> list[tuple[str, float]]:
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)  # unconfigured, Rasa prints what people type
    from rasa.core.agent import load_agent

    async def all_of_it() -> list[tuple[str, float]]:
        agent = await load_agent(model_path=str(model))
        read = [(await agent.parse_message(text))["intent"] for text in texts]
        return [(intent["name"] or "nlu_fallback", intent["confidence"]) for intent in read]

    return asyncio.run(all_of_it())


def main(path: Path) -> None:
    texts = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines() if line.strip()]
    kept = peers_file(path)
    found = {}
    for name, pipeline in PEERS.items():
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            print(f"Training {name}: this takes minutes ...", flush=True)
            train(Path(folder), pipeline)
            print(f"  trained in {time.perf_counter() - start:.0f} s", flush=True)
            found[name] = answers(Path(folder) / "models" / "peer.tar.gz", texts)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found), "utf-8")  # after each: the slow one comes last
    print(f"Kept in {kept.relative_to(ROOT)}; `make evaluate` shows them beside the guide.")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
