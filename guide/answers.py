"""The reply generator: picks the variant of a reply that fits, and fills in the words of country and conversation.

Runs inside Rasa (endpoints.yml: `nlg`): replies need no action server, and know a country named in the same message.
"""

import copy
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

import guide.workarounds  # noqa: F401 - every process that answers needs them
from guide.dialogue.memory import DANGER, FORMS, HARD, REGIONS, last_part, part_by_country, torn_between
from guide.dialogue.plan import LINES, RESULTS, STARTS
from guide.intents import is_topic
from guide.language.person import SOMEONE
from guide.language.scores import read_scores
from guide.note import QUESTIONS, as_text, is_empty, open_questions
from guide.phrases import PHRASES, SOURCES, load
from guide.results import conversation_values, open_regions, problem_values, result_values, supposed_values
from guide.staging import RegionReport, kings_stage

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_TELLS = re.compile(r'/tell_country\{"country":"(\w+)"\}')
_DANGERS = tuple(f"utter_{level}" for level in DANGER)
_FOLLOW_UPS = {"utter_ask_more": "more", "utter_ask_simpler": "simple", "utter_ask_follow_up": ""}
_FACTS = ("first_contact", "funding", "trial_registry", "driving", "carers", "medical_advice")
_ON_TOPIC = ("utter_ask_follow_up", "utter_inform")
"""Replies that have another wording where a topic was spoken of."""
_WHICH_PART = ("utter_ask_follow_up_topic", "utter_ask_follow_up_told")
"""Wordings that ask which part of it is meant, after a question and after what was told."""
_ASKED = {f"utter_ask_{slot}": slot for slots in FORMS.values() for slot in slots}
_ASKED |= {f"utter_ask_{form}_diagnosed": "diagnosed" for form in FORMS}
"""What each form asks with, and the slot that it asks for."""
START = ("suggest_stage", "ask_early_symptoms", "ask_cure", "ask_medications")
"""Topics offered to a message that resembles none."""
DIFFERENT = ("ask_medications", "ask_organisations", "ask_money_and_benefits")
"""Topics offered where a country is told: they differ most."""
TELLING = 4
"""Words that a message has at least which is surely told, and not asked, where it has no sign of a question."""
SURE = 0.5
"""From this probability on a crisis is no mistake, and nothing else is offered beside it."""
OFFERED = 4
"""Questions for the note that are offered at a time."""
DRAWS = "guide"
"""The channel that draws the stages itself."""
_WORDINGS = ("again", "examples", "buttons")
_GO_ON = ("utter_stop", "utter_staging_waits", "utter_staging_open", "utter_stage_unavailable")
_ABOUT_REGIONS = ("utter_ask_regions_told", "utter_ask_regions_checked")
STRUCTURE = (
    "possible",
    "affected",
    "support",
    "what_if",
    "mitos",
    "lost",
    "uncertain",
    "scores",
    "gastrostomy",
    "counted",
)
"""Of a staging result, what channels that draw it get beside the text."""
_log = logging.getLogger(__name__)

_COUNTRIES_AND_LANGUAGES = load("countries.yml")
COUNTRIES: dict[str, dict[str, Any]] = _COUNTRIES_AND_LANGUAGES["countries"]
LANGUAGES: dict[str, dict[str, Any]] = _COUNTRIES_AND_LANGUAGES["languages"]
_UNAVAILABLE: str = load("answers/conversation.yml")["responses"]["utter_unavailable"][0]["text"]
"""Read from the file and not from the model, which may be what failed."""


