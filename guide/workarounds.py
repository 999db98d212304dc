"""What we change in Rasa 3.6.21, each with its reason. tests/test_workarounds.py fails when it needs one no longer."""

import re
from collections.abc import MutableMapping
from types import SimpleNamespace
from typing import Any

import aiohttp
import jsonschema
import rasa.core.actions.action as rasa_action
import rasa.core.processor
import structlog
from rasa import __version__ as rasa_version
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.engine.graph import ExecutionContext
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.io import read_yaml_file
from rasa.utils.endpoints import ClientResponseError
from rasa.utils.log_utils import configure_structlog

from guide.dialogue.context import SPOKEN_OF, said_before

ACTION_SERVER_TIMEOUT = 2
"""Seconds. Rasa waits 300 s for the action server, and has no setting for it; a carer waits three at most."""

rasa_action.DEFAULT_REQUEST_TIMEOUT = ACTION_SERVER_TIMEOUT


async def _start_session(
    self: rasa_action.ActionSessionStart,
    output_channel: OutputChannel,
    nlg: NaturalLanguageGenerator,
    tracker: DialogueStateTracker,
    domain: Domain,
) -> list[Event]:
    """Begin a new session unnoticed: the last value of each slot and the open form are kept.

    Rasa copies every slot event ever made, so that a conversation only grows, and forgets the open form.
    """
    slots = [SlotSet(slot.name, slot.value) for slot in tracker.slots.values() if slot.has_been_set]
    form = [ActiveLoop(tracker.active_loop_name)] if tracker.active_loop_name else []
    return [SessionStarted(), *slots, *form, ActionExecuted("action_listen")]


rasa_action.ActionSessionStart.run = _start_session


# Rasa parses without looking at the conversation. Who types what stands on a button means the button ("Tried and
# stopped", "Try again"): here those of the latest turn are looked at first. And what else is typed is read behind what
# was spoken of. That is written on a copy of the message, which is read and forgotten: what stands on the message
# itself, Rasa stores.

_handle = MessageProcessor._handle_message_with_tracker


async def _handle_message(self: MessageProcessor, message: UserMessage, tracker: DialogueStateTracker) -> None:
    if not message.parse_data:
        text = pressed_button(tracker, message.text or "") or message.text
        order = UserMessage(text, sender_id=message.sender_id, metadata={SPOKEN_OF: said_before(tracker)})
        message.parse_data = await self.parse_message(order, tracker)
    await _handle(self, message, tracker)
    message.parse_data = tracker.latest_message.parse_data if tracker.latest_message else None  # what channels count


def pressed_button(tracker: DialogueStateTracker, text: str) -> str | None:
    """The payload of the button whose title a person typed, among those of the latest turn; None where it is none."""
    typed = _letters(text)
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered) or not typed:
            return None
        for button in event.data.get("buttons") or [] if isinstance(event, BotUttered) else []:
            if _letters(button["title"]) == typed:
                return str(button["payload"])
    return None


def _letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("'", "")))


MessageProcessor._handle_message_with_tracker = _handle_message


# Work that Rasa does for nothing. bench/workarounds.py measures what each of these gains; under 5 % it is not worth it,
# but for the slots and the copies in the processor, which gain it together.

_SPEC = rasa_action.RemoteAction.action_response_format_spec()
_VALIDATOR = jsonschema.validators.validator_for(_SPEC)
_VALIDATOR.check_schema(_SPEC)
_CHECK = _VALIDATOR(_SPEC)


def _validate_action_result(self: rasa_action.RemoteAction, result: dict[str, Any]) -> bool:
    """Check an answer of the action server, but not anew each time that the description of its form is in order."""
    for error in _CHECK.iter_errors(result):
        raise error
    return True


def _action_call_format(
    self: rasa_action.RemoteAction, tracker: DialogueStateTracker, domain: Domain
) -> dict[str, Any]:
    """What the action server is sent: the slots. Rasa sends all that was ever said, and ours look at nothing of it."""
    known = {"sender_id": tracker.sender_id, "slots": tracker.current_slot_values(), "latest_message": {}, "events": []}
    return {"next_action": self._name, "sender_id": tracker.sender_id, "tracker": known, "version": rasa_version}


