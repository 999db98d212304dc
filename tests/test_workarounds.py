"""Each workaround of guide/workarounds.py works, and Rasa as installed still needs it."""

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rasa.core.actions.action
import rasa.core.constants
import rasa.core.processor
import rasa.engine.runner.dask
import rasa.graph_components.validators.default_recipe_validator
import rasa.utils.endpoints
from jsonschema import ValidationError
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from guide.dialogue.context import SPOKEN_OF
from guide.dialogue.reply_order import REPLIES
from guide.store import Tracker
from guide.workarounds import ACTION_SERVER_TIMEOUT, SPEED, _handle, _load_domain_four_times, pressed_button
from tests.conftest import ROOT, ActionServer
from tests.talk import Talk

STAGED = "She was diagnosed. Both arms are weak, speech and legs are fine, no feeding tube, no mask. What stage?"


def _stock(module: Any) -> str:
    return Path(inspect.getfile(module)).read_text("utf-8")


def test_rasa_still_waits_five_minutes_for_the_action_server() -> None:
    assert rasa.core.constants.DEFAULT_REQUEST_TIMEOUT == 300
    assert "timeout=DEFAULT_REQUEST_TIMEOUT" in _stock(rasa.core.actions.action)


def test_an_action_server_that_never_answers_is_not_waited_for(
    agent: Agent, action_server: ActionServer, run: Callable[..., Any]
) -> None:
    action_server.become("slow")
    reply = run(Talk(agent).say(STAGED))
    still_held = action_server.held
    action_server.become("up")
    assert reply.names == ["utter_stage_unavailable"]
    assert still_held == 1
    assert rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT == ACTION_SERVER_TIMEOUT <= 3


def test_rasa_still_forgets_the_form_in_a_new_session() -> None:
    stock = _stock(rasa.core.actions.action)
    session = stock.partition("class ActionSessionStart")[2].partition("\nclass ")[0]
    assert "_slot_set_events_from_tracker" in session
    assert "ActiveLoop" not in session


def test_a_pause_of_a_day_keeps_the_form_and_the_answers(agent: Agent, run: Callable[..., Any]) -> None:
    talk = Talk(agent)
    run(talk.say('/suggest_stage{"diagnosed":"yes"}'))
    run(talk.say("her legs"))
    tracker = run(talk.tracker())
    for event in tracker.events:
        event.timestamp -= 25 * 60 * 60
    run(agent.tracker_store.save(tracker))
    reply = run(talk.say("not affected"))
    assert reply.names == ["utter_regions_noted", "utter_ask_gastrostomy"]
    assert run(talk.slots())["lower_limb"] == "affected"


def test_the_memory_of_a_long_conversation_stays_short(agent: Agent, run: Callable[..., Any]) -> None:
    talk = Talk(agent)
    run(talk.say("we live in Canada and her legs are weak"))
    lengths = []
    for _ in range(100):
        run(talk.say("what is als"))
        lengths.append(len(run(talk.tracker()).events))
    assert lengths[-1] < max(lengths[:40])
    assert max(lengths[40:]) <= max(lengths[:40])
    slots = [e.key for e in run(talk.tracker()).events if isinstance(e, SlotSet)]
    assert run(talk.slots())["country"] == "CA"
    assert slots.count("country") == 1


def test_rasa_still_puts_the_conversation_into_an_error_message() -> None:
    assert "body='{text}'" in _stock(rasa.utils.endpoints)
    assert "words" not in str(rasa.utils.endpoints.ClientResponseError(500, "no", "words"))


def test_rasa_itself_does_not_look_at_the_buttons(agent: Agent, run: Callable[..., Any]) -> None:
    talk = Talk(agent)
    run(talk.say('/suggest_stage{"diagnosed":"yes"}'))
    title = "Speech or swallowing"
    assert pressed_button(run(talk.tracker()), title) == '/inform{"bulbar":"affected"}'
    for handle, by_order in ((_handle, False), (MessageProcessor._handle_message_with_tracker, True)):
        tracker = run(talk.tracker())
        run(handle(agent.processor, UserMessage(title, sender_id=talk.id), tracker))
        assert tracker.latest_message.parse_data["text"].startswith("/") is by_order