class Answers(TemplatedNaturalLanguageGenerator):
    """Replies of data/answers/, filled. A placeholder that nothing fills is left out and logged, never shown."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The reply to `utter_action` in this conversation; None where data/answers/ has none."""
        slots = tracker.current_slot_values()
        country = slots.get("country") or _site_country(tracker)
        name = self._variant(utter_action, tracker, slots, country)
        chosen = self._random_response_for(name, output_channel, slots)
        if chosen is None:
            return None
        medicine = _about(utter_action, slots).removeprefix("utter_ask_")
        values = country_values(country, medicine) | conversation_values(slots) | result_values(kwargs)
        values |= _message_values(tracker, slots)
        if utter_action == "utter_ask_what_if":
            values |= supposed_values(slots, _supposed(tracker))
        if tracker.get_latest_input_channel() == DRAWS:
            values["drawing"] = ""
        values["in_language"] = in_language(tracker, values["number"] if country else PHRASES["country"]["numbers"])
        reply: dict[str, Any] = _fill(copy.deepcopy(chosen), values, name)
        reply["part"] = name  # what follow-ups refer to
        reply["country"] = country if country in COUNTRIES else None  # whose emergency number is the right one
        reply["calls"] = calls(utter_action, chosen.get("text") or "", country)
        if utter_action in _ABOUT_REGIONS:
            reply["regions"] = {region: slots[region] for region in REGIONS if slots.get(region)}  # for a body map
        buttons = [
            *(button for button in reply.get("buttons", []) if not _tells_known(button, utter_action, country)),
            *_offers(utter_action, tracker),
            *self._parts(f"utter_{slots['topic']}" if name in _WHICH_PART else name),
        ]
        if name in _WHICH_PART:
            buttons += self.responses[f"utter_{slots['topic']}"][0].get("buttons", [])
        titles = [button["title"] for button in buttons]
        reply["buttons"] = [button for at, button in enumerate(buttons) if button["title"] not in titles[:at]]
        if "table" in reply.get("metadata", {}):
            reply["metadata"]["table"] = medicines_table(country)
        if utter_action in _GO_ON:
            for button in reply["buttons"]:
                if button["payload"] == "/suggest_stage":
                    button["payload"] = f"/{_open_intent(tracker)}"
        if {"possible", "mitos"} & {*kwargs}:
            reply["staging"] = {key: value for key, value in kwargs.items() if key in STRUCTURE}
        if tracker.get_latest_input_channel() == "cmdline":
            reply["text"] += sources_line(reply.get("metadata") or {})
            if "note" in reply.get("metadata", {}):
                reply["text"] += f"\n\n{as_text(slots, date.today())}"
        return reply

    def _variant(
        self, utter_action: str, tracker: DialogueStateTracker, slots: Mapping[str, Any], country: str | None
    ) -> str:
        """The part of an answer that the latest message, the last topic, the country or the last question calls for."""
        topic = _about(utter_action, slots)
        details = (
            [e for e in tracker.latest_message.entities if e["entity"] == "detail"] if tracker.latest_message else []
        )
        # A button names the part alone; words name it for an intent, since "swallowing" is a part of several answers.
        wanted = [f"{topic}_{e['value']}" for e in details if f"utter_{e.get('group')}" == topic or "group" not in e]
        if utter_action == f"utter_{slots.get('topic')}" and not _is_said(slots["topic"], tracker):
            said = [e.metadata.get("part", "") for e in tracker.events if isinstance(e, BotUttered)]
            again = part_by_country(said, slots["topic"], str(country), self.responses)
            wanted.append(again or last_part(said, slots["topic"]) or utter_action)  # asked again, with a country
        if utter_action == "utter_crisis" and _may_be_mistaken(_understood(tracker)):
            wanted.append("utter_crisis_unsure")
        if _FOLLOW_UPS.get(utter_action):
            wanted.append(f"{topic}_{_FOLLOW_UPS[utter_action]}")
        if utter_action == "utter_tell_country" and slots.get("country") not in COUNTRIES:
            wanted.append("utter_tell_country_unknown")
        if utter_action in _ASKED:
            wanted += _question_variants(utter_action, slots)
        if utter_action == "utter_ask_note" and is_empty(slots):
            wanted.append("utter_ask_note_empty")
        if utter_action in _ON_TOPIC and slots.get("topic") in PHRASES["topics"]:
            if _tells(tracker):
                wanted.append(f"{utter_action}_told")
            wanted.append(f"{utter_action}_topic")
        wanted.append(f"{utter_action}_{str(country).lower()}")
        return next((name for name in wanted if name in self.responses), utter_action)

    def _parts(self, name: str) -> list[dict[str, str]]:
        """Buttons to the longer and the simpler part of an answer, where it has them."""
        intent = name.removeprefix("utter_")
        parts = [(part, title) for part, title in PHRASES["parts"].items() if f"{name}_{part}" in self.responses]
        return [{"title": title, "payload": f'/{intent}{{"detail":"{part}"}}'} for part, title in parts]


