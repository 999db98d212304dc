"""The reader of facts: regions, support, diagnosis, country and parts of answers, from free words as entities."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from guide.language.body import read_body
from guide.language.country import read_country
from guide.language.details import read_details
from guide.language.text import clean

Entity = dict[str, Any]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactReader(GraphComponent, EntityExtractorMixin):
    """Emits each finding twice: as `region` or `support` with a role, for evaluation, and named as its slot."""

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
            text = message.get(TEXT) or ""
            if not text.startswith("/"):
                plain = clean(text)
                found = [self._entity(text, *fact) for fact in read_facts(plain)]
                found += [self._entity(text, "detail", part, group=intent) for intent, part in read_details(plain)]
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def _entity(self, text: str, name: str, value: str, role: str | None = None, group: str | None = None) -> Entity:
        # The whole message is the span: a finding comes from cues all over it, not from one word.
        entity = {"entity": name, "value": value, "start": 0, "end": len(text), "extractor": type(self).__name__}
        return entity | ({"role": role} if role else {}) | ({"group": group} if group else {})


def read_facts(text: str) -> list[tuple[str, str] | tuple[str, str, str]]:
    """All facts of a cleaned text as (entity, value) or (entity, value, role)."""
    body = read_body(text)
    facts: list[tuple[str, str] | tuple[str, str, str]] = []
    for region, finding in body.regions.items():
        if finding != "unknown":
            facts.append(("region", region, finding))
        if region != "respiratory":  # breathing is no counted region: it is asked about as support
            facts.append((region, finding))
    for name, support in body.support.items():
        if support != "unknown":
            facts.append(("support", name, "no" if support == "no" else "yes"))
        facts.append((name, support))
    if body.diagnosed:
        facts.append(("diagnosed", body.diagnosed))
    rest = body.others or ("unaffected" if body.closed else None)
    if rest:
        facts.append(("regions_rest", rest))
    if body.correction:
        facts.append(("correction", "yes"))
    country = read_country(text)
    if country:
        facts.append(("country", country))
    return facts
