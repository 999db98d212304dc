"""What is counted and logged: closed lists of labels, documents that name every metric, and log lines without words."""

import json
import logging
import re
import subprocess
import sys
from typing import get_args

import pytest

from guide import metrics
from guide.logs import JsonLines
from guide.metrics import DANGER, INTENTS, REGISTRY, UNANSWERED, Failure
from tests.conftest import ROOT
from tests.unit.test_content import ANSWERS, CODE

SECRET = "xylophone"


def sample(name: str, **labels: str) -> float:
    value = REGISTRY.get_sample_value(name, labels)
    assert value is not None, name
    return value


def test_only_what_the_domain_knows_becomes_a_label() -> None:
    before = metrics.exposition()[0].count(b"\n")
    metrics.answered("text", 0.01, [SECRET, "ask_cure"], [f"utter_{SECRET}"])
    body = metrics.exposition()[0]
    assert SECRET.encode() not in body
    assert body.count(b"\n") == before


def test_a_failure_is_counted_by_kind_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    before = sample("guide_failures_total", kind="store")
    metrics.failed("store", "The database fails: TimeoutError")
    assert sample("guide_failures_total", kind="store") == before + 1
    assert [(record.getMessage(), record.failure) for record in caplog.records] == [  # type: ignore[attr-defined]
        ("The database fails: TimeoutError", "store")
    ]


def test_every_kind_of_failure_happens_somewhere_and_no_other() -> None:
    assert set(re.findall(r'\bfailed\("(\w+)"', CODE)) == set(get_args(Failure))


def test_the_replies_that_are_counted_exist() -> None:
    assert set(UNANSWERED) <= set(ANSWERS)
    assert {f"utter_{level}" for level in DANGER} <= set(ANSWERS)
    assert "utter_stage_unavailable" in ANSWERS
    assert set(DANGER) <= INTENTS


def test_operating_says_what_people_see_of_each_failure() -> None:
    rows = (ROOT / "docs" / "operating.md").read_text("utf-8").partition("| kind of failure |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| (\w+) \|", rows, re.MULTILINE)) == set(get_args(Failure))


def test_operating_names_every_metric_and_no_other() -> None:
    named = set(re.findall(r"`(guide_\w+)", (ROOT / "docs" / "operating.md").read_text("utf-8")))
    families = re.findall(r"^# TYPE (guide_\w+) ", metrics.exposition()[0].decode(), re.MULTILINE)
    assert {re.sub("_(bucket|count|sum)$", "", name) for name in named} == set(families)


def written(record: logging.LogRecord) -> dict[str, str]:
    line = JsonLines().format(record)
    assert "\n" not in line
    return dict(json.loads(line))


def test_a_log_line_is_json_with_its_kind_of_failure() -> None:
    line = written(
        logging.makeLogRecord({"name": "guide.store", "levelname": "ERROR", "msg": "no\nthing", "failure": "store"})
    )
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "error", "logger": "guide.store", "event": "no\nthing", "failure": "store"}


def test_of_an_exception_its_type_and_place_are_logged_never_its_words() -> None:
    try:
        raise ValueError(f"{SECRET} is no number")
    except ValueError:
        line = written(logging.makeLogRecord({"msg": "It failed", "exc_info": sys.exc_info()}))
    assert SECRET not in json.dumps(line)
    assert line["error"] == "ValueError"
    assert "test_of_an_exception" in line["at"]


@pytest.mark.parametrize("text", [
    "Circuit breaker tripped. Stopped predicting more actions for sender 'rM4x'.",
    "The latest session for conversation ID 'rM4x' has expired.",
])  # fmt: skip
def test_the_id_of_a_conversation_is_not_logged(text: str) -> None:
    assert "rM4x" not in written(logging.makeLogRecord({"msg": text}))["event"]


def test_all_logs_of_a_process_become_json_lines() -> None:
    script = (
        "import logging, coloredlogs; coloredlogs.install(level='INFO'); from guide import logs; logs.set_up();"
        "logging.getLogger('rasa').info('hello'); logging.getLogger('guide').debug('hidden')"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["hello"]
    assert done.stderr == ""
