"""Read body regions, feeding and breathing support, and the diagnosis from a carer's own words.

The words are data (body.yml). The text becomes a row of tagged items, the items become clauses, and in each clause cues
("weak", "fine", "not") are bound to what is named ("arms", "the mask"). A clause that asks, supposes or fears tells
nothing, and where it is not clear what is meant nothing is read: a King's stage is suggested from the result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guide.language.body_clauses import silence, split_clauses
from guide.language.body_findings import (
    COUNTED,
    FINE,
    OPPOSITE,
    POLAR,
    Diagnosed,
    Finding,
    Support,
    bind_cues,
    finding_of,
    polarity_of,
)
from guide.language.body_words import Clause, Item, load_vocabulary, read_items

__all__ = ["COUNTED", "BodyReport", "Finding", "Support", "read_body"]


@dataclass(frozen=True)
class BodyReport:
    """What a text says. Regions and kinds of support that it does not speak of are missing."""

    regions: Mapping[str, Finding]
    support: Mapping[str, Support]
    diagnosed: Diagnosed | None
    closed: bool
    correction: bool
    others: Finding | None


@dataclass(frozen=True, slots=True)
class _Fact:
    region: str
    finding: Finding
    clause: int
    sentence: int
    bare: bool = False


class _Reader:
    """Goes through the clauses of one text and gathers what they state."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.clauses = split_clauses(items)
        self.silence = silence(self.clauses)
        self.facts: list[_Fact] = []
        self.support: dict[str, Support] = {}
        self.others: Finding | None = None
        self.closed = False
        self.praised = -1  # the sentence in which something was last called fine
        self.topic: list[Item] = []  # what "it" and "they" of the next clause mean
        self.excepted: list[tuple[int, str]] = []
        self.lists_support = any(i.tags & {"region", "yes"} for i in items)
        for number, clause in enumerate(self.clauses):
            self._read(number, clause)
        self._except()

    def _read(self, number: int, clause: Clause) -> None:
        bound = bind_cues(clause)
        devices = [item for item, _ in bound if "device" in item.tags]
        silence = self.silence[number]
        before = len(self.facts)
        if all("silent" in item.tags for item, _ in bound) and not silence & {"asks", "if", "when"}:
            if not any(polarity_of(cues) == FINE for _, cues in bound):  # "bulbar only, limbs spared"
                self._carry(number, clause)
        elif not silence:
            for item, cues in bound:
                self._state(number, item, cues, clause)
        if silence <= {"future", "when"} or (
            "unreal" in silence and clause.has("mentioned") and not silence & {"asks", "if"}
        ):
            self._support(clause, devices)
        if bound:
            question = clause.ends == "question" and clause.is_list()
            self.topic = [item for item, _ in bound if "silent" not in item.tags] if not silence or question else []
        new = self.facts[before:]
        self._correct(number, clause, before)
        self._close(clause, new)

    def _state(self, number: int, item: Item, cues: Sequence[Item], clause: Clause) -> None:
        if "device" in item.tags or "silent" in item.tags:
            return
        bare = not any(cue.cue for cue in cues)
        if "except" in clause.after and bare and "region" in item.tags:
            self.excepted.extend((number, region) for region in _regions(item))
            return
        finding = finding_of(item, cues, clause)
        said = {tag for cue in cues for tag in cue.tags}
        if not said & {"good", "bad"} and said & {"not", "verb_not"} and self.praised == clause.sentence:
            return  # "legs ok, arms not": denied is the praise
        if "good" in said and finding == "unaffected":
            self.praised = clause.sentence
        if finding is None:
            return
        if "region" in item.tags:
            self._add(number, item, finding, bare)
            return
        self.others = finding
        self.closed = self.closed or finding == "unaffected"
        followed = self.clauses[number + 1 : number + 2]
        if finding == "affected" and item.tags & {"whole", "none"} and not (followed and "except" in followed[0].after):
            self.facts += [_Fact(region, finding, number, clause.sentence) for region in COUNTED]

    def _add(self, number: int, item: Item, finding: Finding, bare: bool) -> None:
        sentence = self.clauses[number].sentence
        self.facts += [_Fact(region, finding, number, sentence, bare) for region in _regions(item)]

    def _carry(self, number: int, clause: Clause) -> None:
        """ "legs? fine", "arms, but not yet": what is said of the things named just before."""
        before = self.clauses[number - 1] if number else clause
        asked = before.ends == "question" and before.is_list()
        near = before.sentence == clause.sentence and clause.after & {"but", "comma", "and", "except"}
        plain = all(i.tags for i in clause.items)
        person = any(i.words in load_vocabulary().questions["persons"] for i in clause.items)
        regions = [i for i in self.topic if "region" in i.tags]
        back = any(i.words in load_vocabulary().questions["back"] for i in clause.items)
        able = back or any("abilities" in i.tags for i in regions)
        devices = [i for i in self.topic if "device" in i.tags]
        self._support(
            clause, devices, listed=asked or clause.has("yes")
        )  # "no tube. she is 70": a second clause is no list
        if clause.has("side") and not clause.has("good", "bad"):
            return  # "right arm, not the left"
        if not ((asked or near) and (plain or back) and (not person or able or clause.has("unsure"))):
            return
        for item in regions:
            cues = [i for i in clause.items if i.cue]
            finding: Finding | None = "affected" if asked and clause.has("yes") else None
            if any(i.tags & POLAR for i in cues):
                finding = finding_of(item, cues, clause)
            if finding:
                taken_back = {f for f in self.facts if f.bare and f.clause == number - 1 and f.region in item.tags}
                self.facts = [f for f in self.facts if f not in taken_back]
                self._add(number, item, finding, bare=False)

    def _support(self, clause: Clause, devices: Sequence[Item], listed: bool | None = None) -> None:
        use: Support = "no" if clause.has("not", "verb_not") else "in_place"
        if clause.has("none_needed"):
            self._support_is("gastrostomy", "no")
        if clause.has("tube_fed"):
            self._support_is("gastrostomy", use)
        if clause.has("ventilated"):
            self._support_is("niv", use)
        if listed is None:
            listed = self.lists_support or len(devices) > 1
        state = _support_state(clause, listed) if devices else None
        for device in devices:
            if "cpap" in device.tags:
                if state == "in_place":
                    self._support_is("niv", "unknown")
            elif state and not ("invasive" in device.tags and state != "in_place"):
                self._support_is("gastrostomy" if "gastrostomy" in device.tags else "niv", state)

    def _support_is(self, device: str, state: Support) -> None:
        """The last word counts, but "doesn't have one yet" does not undo "needs one"."""
        rank = {"no": 0, "unknown": 1}
        if rank.get(state, 2) >= rank.get(self.support.get(device, "no"), 2):
            self.support[device] = state

    def _correct(self, number: int, clause: Clause, before: int) -> None:
        """After "I mean" what was said of the same regions, or else in the clause before, no longer holds."""
        strong = "strong_correction" in clause.after
        if not strong and "correction" not in clause.after:
            return
        old, new = self.facts[:before], self.facts[before:]
        regions = {fact.region for fact in new}
        if any(fact.region in regions for fact in old):
            gone = {fact for fact in old if fact.region in regions}
        elif any(fact.finding == "affected" for fact in new) and not clause.has("also"):
            last = max((fact.clause for fact in old), default=number)
            gone = {f for f in old if f.clause == last and f.finding == "affected" and (strong or f.bare)}
        else:
            gone = set()
        if _only(clause):
            gone |= {fact for fact in old if fact.finding == "affected"}
        self.facts = [fact for fact in old if fact not in gone] + new

    def _close(self, clause: Clause, new: Sequence[_Fact]) -> None:
        if any(fact.finding == "affected" for fact in new):
            self.closed = _only(clause) or (self.closed and not clause.has("also"))

    def _except(self) -> None:
        """ "everything but her legs", "fine apart from his speech": the excepted are the opposite of the rest."""
        for number, region in self.excepted:
            sentence = self.clauses[number].sentence
            general = (
                self.others
                or next(
                    (
                        found
                        for c in self.clauses
                        if c.sentence == sentence
                        and not any(i.named for i in c.items)
                        and (found := polarity_of(c.items))
                    ),
                    None,
                )
                or next((FINE for c in self.clauses if c.sentence == sentence and c.has("not")), None)
            )
            if general is None:
                continue
            self.facts.append(_Fact(region, OPPOSITE[general], number, sentence))
            self.others, self.closed = general, True
        if self.excepted and self.others == "affected":
            left = set(COUNTED) - {region for _, region in self.excepted}
            self.facts += [_Fact(region, "affected", 0, 0) for region in left]

    def regions(self) -> dict[str, Finding]:
        found: dict[str, Finding] = {}
        order: tuple[Finding, ...] = ("unaffected", "unknown", "affected")
        for finding in order:
            found |= {fact.region: finding for fact in self.facts if fact.finding == finding}
        return {region: found[region] for region in (*COUNTED, "respiratory") if region in found}