def _about(utter_action: str, slots: Mapping[str, Any]) -> str:
    """The answer that a reply is about: of a follow-up the one that was spoken of."""
    return f"utter_{slots.get('topic')}" if utter_action in _FOLLOW_UPS else utter_action


def _site_country(tracker: DialogueStateTracker) -> str | None:
    """The country (ISO code) that the site set: the channel sends it with the message. Anything else counts as none."""
    metadata = tracker.latest_message.metadata if tracker.latest_message else None
    country = metadata.get("country") if isinstance(metadata, dict) else None
    return country if isinstance(country, str) else None


def _tells_known(button: Mapping[str, str], utter_action: str, country: str | None) -> bool:
    """Whether a button tells the country that is known already; beside danger, any while one is known."""
    told = _TELLS.fullmatch(button["payload"])
    return bool(told and country in COUNTRIES and (told[1] == country or utter_action in (*_DANGERS, LINES)))


def _is_said(intent: str, tracker: DialogueStateTracker) -> bool:
    """Whether the latest message itself asks for the intent: "and in Canada?" is about it, but asks for a country."""
    message = tracker.latest_message
    if not message or (message.parse_data.get("leans") and any(e["entity"] == "country" for e in message.entities)):
        return False
    return intent in (message.intent.get("name"), *message.parse_data.get("parts", []))


def _open_intent(tracker: DialogueStateTracker) -> str:
    """The intent that opens the form that is open, or whose result could not be said just now."""
    said = [form for form, result in RESULTS.items() if result == tracker.latest_action_name]
    form = tracker.active_loop_name or next(iter(said), "")
    return next((intent for intent, its_form in STARTS.items() if its_form == form), "suggest_stage")


def _question_variants(utter_action: str, slots: Mapping[str, Any]) -> list[str]:
    """The wording of a form's question: anew, again, with examples, with buttons alone."""
    question = f"utter_ask_{_ASKED[utter_action]}"
    plain = f"{question}_two" if question == "utter_ask_regions_checked" and len(open_regions(slots)) == 2 else question
    in_vain, in_between = slots.get("in_vain") or 0, slots.get("in_between") or 0
    if in_vain == 1 and in_between > 1:
        in_vain = 2  # "again" was said twice already
    if in_vain or in_between:
        return [f"{plain}_{_WORDINGS[min(max(in_vain, 1), len(_WORDINGS)) - 1]}"]
    settled = kings_stage(RegionReport.of(slots)).lowest.value[0] == "4"
    return [*([f"{question}_settled"] if settled else []), utter_action if utter_action != question else plain]


def _supposed(tracker: DialogueStateTracker) -> dict[str, str]:
    """What the latest message supposes: "what if she needs the mask"."""
    entities = tracker.latest_message.entities if tracker.latest_message else []
    return {e["entity"]: e["value"] for e in entities if e.get("supposed")}