def _abstain(self: RulePolicy, tracker: DialogueStateTracker, domain: Domain, **kwargs: Any) -> PolicyPrediction:
    """Say nothing: Rasa wants this policy where there are forms, but ReplyOrder decides every turn."""
    prediction: PolicyPrediction = self._rule_prediction(self._default_predictions(domain), None)
    return prediction


del _abstain.__annotations__["self"]  # at training Rasa would take it for something to be provided


def _run_graph(
    self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """Run the few components one after another, without dask, which plans and schedules them anew for each message."""
    done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}

    def result(name: str) -> Any:
        if name not in done:
            needs = [result(needed) for needed in self._graph_schema.nodes[name].needs.values()]
            done[name] = self._instantiated_nodes[name](*needs)
        return done[name]

    return {name: result(name)[1] for name in targets or self._graph_schema.target_names}


def _init_tracker(self: FailSafeTrackerStore, sender_id: str) -> DialogueStateTracker:
    """A tracker as the store inside makes it, which is copied faster."""
    return self._tracker_store.init_tracker(sender_id)


async def _extract_no_slots(
    self: MessageProcessor, output_channel: OutputChannel, tracker: DialogueStateTracker
) -> DialogueStateTracker:
    """Leave the slots to guide.dialogue.memory: none of ours is mapped to anything that Rasa could extract."""
    return tracker


_NO_COPIES = SimpleNamespace(deepcopy=lambda logged: logged)
"""Rasa copies all that happens before it logs it at level debug, which nobody keeps: here it is logged as it is."""


SPEED: tuple[tuple[Any, str, Any, Any], ...] = tuple(
    (owner, name, getattr(owner, name), ours)
    for owner, name, ours in (
        (rasa_action.RemoteAction, "_validate_action_result", _validate_action_result),
        (rasa_action.RemoteAction, "_action_call_format", _action_call_format),
        (RulePolicy, "predict_action_probabilities", _abstain),
        (DaskGraphRunner, "run", _run_graph),
        (MessageProcessor, "run_action_extract_slots", _extract_no_slots),
        (rasa.core.processor, "copy", _NO_COPIES),
        (FailSafeTrackerStore, "init_tracker", _init_tracker),
    )
)
"""Whose method, its name, Rasa's own, ours."""

for _owner, _name, _, _ours in SPEED:
    setattr(_owner, _name, _ours)


# At the start Rasa reads the domain of the model four times, with a reader in plain Python, to make sure that what it
# wrote itself is a domain: no other part of the start takes as long.


def _load_domain(
    cls: type[DomainProvider],
    /,
    config: dict[str, Any],
    model_storage: ModelStorage,
    resource: Resource,
    execution_context: ExecutionContext,
    **kwargs: Any,
) -> DomainProvider:
    """Read it once."""
    with model_storage.read_from(resource) as folder:
        domain = Domain.from_dict(read_yaml_file(folder / "domain.yml"))
    return cls(model_storage, resource, domain)


_load_domain_four_times = DomainProvider.load
DomainProvider.load = classmethod(_load_domain)


# Nobody's words belong in a log. Rasa logs them in three ways: through structlog, which prints everything when nobody
# has configured it (tests, scripts) and, at the default level, the text of a message whose handling failed; and in the
# body of a failed call to the action server, which echoes the whole conversation.

LOGGED = frozenset({"event", "event_info", "event_key", "level", "log_level", "exc_info", "stack_info", "timestamp"})


def _without_words(logger: Any, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in entry.items() if key in LOGGED}


def _without_body(self: ClientResponseError, status: int, message: str, text: str) -> None:
    self.status, self.message, self.text = status, message, text
    aiohttp.ClientError.__init__(self, f"{status}, {message}")


if not structlog.is_configured():
    configure_structlog()
structlog.get_config()["processors"].insert(0, _without_words)  # in place: loggers in use hold this very list
ClientResponseError.__init__ = _without_body
