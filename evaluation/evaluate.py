"""Prints how well the trained guide understands the rows of a JSONL file: see evaluation/README.md for the format."""

import asyncio
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from guide.agent import load  # noqa: E402 - after the path

TOPICS: dict[str, str] = yaml.safe_load((ROOT / "evaluation" / "topics.yml").read_text("utf-8"))
TOPIC_KINDS = ("question", "long_message", "multi", "emergency_negative", "crisis_negative", "out_of_scope")
DANGER = ("emergency", "crisis")


def topic_of(intent: str) -> str:
    """An intent's topic; the fallback is the honest answer to what is on no list."""
    return "other" if intent == "nlu_fallback" else TOPICS.get(intent, intent)


def interval(right: int, of: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def regions_right(row: dict[str, Any], entities: Iterable[dict[str, Any]]) -> bool:
    """Whether affected, unaffected and support are all as the row says."""
    found = {(e["entity"], e.get("role"), e["value"]) for e in entities}
    gold, maybe = row["gold"], set(row["gold"]["maybe"])
    for role, name in (("affected", "regions"), ("unaffected", "negated")):
        said = {value for entity, its_role, value in found if (entity, its_role) == ("region", role)}
        if said - maybe != set(gold[name]) - maybe:
            return False
    support = {value: role for entity, role, value in found if entity == "support"}
    return all(support.get(kind, "unknown") == gold[kind] for kind in ("gastrostomy", "niv"))


def line(name: str, results: list[bool]) -> str:
    right, of = sum(results), len(results)
    low, high = interval(right, of)
    return f"  {name:<46} {right:>4} of {of:<4} {right / of:>6.1%}   ({low:.0%} to {high:.0%})" if of else ""


def main(path: str) -> None:
    rows = [json.loads(text) for text in Path(path).read_text("utf-8").splitlines() if text.strip()]
    agent = load("http://127.0.0.1:9/webhook")  # nothing is answered: no action server is needed

    async def parse() -> list[tuple[dict[str, Any], float]]:
        done = []
        for row in rows:
            start = time.perf_counter()
            parsed = await agent.parse_message(row["text"])
            done.append((parsed, time.perf_counter() - start))
        return done

    read = list(zip(rows, asyncio.run(parse()), strict=True))
    parts = {row["id"]: parsed["parts"] for row, (parsed, _) in read}
    rights = {row["id"]: {row["topic"], *row.get("alt_topics", [])} for row in rows}
    said = {row["id"]: topic_of(parts[row["id"]][0]) for row in rows}

    print(f"{len(rows)} messages of {path}\n\nTopic, all kinds")
    counted = [row for row in rows if row["kind"] in TOPIC_KINDS]
    print(line("strict", [said[row["id"]] == row["topic"] for row in counted]))
    print(line("lenient", [said[row["id"]] in rights[row["id"]] for row in counted]))
    for kind in TOPIC_KINDS:
        print(line(f"  strict, {kind}", [said[row["id"]] == row["topic"] for row in counted if row["kind"] == kind]))
    several = [row for row in counted if len(row["topics_all"]) > 1]
    found = [t in map(topic_of, parts[row["id"]]) for row in several for t in row["topics_all"]]
    print(line("questions found where there are several", found))

    print("\nDanger")
    for level in DANGER:
        print(line(f"{level} recognised", [level in parts[r["id"]] for r in rows if r.get("must_trigger") == level]))
    for level in DANGER:
        quiet = [level in parts[row["id"]] for row in rows if row.get("must_not_trigger") == level]
        print(line(f"{level} raised by mistake, hard negatives", quiet))
    ordinary = [row for row in rows if row["kind"] in ("question", "long_message", "multi", "region_answer")]
    ordinary = [row for row in ordinary if not row.get("must_trigger")]
    print(line("any raised by mistake, ordinary messages", [bool({*parts[r["id"]]} & {*DANGER}) for r in ordinary]))

    print("\nBody regions and support")
    print(line("all of it right", [regions_right(row, p["entities"]) for row, (p, _) in read if "gold" in row]))

    times = sorted(seconds * 1000 for _, (_, seconds) in read)
    print(f"\nParsing: p50 {times[len(times) // 2]:.1f} ms, p99 {times[int(len(times) * 0.99)]:.1f} ms on this machine")
    wrong = Counter((r["topic"], said[r["id"]]) for r in counted if said[r["id"]] not in rights[r["id"]])
    print(
        "Most frequent mistakes (topic, taken for):", "; ".join(f"{a} > {b} {n}" for (a, b), n in wrong.most_common(8))
    )


if __name__ == "__main__":
    main(sys.argv[1])
