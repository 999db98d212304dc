"""Builds what the guide is measured against: the bot of `rasa init`, and its default pipeline on the guide's data."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import yaml

from bench.bots import ROOT, train

PYTHON = ROOT / ".venv-peers" / "bin" / "python"
PACKAGES = ["rasa", "rasa-sdk", "tensorflow-cpu", "tensorflow-addons", "tensorflow-hub", "tensorflow-text"]
INIT = ROOT / ".run" / "bench" / "rasa-init"
ON_OURS = ROOT / ".run" / "bench" / "default-on-our-data"
ACTION_SERVER = "\naction_endpoint:\n  url: ${ACTIONS_URL}\n"


def rasa_init() -> Path:
    """The folder of a new bot of `rasa init`, whose example action, commented out there, answers "are you a bot?"."""
    shutil.rmtree(INIT, ignore_errors=True)
    INIT.mkdir(parents=True)
    command = [PYTHON, "-m", "rasa", "init", "--no-prompt", "--init-dir", INIT]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=INIT)
    actions = INIT / "actions" / "actions.py"
    commented = actions.read_text("utf-8").partition("# from typing")
    actions.write_text(re.sub("^# ?", "", commented[1] + commented[2], flags=re.MULTILINE), "utf-8")
    rules, domain, endpoints = INIT / "data" / "rules.yml", INIT / "domain.yml", INIT / "endpoints.yml"
    rules.write_text(rules.read_text("utf-8").replace("utter_iamabot", "action_hello_world"), "utf-8")
    domain.write_text(domain.read_text("utf-8") + "\nactions: [action_hello_world]\n", "utf-8")
    endpoints.write_text(endpoints.read_text("utf-8") + ACTION_SERVER, "utf-8")
    return INIT


def default_on_our_data(train_it: bool) -> Path | None:
    """The folder of the default pipeline trained on the guide's data, or None where it is not trained yet.

    Its domain, rules and replies are the guide's; numbers of countries stay as braces, since filling them in is the
    guide's own work. `train_it`: a day on two cores, once for the same data.
    """
    print_of_data = _print_of_data()
    record = ON_OURS / "record.json"
    if record.exists() and json.loads(record.read_text("utf-8"))["data"] == print_of_data:
        return ON_OURS
    if not train_it:
        return None
    shutil.rmtree(ON_OURS, ignore_errors=True)
    for part in ("nlu", "answers"):
        shutil.copytree(ROOT / "data" / part, ON_OURS / "data" / part)
    shutil.copy(ROOT / "data" / "rules.yml", ON_OURS / "data")
    shutil.copy(ROOT / "domain.yml", ON_OURS)
    config = {"recipe": "default.v1", "assistant_id": "default-on-our-data", "language": "en"}
    (ON_OURS / "config.yml").write_text(yaml.safe_dump({**config, "pipeline": None, "policies": None}), "utf-8")
    (ON_OURS / "endpoints.yml").write_text(ACTION_SERVER, "utf-8")
    (ON_OURS / "credentials.yml").write_text("rest:\n", "utf-8")
    seconds = train(ON_OURS, PYTHON, ON_OURS / "models")
    record.write_text(json.dumps({"data": print_of_data, "training": seconds}), "utf-8")
    return ON_OURS


def seconds_of_training() -> float:
    """How long `default_on_our_data` took to train, when it was trained."""
    return float(json.loads((ON_OURS / "record.json").read_text("utf-8"))["training"])


def _print_of_data() -> str:
    files = [ROOT / "domain.yml", ROOT / "data" / "rules.yml"]
    files += sorted((ROOT / "data" / "nlu").glob("*.yml")) + sorted((ROOT / "data" / "answers").glob("*.yml"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
