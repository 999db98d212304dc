"""The reader of facts: regions, support, diagnosis, country and parts of answers, from free words as entities."""

from collections.abc import Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from guide.language.body import COUNTED, read_body
from guide.language.country import read_country
from guide.language.details import read_details
from guide.language.person import read_person, without_others
from guide.language.questions import as_if_so, split, supposes
from guide.language.scores import read_scores
from guide.language.text import clean
from guide.nlu.findings import Told

Entity = dict[str, Any]
Fact = tuple[str, str] | tuple[str, str, str]
REGIONS = (*COUNTED, "respiratory")
SURE = 0.6
"""The least probability to believe what the finding model reads."""
BESIDE = 0.9
"""To believe it of a further region, where words name one: "only her legs" tells all there is."""
FINE = 0.8
"""And to believe that a region is unaffected: nobody asks again about what is taken to be fine."""
_WEIGHT = {"affected": 3, "in_place": 4, "needed": 3, "declined": 3, "unknown": 2}
"""Of what several sentences say of one slot the weightiest counts; what is not named has 1."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactReader(GraphComponent, EntityExtractorMixin):
    """Emits each finding twice: as `region` or `support` with a role, for evaluation, and named as its slot.

    What the model alone found in a message that hardly is an answer has `guess`: it counts only where an answer was
    asked for, since the model sees something in "say that more simply" too.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "FactReader":
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities of each message, in place."""
        for message in messages:
            text, told = message.get(TEXT) or "", message.get("findings")
            if told is not None:
                plain = without_others(clean(text))
                parts = split(plain)
                supposed = [part for part in parts if supposes(part)]
                said = "\n".join(part for part in parts if part not in supposed) if supposed else plain
                sure = read_facts(said, told if message.get("tells") else ())
                found = [self._entity(text, *fact) for fact in sure]
                if not message.get("tells"):
                    guessed = [fact for fact in read_facts(said, told) if fact not in sure]
                    found += [self._entity(text, *fact) | {"guess": True} for fact in guessed]
                once = _once(plain)
                if any(name.startswith("scores") for name, _ in once):
                    found = [e for e in found if e["entity"] == "diagnosed"]  # "walking 3" is a score, not a finding
                facts = read_facts("\n".join(map(as_if_so, supposed)))
                found += [self._entity(text, *fact) | {"supposed": True} for fact in facts if len(fact) == 2]
                found += [self._entity(text, "detail", part, group=intent) for intent, part in read_details(plain)]
                found += [self._entity(text, name, value) for name, value in once]
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def _entity(self, text: str, name: str, value: str, role: str | None = None, group: str | None = None) -> Entity:
        # The whole message is the span: a finding comes from cues all over it, not from one word.
        entity = {"entity": name, "value": value, "start": 0, "end": len(text), "extractor": type(self).__name__}
        return entity | ({"role": role} if role else {}) | ({"group": group} if group else {})


def read_facts(text: str, told: Sequence[Sequence[Told]] = ()) -> list[Fact]:
    """All facts of a cleaned text as (entity, value) or (entity, value, role).

    `told`: what the finding model read in its sentences, in order.
    """
    body = read_body(text)
    words = body.closed or any(region in body.regions for region in COUNTED)
    learnt = _learnt(told, BESIDE if words else SURE)
    if body.closed:  # "only my left hand": nothing else is
        learnt = {slot: value for slot, value in learnt.items() if slot not in (*COUNTED, "rest")}
    rest = body.others or ("unaffected" if body.closed else None) or learnt.pop("rest", None)
    regions = {region: body.regions.get(region) or learnt.get(region) for region in REGIONS}
    support = {device: body.support.get(device) or learnt.get(device) for device in ("gastrostomy", "niv")}
    facts: list[Fact] = []
    for region, finding in regions.items():
        stated = finding or (rest if region in COUNTED else None)
        if stated in ("affected", "unaffected"):
            facts.append(("region", region, stated))
        if finding and region in COUNTED:  # breathing is asked about as support
            facts.append((region, finding))
    for device, state in support.items():
        if state and state != "unknown":
            facts.append(("support", device, "no" if state == "no" else "yes"))
        if state:
            facts.append((device, state))
    if body.diagnosed:
        facts.append(("diagnosed", body.diagnosed))
    if rest:
        facts.append(("regions_rest", rest))
    if body.correction:
        facts.append(("correction", "yes"))
    return facts


def _once(text: str) -> list[tuple[str, str]]:
    """What the whole message says once: whom it is about, its country, ALSFRS-R scores or what is wrong with them."""
    scores, found = read_scores(text), []
    if scores and scores.scores and scores.total not in (None, scores.scores.total):
        found.append(("scores_problem", "sum"))  # a slip in one of them, or in the total: who knows
    elif scores and scores.scores:
        found.append(("scores", str(scores.scores)))
    elif scores and scores.problem:
        found.append(("scores_problem", scores.problem.value))
    values = {"person": read_person(text), "country": read_country(text)}
    return [*found, *((name, value) for name, value in values.items() if value)]


def _learnt(told: Sequence[Sequence[Told]], least: float) -> dict[str, str]:
    """One value a slot: the weightiest of what the sentences surely say. `least`: how sure of a counted region."""

    def needed(one: Told) -> float:
        bound = least if one.slot in (*COUNTED, "rest") else SURE
        return max(bound, FINE) if one.value == "unaffected" else bound

    sure = [one for sentence in told for one in sentence if one.probability >= needed(one)]
    sure.sort(key=lambda one: _WEIGHT.get(one.value, 1))
    return {one.slot: one.value for one in sure}
