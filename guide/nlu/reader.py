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
from guide.language.text import clean
from guide.nlu.findings import Told

Entity = dict[str, Any]
Fact = tuple[str, str] | tuple[str, str, str]
REGIONS = (*COUNTED, "respiratory")
SURE = 0.6
"""The least probability to believe what the finding model reads."""
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
                plain = clean(text)
                sure = read_facts(plain, told if message.get("tells") else ())
                found = [self._entity(text, *fact) for fact in sure]
                if not message.get("tells"):
                    guessed = [fact for fact in read_facts(plain, told) if fact not in sure]
                    found += [self._entity(text, *fact) | {"guess": True} for fact in guessed]
                found += [self._entity(text, "detail", part, group=intent) for intent, part in read_details(plain)]
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
    learnt = _learnt(told)
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
    country = read_country(text)
    if country:
        facts.append(("country", country))
    return facts


def _learnt(told: Sequence[Sequence[Told]]) -> dict[str, str]:
    """One value a slot: the weightiest of what the sentences surely say."""
    sure = [one for sentence in told for one in sentence if one.probability >= SURE]
    sure.sort(key=lambda one: _WEIGHT.get(one.value, 1))
    return {one.slot: one.value for one in sure}