def test_a_button_s_title_typed_presses_it(agent: Agent, action_server: ActionServer, run: Callable[..., Any]) -> None:
    action_server.become("up")
    talk = Talk(agent)
    run(talk.say('/suggest_stage{"diagnosed":"yes"}'))
    run(talk.say("all three"))
    run(talk.say("Advised, but turned down"))
    assert run(talk.slots())["gastrostomy"] == "declined"
    assert run(talk.say("tried and STOPPED.")).names == ["utter_kings_stage"]
    assert run(talk.slots())["niv"] == "stopped"
    assert run(talk.say("Not affected")).names != ["utter_kings_stage"]  # that button is of an earlier turn


def test_rasa_itself_checks_the_schema_of_the_action_server_anew_each_time() -> None:
    assert "validate(result, self.action_response_format_spec())" in _stock(rasa.core.actions.action)


def test_rasa_itself_sends_the_action_server_all_that_was_said(agent: Agent, run: Callable[..., Any]) -> None:
    talk = Talk(agent)
    run(talk.say(STAGED))
    action, tracker = rasa.core.actions.action.RemoteAction("action_suggest_stage", None), run(talk.tracker())
    stock = next(stock for _, name, stock, _ in SPEED if name == "_action_call_format")
    theirs, ours = stock(action, tracker, agent.domain), action._action_call_format(tracker, agent.domain)
    assert STAGED in json.dumps(theirs)
    assert STAGED not in json.dumps(ours)
    assert {*ours} < {*theirs}
    assert ours["tracker"]["slots"] == theirs["tracker"]["slots"]
    assert all(ours[key] == theirs[key] for key in ("next_action", "sender_id", "version"))


@pytest.mark.parametrize(
    "wrong", [[], {"events": "none"}, {"events": [{"event": "slot"}]}, {"responses": ["hello"]}, {"events": [1]}]
)
def test_an_answer_of_the_action_server_that_is_none_is_still_refused(wrong: Any) -> None:
    action = rasa.core.actions.action.RemoteAction("action_suggest_stage", None)
    with pytest.raises(ValidationError):
        action._validate_action_result(wrong)


def test_an_answer_of_the_action_server_is_taken() -> None:
    action = rasa.core.actions.action.RemoteAction("action_suggest_stage", None)
    slot = {"event": "slot", "name": "niv", "value": "no", "timestamp": None}
    assert action._validate_action_result({"events": [slot], "responses": [{"response": "utter_kings_stage"}]})


def test_rasa_itself_wants_its_policy_of_rules_where_there_are_forms() -> None:
    stock = _stock(rasa.graph_components.validators.default_recipe_validator)
    assert "def _raise_if_domain_contains_form_names_but_no_rule_policy_given" in stock


def test_rasa_itself_looks_through_the_rules_and_says_the_same(agent: Agent, run: Callable[..., Any]) -> None:
    """Of a plain reply, which is all that data/rules.yml has."""
    ask = next(stock for owner, _, stock, _ in SPEED if owner is RulePolicy)
    nodes = agent.processor.graph_runner._instantiated_nodes.values()
    rules = next(node._component for node in nodes if node._component_class is RulePolicy)
    for intent in ("ask_cure", "greet", "ask_why"):
        talk, domain = Talk(agent), agent.domain
        assert run(talk.say(f"/{intent}")).names == [f"utter_{intent}"]
        tracker = run(talk.tracker()).travel_back_in_time(run(talk.tracker()).latest_message.timestamp)
        assert domain.action_names_or_texts[ask(rules, tracker, domain).max_confidence_index] == REPLIES[intent]
        assert rules.predict_action_probabilities(tracker, domain).max_confidence < 1


def test_rasa_itself_has_dask_plan_each_message() -> None:
    assert "dask.get(run_graph, run_targets)" in _stock(rasa.engine.runner.dask)