def _regions(item: Item) -> list[str]:
    return [region for region in (*COUNTED, "respiratory") if region in item.tags]


def _only(clause: Clause) -> bool:
    """ "just the legs", "only weakness in his arms", "legs only"; not "just started", "she just can't"."""
    if clause.has("not_only"):
        return False
    for at, item in enumerate(clause.items):
        if "only" in item.tags:
            after = next((i for i in clause.items[at + 1 :] if not i.tags & {"light", "is", "bad", "also"}), None)
            last = at and clause.items[at - 1].named and after is None
            denied = at and clause.items[at - 1].tags & {"not", "verb_not"}
            if not denied and (last or (after and "region" in after.tags and "abilities" not in after.tags)):
                return True
    return False


def _support_state(clause: Clause, listed: bool) -> Support | None:
    """What a clause says of the feeding tube or the breathing mask that it names, or that was named just before."""
    denied = clause.has("not", "verb_not")
    if clause.has("unsure") or (clause.has("mentioned") and not denied):
        return "unknown"
    if clause.has("declined"):
        return None if denied else "declined"
    if clause.has("stopped", "cannot"):
        return "in_place" if denied and clause.has("stopped") else "stopped"
    if denied:
        return "no"
    if clause.has("needed"):
        return "needed"
    if clause.has("in_place"):
        return "in_place"
    plain = all(i.tags for i in clause.items)
    return "in_place" if clause.has("has", "yes") or (listed and plain) else None


