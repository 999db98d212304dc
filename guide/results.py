"""The words of the staging, from what is known: what was told, a result and its reasons, what would change it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guide.dialogue.memory import REGIONS
from guide.language.person import ME, SOMEONE
from guide.phrases import PHRASES
from guide.staging import ITEMS, KingsResult, RegionReport, changes, kings_stage
from guide.staging.kings import SUPPORT

Words = dict[str, str]


def open_regions(slots: Mapping[str, Any]) -> list[str]:
    return [region for region in REGIONS if slots.get(region) is None]


def person_kind(person: str | None) -> str:
    """Whether the person who is staged is the writer, somebody named by a family word, or nobody named."""
    return "me" if person == ME else "nobody" if person in (None, SOMEONE) else "other"


def person_values(person: str | None) -> Words:
    """How replies speak of the person who is staged."""
    return {name: words.format(person=person) for name, words in PHRASES["person"][person_kind(person)].items()}


def conversation_values(slots: Mapping[str, Any]) -> Words:
    """What was told of the body regions, read back, which are still open, and what follows from it."""
    names, findings = PHRASES["regions"], PHRASES["findings"]
    told = [f"{names[r]}: {findings[slots[r]]}" for r in REGIONS if slots.get(r) is not None]
    still_open = open_regions(slots)
    first, second = [*still_open, "", ""][:2]
    diagnosed = slots.get("diagnosed") == "yes"
    possible, numbers = _stages(kings_stage(RegionReport.of(slots))) if diagnosed else ([], [])
    staged = bool(numbers) and "none" not in possible
    return {
        **person_values(slots.get("person")),
        "regions_noted": f"{PHRASES['noted']} {'; '.join(told)}." if told else "",
        "regions_open": PHRASES["and"].join(names[r] for r in still_open),
        "open_first": names.get(first, ""),
        "open_first_slot": first,
        "open_second": names.get(second, ""),
        "open_second_slot": second,
        "because": PHRASES["because"].format(stages=_named(possible, numbers), reason=_because(slots))
        if staged
        else "",
        "ask_team": PHRASES["ask_team"][numbers[0] if staged else "any"],
    }


def supposed_values(slots: Mapping[str, Any], supposed: Mapping[str, str]) -> Words:
    """What a supposition would make of the stage, or, where nothing is supposed, what each change would.

    `supposed`: findings and support by name. Empty where ALS is not diagnosed: nobody else gets a stage.
    """
    if slots.get("diagnosed") != "yes":
        return {"supposed": "", "changes": ""}
    report = RegionReport.of(slots)
    facts = {name: value for name, value in supposed.items() if name in (*REGIONS, *SUPPORT)}
    facts |= {kind: slots[kind] for kind in report.counting if facts.get(kind) == "no"}  # what was, counts
    if facts:
        possible, numbers = _stages(kings_stage(RegionReport.of({**slots, **facts})))
        words = PHRASES["supposed"] if numbers and "none" not in possible else PHRASES["supposed_unknown"]
        return {"supposed": words.format(stages=_named(possible, numbers)), "changes": ""}
    unchanged = [name for name in (*REGIONS, *SUPPORT) if name not in (*report.affected, *report.counting)]
    found = {name: stage.value for name, stage in changes(report, unchanged).items()}
    return {"supposed": "", "changes": "\n".join(_what_if(found))}


def result_values(told: Mapping[str, Any]) -> Words:
    """The words of a result from what an action passes; none for any other reply.

    `told` of King's: `possible` (list of stages), `affected` (list of regions), `support` (kind to its value) and
    `what_if` (region or kind of support to the stage it would make). Of MiToS: `mitos` (list of stages), `lost`,
    `uncertain` (lists of functions). Of ALSFRS-R: `scores` (twelve), `gastrostomy` (whether item 5 is 5b, None:
    unknown), `counted` (region or support to items), `possible`, `mitos`, `lost`.
    """
    values: Words = {}
    if "possible" in told:
        possible = told["possible"]
        numbers = _numbers(possible)
        values |= {
            "stages": _named(possible, numbers),
            "drawing": drawing(set(numbers)),
            "ask_team": PHRASES["ask_team"][numbers[0] if numbers else "any"],
        }
    if "affected" in told:
        values |= {
            "reason": _listed(_reasons(told["affected"], told["support"])),
            "what_if": "\n".join(_what_if(told["what_if"])),
        }
    if "mitos" in told:
        functions = PHRASES["functions"]
        lost = [functions[name] for name in told["lost"]]
        still_open = [functions[name] for name in told.get("uncertain", [])]
        values |= {
            "mitos_stages": _named(told["mitos"], told["mitos"]),
            "mitos_reason": PHRASES["lost"][len(lost)].format(functions=PHRASES["and"].join(lost)),
            "mitos_open": PHRASES["not_known"].format(parts=PHRASES["and"].join(still_open)) if still_open else "",
        }
    if "scores" in told:
        values |= _score_words(told)
    return values


def _score_words(told: Mapping[str, Any]) -> Words:
    words = PHRASES["scores"]
    form = {True: "b", False: "a", None: ""}[told["gastrostomy"]]
    read = [
        f"{score}{form}" if name == "cutting_food" else str(score)
        for name, score in zip(ITEMS, told["scores"], strict=True)
    ]
    kinds = {**PHRASES["regions"], **{kind: PHRASES["support"][kind]["name"] for kind in SUPPORT}}
    counted = [
        words["tube" if part == "gastrostomy" else "counts"].format(
            part=kinds[part], items=", ".join(words["items"][item] for item in items)
        )
        for part, items in told["counted"].items()
    ]
    return {
        "scores_read": " ".join(read),
        "scores_total": str(sum(told["scores"])),
        "scores_kings": "; ".join(counted) or words["none_counts"],
        "scores_five": words["five"] if told["gastrostomy"] is None else "",
        "scores_none": words["stage_none"] if told["possible"][0] == "none" else "",
    }


def problem_values(number: int | None, items: Sequence[str]) -> Words:
    """What is wrong with scores: `number` (a count, or a score out of range), and the items concerned."""
    words = PHRASES["scores"]
    named = ", ".join(words["items"][item] for item in items)
    return {
        "scores_number": "" if number is None else str(number),
        "scores_items": words["look_at"].format(items=named) if named else "",
    }


def kings_words(slots: Mapping[str, Any]) -> Words:
    """King's stages that slots fit, and why, for the note. Empty where ALS is not diagnosed or too much is open."""
    report = RegionReport.of(slots)
    possible, numbers = _stages(kings_stage(report))
    if slots.get("diagnosed") != "yes" or slots.get("regions_told") is None or possible[0] == "none":
        return {}
    support = {kind: slots[kind] for kind in report.counting}
    return {
        "stages": _named(possible, numbers),
        "reason": _listed(_reasons(report.affected, support)),
        "what_if": "\n".join(_what_if({n: s.value for n, s in changes(report, report.uncertain).items()})),
    }