def _message_values(tracker: DialogueStateTracker, slots: Mapping[str, Any]) -> dict[str, str]:
    """What replies take from the latest message: who else it names, what is wrong with its scores."""
    message = tracker.latest_message
    entities = message.entities if message else []
    asked = tracker.get_slot("requested_slot") == "scores"
    wrong = message and (asked or any(e["entity"] == "scores_problem" for e in entities))
    scores = read_scores(message.text or "") if message and wrong else None
    numbers = len(re.findall(r"\d+", message.text or "")) if message else 0
    chosen = [QUESTIONS[name] for name in slots.get("questions") or [] if name in QUESTIONS]
    return {
        "questions_chosen": PHRASES["chosen"].format(questions=" ".join(chosen)) if chosen else "",
        **problem_values(scores.number if scores else numbers, scores.items if scores else ()),
        "new_person": next((str(e["value"]) for e in entities if e["entity"] == "person"), SOMEONE),
    }


def _understood(tracker: DialogueStateTracker) -> Mapping[str, Any]:
    """What was understood of the latest message."""
    return tracker.latest_message.parse_data if tracker.latest_message else {}


def _tells(tracker: DialogueStateTracker) -> bool:
    """Whether the latest message was typed and tells something: what is shorter ("and at night") may be a question."""
    long = tracker.latest_message and len((tracker.latest_message.text or "").split()) >= TELLING
    return bool(long) and _understood(tracker).get("asks") is False  # of a button that is not known


def _may_be_mistaken(data: Mapping[str, Any]) -> bool:
    """Whether a message that is taken for a crisis may well be none."""
    return not data.get("ruled") and data.get("intent", {}).get("confidence", 1.0) < SURE


def _instead_of_a_crisis(data: Mapping[str, Any]) -> list[str]:
    """The topic that a message is about if it is no crisis, where that may be so: nobody need type it again."""
    nearest = [t for t in data.get("nearest") or [] if is_topic(t) and t not in HARD - {"ask_palliative_care"}]
    return nearest[:1] if "crisis" in data.get("parts", []) and _may_be_mistaken(data) else []


def _calm(topics: Sequence[str] | None) -> list[str]:
    """Guessed topics, without the one that would frighten who asked something else."""
    return [topic for topic in topics or [] if topic != "ask_prognosis"]


def _offers(utter_action: str, tracker: DialogueStateTracker) -> list[dict[str, str]]:
    """Buttons that depend on the message: the nearest topics, what a crisis put off, the staging that it broke off."""
    data = _understood(tracker)
    asked = [part for part in data.get("parts", []) if is_topic(part)]
    topics: Sequence[str | None] = ()
    if utter_action == "utter_fallback":
        topics = [*(_calm(data.get("nearest")) or START), tracker.get_slot("topic")]
    elif utter_action in [f"utter_{part}" for part in asked[2:3]]:
        topics = asked[3:4]  # three are answered, a fourth is offered
    elif utter_action == "utter_which_one":
        topics = torn_between(data.get("parts", []), data.get("intent_ranking", []))
    elif utter_action == "utter_crisis":
        topics = [part for part in asked if part not in HARD][:2] or _instead_of_a_crisis(data)
    elif utter_action == "utter_tell_country":
        said = next((e for e in reversed(tracker.events) if isinstance(e, BotUttered)), None)
        grave = tracker.get_slot("topic") in DANGER or (said and said.metadata.get("utter_action") == LINES)
        topics = DIFFERENT if tracker.get_slot("country") in COUNTRIES and not grave else ()
    elif utter_action in _ON_TOPIC:
        likeliest = _calm(data.get("nearest"))[:1] if utter_action == "utter_ask_follow_up" else []
        topic = tracker.get_slot("topic")
        said = [
            e.metadata for e in tracker.events if isinstance(e, BotUttered) and e.metadata.get("utter_action") != LINES
        ]
        just_said = utter_action == "utter_ask_follow_up" and said and said[-1].get("part") == f"utter_{topic}"
        topics = [name for name in (topic, *likeliest) if name != topic or not just_said]
    elif utter_action == "utter_heard":
        nearest = [topic for topic in data.get("nearest") or [] if topic not in HARD]
        topics = [*nearest[:2], tracker.get_slot("topic"), "suggest_stage"]
    offers = [{"title": PHRASES["topics"][t], "payload": f"/{t}"} for t in topics if t in PHRASES["topics"]]
    if utter_action in ("utter_crisis", "utter_emergency") and tracker.active_loop_name:
        offers.append({"title": PHRASES["go_on"], "payload": f"/{_open_intent(tracker)}"})
    if utter_action in _ASKED:
        offers += [{"title": title, "payload": f"/{intent}"} for intent, title in PHRASES["aside"].items()]
    if utter_action == "utter_ask_note":
        offers += [
            {"title": PHRASES["add"].format(question=QUESTIONS[name]), "payload": f'/ask_note{{"question":"{name}"}}'}
            for name in open_questions(tracker.current_slot_values())[:OFFERED]
        ]
    return offers


