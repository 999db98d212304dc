"""Third step of guide.language.body: in each clause, cues ("weak", "fine", "not") are bound to what is named."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

from guide.language.body_words import Clause, Item

Finding = Literal["affected", "unaffected", "unknown"]
Support = Literal["needed", "in_place", "declined", "stopped", "no", "unknown"]
Diagnosed = Literal["yes", "no", "unknown"]


COUNTED = ("bulbar", "upper_limb", "lower_limb")
OPPOSITE: Mapping[Finding, Finding] = {"affected": "unaffected", "unaffected": "affected", "unknown": "unknown"}


def _runs(clause: Clause) -> list[tuple[bool, list[Item]]]:
    """What is named and what is said of it, in turn. A sign or ability next to its own region is said of it:
    "her speech is slurred", "his hands can't hold a cup"."""
    named = [i for i in clause.items if i.named]
    runs: list[tuple[bool, list[Item]]] = []
    mere = _of_sensation(clause)
    at = -1
    for number, item in enumerate(clause.items):
        if item.named:
            at += 1
            left, right = named[max(at - 1, 0) : at], named[at + 1 : at + 2]
            if "signs" in item.tags and _same_part(item, left + right):
                item = Item(item.words, frozenset({"cue", "bad"}))
            elif "abilities" in item.tags and _same_part(item, left):
                item = Item(item.words, frozenset({"cue", "good"}))
        elif not (item.cue or "is" in item.tags) or (item.tags & {"bad"} and number in mere):
            continue
        if runs and runs[-1][0] == item.named:
            runs[-1][1].append(item)
        else:
            runs.append((item.named, [item]))
    return runs


def _of_sensation(clause: Clause) -> set[int]:
    """Where a bad word speaks of a cramp or a pain, not of the limb: "bad cramps", "the pain is worse"."""
    found: set[int] = set()
    for step in (1, -1):
        sensory = False
        for number in range(len(clause.items))[::step]:
            tags = clause.items[number].tags
            if sensory and "bad" in tags and "bodily" not in tags:
                found.add(number)
            sensory = "sensory" in tags or (sensory and bool(tags) and "named" not in tags and "or" not in tags)
    return found


def _same_part(item: Item, others: Sequence[Item]) -> bool:
    return any("parts" in other.tags and item.tags & other.tags & {*COUNTED, "respiratory"} for other in others)


def bind_cues(clause: Clause) -> list[tuple[Item, list[Item]]]:
    """Each thing named in a clause with the cues that are said of it."""
    runs = _runs(clause)
    said: list[list[Item]] = [[] for _ in runs]
    alone: set[int] = set()
    for at, (named, run) in enumerate(runs):
        if named:
            continue
        if at + 1 == len(runs):
            cut = len(run)
        elif at == 0:
            cut = 0
        else:
            cut = _cut(run, runs[at + 1][1][0], _before(runs, said, at), at + 2 < len(runs))
        if at and cut:
            said[at - 1] += run[:cut]
            if "is_one" in run[0].tags and not runs[at - 1][1][-1].words.endswith("s"):
                alone.add(at - 1)
        if at + 1 < len(runs):
            said[at + 1] += run[cut:]
    bound: list[tuple[Item, list[Item]]] = []
    for at, (named, run) in enumerate(runs):
        if named:
            only = at in alone and polarity_of(said[at]) != "affected"  # "arms and her speech is fine": the speech is
            for item in run:
                if not only or item.tags & run[-1].tags - {"named", "region", "parts"}:
                    bound.append((item, said[at]))
                elif run[-1].owned and not item.owned:
                    bound.append((item, []))
    return bound


def _before(runs: Sequence[tuple[bool, list[Item]]], said: Sequence[Sequence[Item]], at: int) -> bool:
    """Whether what is named before a run of cues has its own already; "he can walk" may still go on "fine"."""
    return bool(said[at - 1]) and "abilities" not in runs[at - 1][1][-1].tags


def _cut(run: Sequence[Item], following: Item, bound: bool, following_has_cue: bool) -> int:
    """How many cues between two named things belong to the first: "legs | are weak, no trouble | speaking"."""
    denials = ("not", "cannot", "can", "unsure", "verb_not")
    start = len(run)
    while start and run[start - 1].tags & {"not", "cannot", "can", "still", "verb_not"}:
        start -= 1
    if start < len(run) and following.tags & {"abilities"}:
        return start
    if bound and "is" not in run[0].tags:
        return 0
    if following_has_cue:
        return len(run)
    told = False
    for at, cue in enumerate(run):
        if told and not cue.tags.isdisjoint(denials):
            return at
        told = told or bool(cue.tags & {"bad", "good", "sensory"})
    return 0 if run[0].tags & {"not", "unsure", "cannot"} else len(run)


def polarity_of(cues: Sequence[Item]) -> Finding | None:
    """What cues come to; a denial turns those after it. Trouble outweighs the rest: one weak side is enough."""
    denied, good = False, False
    for cue in cues:
        tags = cue.tags
        if "unsure" in tags:
            return "unknown"
        if "cannot" in tags:
            if any(later.tags & {"good", "bad"} for later in cues):
                return "affected"
        elif tags & {"not", "verb_not"}:
            denied = True
        elif ("bad" in tags and not denied) or ("good" in tags and denied):
            return "affected"
        elif tags & {"good", "bad"}:
            good = True
    return "unaffected" if good else None


def _verbal_denial(cues: Sequence[Item]) -> bool:
    """ "she isn't", "she is not", not a bare "not": "is not swallowing" is trouble, "not swallowing" is none."""
    is_not = any("is" in first.tags and "not" in second.tags for first, second in pairwise(cues))
    return is_not or any("verb_not" in cue.tags for cue in cues)


def finding_of(item: Item, cues: Sequence[Item], clause: Clause) -> Finding | None:
    """What a clause says of the region, or of all of them, that an item names; None if that is not clear."""
    tags = item.tags
    said = {tag for cue in cues for tag in cue.tags}
    plain = all(i.tags for i in clause.items)  # no word that we do not know
    found = polarity_of(cues)
    if "signs" in tags and found == "unaffected" and not said & {"not", "verb_not"}:
        found = None  # "she slurs and manages with a frame": what goes well is something else
    if tags & {"whole", "rest"} and found == "affected":
        return "affected" if "bodily" in said or said & {"not", "verb_not"} else None
    alone = item.words == "nothing" and plain and not any(i.named and i is not item for i in clause.items)
    if alone and (found == "unaffected" or "good" in said) and not clause.has("sensory", "declined"):
        return "affected"  # "nothing works any more", "nothing isn't affected"; not "nothing works against the pain"
    if tags & {"none", "rest_none"}:
        return "unaffected" if (found == "affected" or (found is None and plain)) else None
    if "aids" in tags:  # "uses a stick": affected, well or badly
        return None if said & {"not", "verb_not", "unsure"} else "affected"
    if "abilities" in tags and clause.has("limited") and found != "unknown":
        return "affected"  # "can walk a little"
    if found:
        return found
    if "cannot" in said:
        return "affected"
    if said & {"not", "verb_not"}:
        if "sensory" in said:
            return None
        if "abilities" in tags or ("activities" in tags and _verbal_denial(cues) and not item.owned):
            return "affected"
        return None if "verb_not" in said and not plain else "unaffected"
    if "sensory" in said:
        return None
    if "abilities" in tags:
        return "unaffected" if said & {"can", "still"} else None
    if "still" in said and tags & {"activities", "parts"}:
        return "unaffected" if "activities" in tags or clause.has("has") else None
    if "signs" in tags:
        return "affected"
    return (
        "affected"
        if plain and "rest" not in tags and not any(cue.cue and not cue.tags & {"still", "can"} for cue in cues)
        else None
    )


POLAR = frozenset({"good", "bad", "not", "verb_not", "cannot", "unsure", "sensory"})
FINE: Finding = "unaffected"