def _stages(result: KingsResult) -> tuple[list[str], list[str]]:
    possible = [stage.value for stage in result.possible]
    return possible, _numbers(possible)


def _numbers(possible: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(stage[0] for stage in possible if stage != "none"))


def _because(slots: Mapping[str, Any]) -> str:
    report = RegionReport.of(slots)
    return _listed(_reasons(report.affected, {kind: slots[kind] for kind in report.counting})) or PHRASES["open"]


def _listed(parts: Sequence[str]) -> str:
    """ "a", "a, and b", "a; b; and c"."""
    if len(parts) < 3:
        return str(PHRASES["and"].join(parts))
    return "; ".join([*parts[:-1], f"{PHRASES['last']}{parts[-1]}"])


def _reasons(affected: Sequence[str], support: Mapping[str, str]) -> list[str]:
    named = PHRASES["and"].join(PHRASES["regions"][region] for region in affected)
    reasons = [f"{PHRASES['counts'][len(affected)]} ({named})"] if affected else []
    return reasons + [PHRASES["support"][kind][value] for kind, value in support.items()]


def _what_if(found: Mapping[str, str]) -> list[str]:
    regions, support, words = PHRASES["regions"], PHRASES["support"], PHRASES["what_if"]
    return [
        words["region" if part in regions else "support"].format(
            part=regions.get(part) or support[part]["name"], stage=PHRASES["stages"][stage]
        )
        for part, stage in found.items()
    ]


def _named(possible: Sequence[str], numbers: Sequence[str]) -> str:
    """The possible stages in words: "stage 2", "stage 1 or stage 4b", "stage 1 up to stage 4"."""
    groups = [[stage for stage in possible if stage[0] == number] for number in numbers]
    named = [PHRASES["stages"][group[0] if len(group) == 1 else group[0][0]] for group in groups]
    if len(numbers) > 2 and int(numbers[-1]) - int(numbers[0]) == len(numbers) - 1:
        return str(PHRASES["up_to"].join([named[0], named[-1]]))
    named = [*([PHRASES["stages"]["none"]] if "none" in possible else []), *named]
    return str(PHRASES["or"].join([*([", ".join(named[:-1])] if named[:-1] else []), *named[-1:]]))


def drawing(marked: set[str]) -> str:
    """The stages as a line of text, the possible ones in brackets: 1 - [2] - 3 - 4."""
    return " - ".join(f"[{stage}]" if stage in marked else stage for stage in PHRASES["drawing"])
