"""What Prometheus reads: counts and times. No words, no ids; every label has a value from a closed list."""

import logging
from collections.abc import Collection, Iterable
from typing import Literal, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from guide import VERSION
from guide.channel.refusal import STATUS
from guide.dialogue.memory import DANGER
from guide.phrases import load

HOWS = ("text", "button", "regions")
"""How a message was said: typed, by a button, on the body map."""
INTENTS = frozenset(load("../domain.yml")["intents"])
UNANSWERED = {
    "utter_fallback": "fallback",
    "utter_not_understood": "not_understood",
    "utter_out_of_scope": "out_of_scope",
    "utter_other_language": "other_language",
}
"""Replies that say that there is no answer, and what kind of message gets them; `not_understood`: an answer to a
question of the staging that was none."""
LEVELS = {f"utter_{level}": level for level in DANGER}
Failure = Literal["answer", "actions", "request", "store", "purge", "rate_limits", "locks", "statistics"]
"""Kinds of failure. A person reads that an answer failed (answer), that a stage cannot be worked out just now
(actions), or that something else did (request); of the others nobody notices anything."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second line for each, which nothing here reads
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # memory, processor time, open files


def _counter(name: str, what: str, label: str = "", values: Collection[str] = ()) -> Counter:
    """A counter that shows every value of its label from the start, at zero: else the first failure is no increase."""
    counter = Counter(f"guide_{name}", what, [label] if label else [], registry=REGISTRY)
    for value in sorted(values):
        counter.labels(value)
    return counter


Info("guide_build", "The guide's version", registry=REGISTRY).info({"version": VERSION})
CONVERSATIONS = _counter("conversations", "Conversations begun: the guide was opened")
ENDED = _counter("conversations_ended", "Conversations that people ended and had erased")
MESSAGES = _counter("messages", "Messages that people sent", "how", HOWS)
ANSWER_SECONDS = Histogram(
    "guide_answer_seconds",
    "Time from a message's arrival in the guide to its whole answer",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=REGISTRY,
)
UNDERSTOOD = _counter("intents", "What messages were understood as; one may have several", "intent", INTENTS)
NO_ANSWER = _counter("unanswered", "Replies that say that there is no answer", "kind", UNANSWERED.values())
SAFETY = _counter("safety_replies", "Replies to danger", "level", DANGER)
REFUSED = _counter("refusals", "Requests that were not served", "kind", STATUS)
FAILED = _counter("failures", "What failed inside", "kind", get_args(Failure))

_log = logging.getLogger(__name__)


def answered(how: str, seconds: float, intents: Iterable[str], replies: Iterable[str]) -> None:
    """Count a message and its answer. `how`: of HOWS; `intents`: what it said; `replies`: names of what it got."""
    MESSAGES.labels(how).inc()
    ANSWER_SECONDS.observe(seconds)
    for intent in INTENTS & {*intents}:
        UNDERSTOOD.labels(intent).inc()
    for reply in replies:
        if reply in UNANSWERED:
            NO_ANSWER.labels(UNANSWERED[reply]).inc()
        elif reply in LEVELS:
            SAFETY.labels(LEVELS[reply]).inc()
        elif reply == "utter_stage_unavailable":
            failed("actions", "The action server gave no result")


def failed(kind: Failure, what: str) -> None:
    """Count a failure and log `what`, in which no word of what people type may stand."""
    FAILED.labels(kind).inc()
    _log.error(what, extra={"failure": kind})


def exposition() -> tuple[bytes, str]:
    """All metrics in Prometheus' text format, and its content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