def _fill(reply: Any, values: Mapping[str, str], name: str) -> Any:
    """Replace the placeholders in texts and buttons, and drop the lines that a missing value leaves empty."""
    if isinstance(reply, dict):
        return {key: value if key == "metadata" else _fill(value, values, name) for key, value in reply.items()}
    if isinstance(reply, list):
        return [_fill(item, values, name) for item in reply]
    if not isinstance(reply, str):
        return reply

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            _log.error("The reply %s has a placeholder without a value: %s", name, match[1])
        return values.get(match[1], "")

    lines = [(line, _PLACEHOLDER.sub(value, line).strip(" ")) for line in reply.split("\n")]
    return "\n".join(filled for line, filled in lines if filled or not line)


def sources_line(metadata: Mapping[str, Any]) -> str:
    """The line that names an answer's sources and the month of its review, for channels that show text alone."""
    keys = metadata.get("sources", [])
    if not keys:
        return ""
    named = "; ".join(f"{SOURCES[key]['publisher']} ({SOURCES[key]['url']})" for key in keys)
    return f"\nSources: {named}. Checked {date.fromisoformat(metadata['reviewed']):%B %Y}."


def in_language(tracker: DialogueStateTracker, number: str) -> str:
    """The sentence "I can help in English only, in an emergency call …" in the language of the latest message."""
    data = _understood(tracker)
    code = str(data.get("language"))
    sentence = LANGUAGES.get("zh-Hans" if code == "zh" else code, {})
    return str(sentence["text"]).format(number=number) if sentence.get("sure") == "high" else ""


def country_values(code: str | None, medicine: str = "") -> dict[str, str]:
    """What replies say about a country (ISO code), or about none. Only values that need no further check are used.

    `medicine`: whose funding is meant, where the reply is about one.
    """
    words = PHRASES["country"]
    country = COUNTRIES.get(code or "")
    if country is None:
        return {
            "country_name": "",
            "emergency": words["emergency_unknown"],
            "emergency_lower": words["emergency_short"],
            "elsewhere": "",
            "number": words["number_unknown"],
            "crisis_lines": _crisis_lines(None),
            "harm_lines": "",
            "organisations": words["organisations_unknown"],
            "medicines": words["medicines_unknown"],
            **{fact: words[f"{fact}_unknown"] for fact in _FACTS},
        }
    name, number = words["the"].get(code, country["name"]), country["print_emergency"]
    emergency = words["emergency"].format(number=number)
    organisations = [
        words["organisation"].format(**organisation)
        for organisation in country["organisations"]
        if organisation["grade"] == "H" and re.fullmatch(r"[\w.;/ -]+\.[\w./-]+", organisation["web"] or "")
    ]
    medicines = [entry["value"] for entry in _approved(country)]
    listed = [words["medicines"].format(name=name), *(f"• {value}" for value in medicines)]
    return {
        "country_name": name,
        "emergency": emergency,
        "emergency_lower": _lower(emergency),
        "elsewhere": words["elsewhere"],
        "number": number,
        "crisis_lines": _crisis_lines(country),
        "harm_lines": _printed(country.get("print_harm", [])),
        "organisations": "\n".join(organisations or [words["organisations_unknown"]]),
        "medicines": "\n".join(listed if medicines else [words["medicines_unchecked"].format(name=name)]),
        **{fact: _fact(country, name, fact, medicine if fact == "funding" else "") for fact in _FACTS},
    }


