"""The reader of facts: regions, support, diagnosis, country and parts of answers, from free words as entities."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from guide.language.body import COUNTED, BodyReport, read_body
from guide.language.country import read_country
from guide.language.details import read_details
from guide.language.person import read_person, without_others
from guide.language.questions import as_if_so, split, supposes
from guide.language.scores import read_scores
from guide.language.text import clean
from guide.nlu.findings import NOTHING, Telling

Entity = dict[str, Any]
Fact = tuple[str, str] | tuple[str, str, str]
REGIONS = (*COUNTED, "respiratory")
RULED = 0.5
"""What the words of body.yml weigh beside the probabilities of the finding model."""
FINE = 0.2
"""How much likelier "unaffected" has to be than anything else where no rule says so: nobody asks again about it.

Both were chosen on evaluation/practice.jsonl.
"""

COUNTING = frozenset(["in_place", "needed", "declined", "stopped"])
"""States of a device that count for the stage. Rules tell them apart; the model knows no "stopped"."""


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
                body = read_body("\n".join(part for part in parts if part not in supposed) if supposed else plain)
                sure = facts_of(body, told if message.get("tells") else {})
                found = [self._entity(text, *fact) for fact in sure]
                if not message.get("tells"):
                    guessed = [fact for fact in facts_of(body, told) if fact not in sure]
                    found += [self._entity(text, *fact) | {"guess": True} for fact in guessed]
                once = _once(plain)
                if any(name.startswith("scores") for name, _ in once):
                    found = [e for e in found if e["entity"] == "diagnosed"]  # "walking 3" is a score, not a finding
                if supposed:
                    facts = facts_of(read_body("\n".join(map(as_if_so, supposed))), {})
                    found += [self._entity(text, *fact) | {"supposed": True} for fact in facts if len(fact) == 2]
                found += [self._entity(text, "detail", part, group=intent) for intent, part in read_details(plain)]
                found += [self._entity(text, name, value) for name, value in once]
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def _entity(self, text: str, name: str, value: str, role: str | None = None, group: str | None = None) -> Entity:
        # The whole message is the span: a finding comes from cues all over it, not from one word.
        entity = {"entity": name, "value": value, "start": 0, "end": len(text), "extractor": type(self).__name__}
        return entity | ({"role": role} if role else {}) | ({"group": group} if group else {})


def facts_of(body: BodyReport, told: Telling) -> list[Fact]:
    """All facts of a text as (entity, value) or (entity, value, role).

    `body`: what the rules read in it; `told`: what the finding model did, {} where it is not to be asked.
    """
    ruled = {**body.regions, **body.support}
    others = body.others or ("unaffected" if body.closed else None)
    if body.closed:  # "her arms, no wait, just her legs": that is grammar, which rules know
        told = {slot: values for slot, values in told.items() if slot not in (*COUNTED, "rest")}
    rest = _likeliest("rest", others, told)
    found = {
        region: _region(region, ruled.get(region), others if region in COUNTED else None, told) for region in REGIONS
    }
    if rest == "unaffected" and not others and "affected" not in found.values():  # nothing at all: rules have to say so
        rest, found = "", {region: ruled.get(region, "") for region in REGIONS}
    facts: list[Fact] = []
    for region, finding in found.items():
        stated = finding or (rest if region in COUNTED else "")
        if stated in ("affected", "unaffected"):
            facts.append(("region", region, stated))
        # What "only" and "the rest" say of all others is said once; breathing is asked about as support.
        if finding and region in COUNTED and (region in body.regions or finding != rest):
            facts.append((region, finding))
    for device in ("gastrostomy", "niv"):
        state = _likeliest(device, ruled.get(device), told)
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


def _region(region: str, ruled: str | None, others: str | None, told: Telling) -> str:
    """What is told of a region. Who says that it is not known how a region does is believed: "arms so so"."""
    return ruled if ruled == "unknown" else _likeliest(region, ruled or others, told)


def _likeliest(slot: str, ruled: str | None, told: Telling) -> str:
    """What is told of a slot, by rules (`ruled`) and model together; "" for nothing."""
    weights = dict(told.get(slot, {}))
    if ruled:
        weights.pop("unknown", None)  # who says something of it knows
        weights[ruled] = weights.get(ruled, 0.0) + RULED
    if "unaffected" in weights and told and ruled != "unaffected":
        weights["unaffected"] -= FINE
    sums: dict[str, float] = {NOTHING: 0.0}
    for value, weight in weights.items():
        sums[_kind(value)] = sums.get(_kind(value), 0.0) + weight
    likeliest = max(sums, key=sums.__getitem__)
    if ruled and _kind(ruled) == likeliest:
        return ruled
    return max((value for value in weights if _kind(value) == likeliest), key=weights.__getitem__, default=NOTHING)


def _kind(value: str) -> str:
    return "counts" if value in COUNTING else value


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