def _diagnosed(clauses: Sequence[Clause], silence: Sequence[frozenset[str]]) -> Diagnosed | None:
    """Whether ALS has been diagnosed. A plain statement counts more than a suspicion, and that more than "her ALS"."""
    stated: Diagnosed | None = None
    implied: Diagnosed | None = None
    suspected = awaiting = False
    for clause, reasons in zip(clauses, silence, strict=True):
        owns = any("als" in i.tags and i.owned for i in clause.items) or clause.has("of_mine")
        if _suspected(clause):
            suspected = True
        elif reasons & {"asks", "if"} or "unreal" in reasons:
            continue
        elif clause.has("undiagnosed"):
            stated = "no"
        elif clause.has("diagnosis") and not _other_disease(clause):
            stated = "unknown" if clause.has("unsure") else "no" if clause.has("not", "verb_not", "cannot") else "yes"
        elif clause.has("als") and (owns or clause.has("not", "verb_not")):
            implied = "unknown" if clause.has("unsure") else "no" if clause.has("not", "verb_not") else "yes"
        awaiting = awaiting or clause.has("awaiting")
    return stated or ("no" if suspected else implied) or ("no" if awaiting else None)


def _suspected(clause: Clause) -> bool:
    """ "could it be ALS", "signs of MND"; not "is it normal with ALS"."""
    items = clause.items
    return any(
        "als" in i.tags and any("suspected" in j.tags for j in items[max(at - 3, 0) : at]) for at, i in enumerate(items)
    )


def _other_disease(clause: Clause) -> bool:
    words = [i.words for i in clause.items]
    at = next(n for n, i in enumerate(clause.items) if "diagnosis" in i.tags)
    return (
        words[at + 1 : at + 2] in (["with"], ["as"])
        and not clause.has("als")
        and not all(i.tags for i in clause.items[at:])
    )


def read_body(text: str) -> BodyReport:
    """The regions, support and diagnosis that a text states; what it asks, fears or supposes is left out."""
    items = read_items(text)
    reader = _Reader(items)
    return BodyReport(
        regions=reader.regions(),
        support=reader.support,
        diagnosed=_diagnosed(reader.clauses, reader.silence),
        closed=reader.closed,
        correction=any(i.tags & {"correction", "strong_correction"} for i in items),
        others=reader.others,
    )