def emergency_numbers(code: str | None) -> list[str]:
    """The emergency numbers of a country (ISO code), or the best known ones where it is none of ours."""
    known = COUNTRIES[code]["print_emergency"] if code in COUNTRIES else PHRASES["country"]["numbers"]
    return re.findall(r"\d+", known)


def calls(utter_action: str, template: str, code: str | None) -> list[dict[str, str | None]]:
    """The numbers that a reply with this text says to call or to text, in its order: channels make links of them.

    `code`: ISO code of the country. Each has `label` (whose number; None for the emergency number), `number` as it is
    printed, `by` ("call" or "text") and `words`, what a text message has to say, where that matters.
    """
    numbers = emergency_numbers(code) if utter_action in _DANGERS else []
    found: list[dict[str, str | None]] = [_call(None, number) for number in numbers]
    country = COUNTRIES.get(code or "", {})
    crisis = country.get("print_crisis") or PHRASES["country"]["crisis_unknown"]
    for line in [
        *(crisis if "{crisis_lines}" in template else []),
        *(country.get("print_harm", []) if "{harm_lines}" in template else []),
    ]:
        label = _line_name(line)
        if line.get("rings", True):
            found.append(_call(label, line["value"]))
        if "text" in line:
            found.append(_call(label, line["text"]) | {"by": "text", "words": line.get("words")})
    return found


def unavailable(code: str | None) -> str:
    """What is said when an answer cannot be made, with the emergency number of a country (ISO code)."""
    return str(_fill(_UNAVAILABLE, country_values(code), "utter_unavailable"))


def _fact(country: Mapping[str, Any], name: str, fact: str, about: str) -> str:
    """A sentence with what is known of a country's rules, or the general one where nothing is checked."""
    entries = country[fact] if isinstance(country[fact], list) else [country[fact]]
    values = [entry["value"] for entry in entries if not entry["verify"] and entry["value"].startswith(about)]
    known = list(dict.fromkeys(values))  # one number may serve several parts of a country
    return f"{_capital(PHRASES['country']['in'].format(name=name))} {'; '.join(known)}." if known else _unknown(fact)


def _approved(country: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = country["medicines"]
    return [entry for entry in entries if not entry["verify"] and not entry["value"].startswith("WITHDRAWN")]


def _unknown(fact: str) -> str:
    return str(PHRASES["country"][f"{fact}_unknown"])


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def medicines_table(code: str | None) -> dict[str, Any]:
    """The medicines of a country (ISO code) as columns and rows, for channels that show tables; no rows where none."""
    listed = _approved(COUNTRIES[code]) if code in COUNTRIES else []
    rows = [[entry["value"], entry.get("authorised", "")] for entry in listed]
    return {"columns": PHRASES["table"], "rows": rows}


def _call(label: str | None, number: str) -> dict[str, str | None]:
    return {"label": label, "number": number, "by": "call", "words": None}


def _line_name(line: Mapping[str, str]) -> str:
    return f"{line['name']} ({line['area']})" if "area" in line else line["name"]


def _crisis_lines(country: Mapping[str, Any] | None) -> str:
    """The lines to call of a country, or the best known ones where it has none that is checked."""
    if country and country["print_crisis"]:
        return _printed(country["print_crisis"])
    words = PHRASES["country"]
    known = [f"{line['name']}: {line['value']}" for line in words["crisis_unknown"]]
    return "\n".join([*known, words["crisis_elsewhere"]])


def _printed(lines: Sequence[Mapping[str, str]]) -> str:
    """Lines to call, as replies print them."""
    when = [f"; {line['hours']}" if "hours" in line else "" for line in lines]
    return "\n".join(
        f"{_line_name(line)}: {line['value']} ({line['how']}{hours})" for line, hours in zip(lines, when, strict=True)
    )


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