def test_without_dask_a_message_is_understood_the_same(agent: Agent, run: Callable[..., Any]) -> None:
    stock = next(stock for owner, _, stock, _ in SPEED if owner is DaskGraphRunner)
    runner, message = agent.processor.graph_runner, [UserMessage("her legs are weak, is there a cure?")]
    inputs = {PLACEHOLDER_MESSAGE: message, PLACEHOLDER_TRACKER: run(Talk(agent).tracker())}
    target = agent.processor.model_metadata.nlu_target
    ours, theirs = (runs(runner, inputs=inputs, targets=[target]) for runs in (DaskGraphRunner.run, stock))
    assert list(ours) == list(theirs) == [target]
    for one in (ours, theirs):
        assert one[target][0].get("parts") == ["ask_cure"]


def test_rasa_itself_wraps_the_store_without_its_trackers(agent: Agent) -> None:
    stock = next(stock for owner, _, stock, _ in SPEED if owner is FailSafeTrackerStore)
    assert type(stock(agent.tracker_store, "anna")) is DialogueStateTracker
    assert type(agent.tracker_store.init_tracker("anna")) is Tracker


def test_rasa_itself_reads_the_domain_of_a_model_four_times(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    storage, provider = LocalModelStorage(tmp_path), Resource("domain_provider")
    with storage.write_to(provider) as folder:
        Domain.from_path(ROOT / "domain.yml").merge(Domain.from_path(ROOT / "data" / "answers")).persist(
            folder / "domain.yml"
        )
    read, times = rasa.shared.utils.io.read_yaml, []
    monkeypatch.setattr(rasa.shared.utils.io, "read_yaml", lambda *a, **more: times.append(1) or read(*a, **more))
    theirs, ours = (
        load({}, storage, provider, None).provide_inference() for load in (_load_domain_four_times, DomainProvider.load)
    )
    assert theirs.as_dict() == ours.as_dict()
    assert theirs.fingerprint() == ours.fingerprint()
    assert len(times) > 4


def test_rasa_itself_looks_for_slots_to_extract_and_finds_none(agent: Agent, run: Callable[..., Any]) -> None:
    assert {mapping["type"] for slot in agent.domain.slots for mapping in slot.mappings} == {"custom"}
    stock = next(stock for _, name, stock, _ in SPEED if name == "run_action_extract_slots")
    talk = Talk(agent)
    run(talk.say(STAGED))
    tracker = run(talk.tracker())
    before = list(tracker.events)
    assert run(stock(agent.processor, CollectingOutputChannel(), tracker)) is tracker
    assert list(tracker.events) == before


def test_rasa_itself_copies_what_it_logs_and_nothing_else() -> None:
    stock = _stock(rasa.core.processor)
    copies = re.findall(r"^ *(?:[a-z_]+=)?copy\.deepcopy\(.*\),$", stock, re.MULTILINE)
    assert len(copies) >= 5
    assert len(re.findall(r"\bcopy\.", stock)) == stock.count("copy.deepcopy(") == len(copies) + 1  # of slot_values


def test_what_was_spoken_of_is_handed_over_and_kept_nowhere(agent: Agent, run: Callable[..., Any]) -> None:
    seen: list[str] = []
    parse = agent.processor._parse_message_with_graph

    def spy(message: UserMessage, *args: Any, **kwargs: Any) -> dict[str, Any]:
        seen.append((message.metadata or {}).get(SPOKEN_OF, ""))
        return parse(message, *args, **kwargs)

    agent.processor._parse_message_with_graph = spy
    try:
        talk, other = Talk(agent), Talk(agent)
        run(talk.say("tell me about riluzole"))
        run(talk.say("how long does it take"))
        run(other.say("is there a cure?"))
    finally:
        del agent.processor._parse_message_with_graph
    assert seen == ["", "riluzole. tell me about riluzole", ""]
    assert "riluzole. tell me" not in json.dumps([event.as_dict() for event in run(talk.tracker()).events])
