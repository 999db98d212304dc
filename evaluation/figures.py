"""The figures of an evaluation: what rows of the format in README.md ask for, against what was understood."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Row = dict[str, Any]
TOPICS: dict[str, str] = yaml.safe_load(Path(__file__).with_name("topics.yml").read_text("utf-8"))
TOPIC_KINDS = ("question", "long_message", "multi", "emergency_negative", "crisis_negative", "out_of_scope")
ORDINARY = ("question", "long_message", "multi", "region_answer")
DANGER = ("emergency", "crisis")


@dataclass(frozen=True)
class Reading:
    """What was understood of one message. `parts`: its intents, the first the one that is answered first."""

    parts: Sequence[str]
    confidence: float
    entities: Sequence[dict[str, Any]] = field(default=())
    seconds: float = 0.0

    @property
    def topic(self) -> str:
        return topic_of(self.parts[0])


@dataclass(frozen=True)
class Share:
    """How many of how many, with the 95 % Wilson interval."""

    name: str
    right: int
    of: int

    @property
    def value(self) -> float:
        return self.right / self.of

    @property
    def interval(self) -> tuple[float, float]:
        z, share, n = 1.96, self.value, self.of
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(middle - half, 0.0), min(middle + half, 1.0)


def told(share: Share) -> str:
    """A share as the evaluations print it."""
    low, high = share.interval
    return f"{share.right:>4} of {share.of:<4} {share.value:>6.1%}   ({low:.0%} to {high:.0%})"


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSONL file. Raises ValueError that names the line where one is not of the format."""
    rows: list[Row] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
                rows.append(
                    row | {"id": row.get("id", str(number)), "topics_all": row.get("topics_all", [row["topic"]])}
                )
                if not isinstance(row["text"], str) or not isinstance(row["kind"], str):
                    raise TypeError("`text` and `kind` are text")
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise ValueError(
                    f"{path}, line {number}: {error!r} (the format stands in evaluation/README.md)"
                ) from None
    return rows


def peers_file(path: Path) -> Path:
    """Where `make peers` keeps what the peers understood of a file of rows."""
    name = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return Path(__file__).parents[1] / ".run" / "peers" / f"{name}.json"


def topic_of(intent: str) -> str:
    """An intent's topic; the fallback is the honest answer to what is on no list."""
    return "other" if intent == "nlu_fallback" else TOPICS.get(intent, intent)


def strictly(row: Row, reading: Reading) -> bool:
    return reading.topic == row["topic"]


def leniently(row: Row, reading: Reading) -> bool:
    return reading.topic in {row["topic"], *(row.get("alt_topics") or [])}


def regions_right(row: Row, entities: Iterable[dict[str, Any]]) -> bool:
    """Whether affected, unaffected and support are all as the row says."""
    found = {(e["entity"], e.get("role"), e["value"]) for e in entities}
    gold, maybe = row["gold"], set(row["gold"]["maybe"])
    for role, name in (("affected", "regions"), ("unaffected", "negated")):
        said = {value for entity, its_role, value in found if (entity, its_role) == ("region", role)}
        if said - maybe != set(gold[name]) - maybe:
            return False
    support = {value: role for entity, role, value in found if entity == "support"}
    return all(support.get(kind, "unknown") == gold[kind] for kind in ("gastrostomy", "niv"))


def sections(rows: Sequence[Row], readings: Sequence[Reading]) -> dict[str, list[Share]]:
    """All shares by heading. Empty ones are left out."""
    pairs = list(zip(rows, readings, strict=True))
    asked = [(row, r) for row, r in pairs if row["kind"] in TOPIC_KINDS]
    several = [(row, r) for row, r in asked if len(row["topics_all"]) > 1]
    styles = sorted({style for row, _ in asked for style in _styles(row)})
    found = {
        "Topic": [
            _share("strict", (strictly(row, r) for row, r in asked)),
            _share("lenient", (leniently(row, r) for row, r in asked)),
            *(_share(f"strict, {k}", (strictly(row, r) for row, r in asked if row["kind"] == k)) for k in TOPIC_KINDS),
            _share(
                "questions found where there are several",
                (topic in map(topic_of, r.parts) for row, r in several for topic in row["topics_all"]),
            ),
            _share(
                "out of scope taken as about ALS",
                (r.topic not in ("out_of_scope", "other") for row, r in asked if row["kind"] == "out_of_scope"),
            ),
        ],
        "Topic by style": [_share(s, (strictly(row, r) for row, r in asked if s in _styles(row))) for s in styles],
        "Danger": [
            *(
                _share(f"{d} recognised", (d in r.parts for row, r in pairs if row.get("must_trigger") == d))
                for d in DANGER
            ),
            *(
                _share(
                    f"{d} raised by mistake, hard negatives",
                    (d in r.parts for row, r in pairs if row.get("must_not_trigger") == d),
                )
                for d in DANGER
            ),
            _share(
                "either raised by mistake, ordinary messages",
                (
                    bool({*r.parts} & {*DANGER})
                    for row, r in pairs
                    if row["kind"] in ORDINARY and not row.get("must_trigger")
                ),
            ),
        ],
        "Body regions and support": [
            _share("all of it right", (regions_right(row, r.entities) for row, r in pairs if row.get("gold")))
        ],
    }
    return {
        title: [share for share in shares if share.of] for title, shares in found.items() if any(s.of for s in shares)
    }


def confusions(rows: Sequence[Row], readings: Sequence[Reading]) -> list[tuple[tuple[str, str], list[str]]]:
    """(topic, taken for) with the texts, the most frequent first, without what the lenient score counts as right."""
    wrong: dict[tuple[str, str], list[str]] = {}
    for row, reading in zip(rows, readings, strict=True):
        if row["kind"] in TOPIC_KINDS and not leniently(row, reading):
            wrong.setdefault((row["topic"], reading.topic), []).append(row["text"])
    return sorted(wrong.items(), key=lambda item: (-len(item[1]), item[0]))


def _share(name: str, results: Iterable[bool]) -> Share:
    counts = Counter(results)
    return Share(name, counts[True], counts[True] + counts[False])


def _styles(row: Row) -> list[str]:
    style = row.get("style") or []
    return [style] if isinstance(style, str) else style
