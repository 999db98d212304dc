"""What a message changes in what the guide knows: one pure function from what was said to slot values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guide.intents import is_topic
from guide.language.person import same_person

REGIONS = ("bulbar", "upper_limb", "lower_limb")
FUNCTIONS = ("movement", "swallowing", "communicating", "breathing")
FORMS: dict[str, tuple[str, ...]] = {
    "staging_form": ("diagnosed", "regions_told", "regions_checked", "gastrostomy", "niv"),
    "mitos_form": ("diagnosed", *FUNCTIONS),
    "scores_form": ("diagnosed", "scores"),
}
"""What each form asks for, in order."""
QUESTIONS = FORMS["staging_form"]
STAGING = tuple(dict.fromkeys([*(slot for slots in FORMS.values() for slot in slots), *REGIONS]))
"""All that is told of one person's stage, which "start over" forgets."""
DANGER = ("crisis", "emergency", "urgent_today")
HARD = frozenset(  # nobody in an emergency or a crisis is to read these
    ["ask_prognosis", "ask_progression_pace", "ask_palliative_care", "ask_stages", "ask_kings_staging", "ask_mitos"]
)
FACTS = ("diagnosed", *REGIONS, "gastrostomy", "niv", *FUNCTIONS, "scores", "person", "country")
"""Slots that a message may name directly: the entity has the slot's name."""

BY_COUNTRY = {"number", "emergency", "elsewhere", "crisis_lines", "organisations", "medicines", "first_contact"}
BY_COUNTRY |= {"funding", "trial_registry", "driving", "carers", "medical_advice"}
"""Placeholders of replies that differ so much by country that naming one asks for the reply again."""

TORN_BELOW, TORN_SHARE = 0.4, 0.8
"""The guide asks which topic is meant if the likeliest is less likely than this, and the next has this share of it."""

_ANSWERS: dict[str, dict[str, str]] = {
    "diagnosed": {"affirm": "yes", "deny": "no", "not_sure": "unknown", "skip": "unknown"},
    "gastrostomy": {"affirm": "needed", "deny": "no", "not_sure": "unknown", "skip": "unknown"},
    "niv": {"affirm": "needed", "deny": "no", "not_sure": "unknown", "skip": "unknown"},
    **{name: {"affirm": "lost", "deny": "kept", "not_sure": "unknown", "skip": "unknown"} for name in FUNCTIONS},
}
_OPEN_REGIONS = {"affirm": "affected", "deny": "unaffected", "not_sure": "unknown", "skip": "unknown"}
_ABOUT = {"suggest_stage", "suggest_mitos", "give_scores", "inform", "affirm", "start_over"}
_UNCLEAR = frozenset(  # not understood, where it answers nothing; all else speaks of something beside the question
    ["inform", "affirm", "deny", "not_sure", "skip", "nlu_fallback", "other_language", "give_scores", "go_back"]
)
_COUNTING = ("needed", "in_place", "declined", "stopped")
"""Of a feeding tube or mask: stage 4, whatever the regions."""


def torn_between(parts: Sequence[str], ranking: Iterable[Mapping[str, Any]]) -> list[str]:
    """Two or three topics to choose from, where the one understood is neither likely nor much likelier than the next.

    `ranking`: the intents of a message with their confidence, the likeliest first.
    """
    likely = [(reading["name"], reading["confidence"]) for reading in ranking]
    if not likely or list(parts) != [likely[0][0]] or likely[0][1] >= TORN_BELOW:
        return []
    near = [name for name, confidence in likely if confidence >= TORN_SHARE * likely[0][1]][:3]
    return near if len(near) > 1 and all(map(is_topic, near)) else []


def plain_facts(asked: str | None, answer: str | None, known: Mapping[str, Any]) -> dict[str, str]:
    """The facts of a plain answer (guide.language.plain_answers) to the question asked; none where it is none."""
    if not asked or not answer:
        return {}
    if asked == "regions_told":
        return {answer: "affected"} if answer in REGIONS else dict.fromkeys(REGIONS, "unaffected")
    if asked == "regions_checked":
        return {region: answer for region in REGIONS if known.get(region) is None}
    return {asked: answer}


def speaks_of_another(
    parts: Iterable[str], person: str | None, known: Mapping[str, Any], form: str | None = None
) -> bool:
    """Whether a message tells or asks of the stage of another person than the answers so far are about.

    `person`: the family word of the message, if it has one. Then it is asked whether to start over, and nothing taken.
    An answer inside a form is about the person asked for, whoever else it names ("my sister says her arms are weak").
    """
    about = {"suggest_stage", "suggest_mitos", "give_scores", "other_person"} | (set() if form else {"inform"})
    begun = any(known.get(name) is not None for name in STAGING if name != "diagnosed")
    staged = known.get("person")
    if person and staged:
        return begun and bool(about & {*parts}) and not same_person(person, staged)
    return begun and "other_person" in parts


def finished(known: Mapping[str, Any]) -> str:
    """The form that was answered last, as far as that can be seen: one of which everything is known."""
    forms = [form for form, slots in FORMS.items() if all(known.get(slot) is not None for slot in slots)]
    return forms[-1] if forms else "staging_form"


def part_by_country(
    said: Iterable[str], topic: str | None, country: str, replies: Mapping[str, Sequence[Mapping[str, Any]]]
) -> str | None:
    """The reply that a country asks for on the last topic; None where what was shown is the same everywhere.

    `said`: names of the replies so far; `country`: its ISO code; `replies`: all replies by name.
    """
    whole, shown = f"utter_{topic}", last_part(said, topic)
    texts = [reply.get("text", "") for reply in replies.get(shown or "", [])]
    differs = any(set(re.findall(r"\{(\w+)\}", text)) & BY_COUNTRY for text in texts)
    own, lists = f"{whole}_{country.lower()}", f"{whole}_countries"
    wanted = [own if shown in (None, whole) else "", shown if differs else "", own, lists if shown else ""]
    return next((name for name in wanted if name in replies), None)


def last_part(said: Iterable[str], topic: str | None) -> str | None:
    """The part of the topic's answer that was shown last, among the names of the replies said so far."""
    parts = [name for name in said if topic and f"{name}_".startswith(f"utter_{topic}_")]
    return parts[-1] if parts else None


def learn(
    parts: Iterable[str],
    entities: Mapping[str, str],
    known: Mapping[str, Any],
    asked: str | None,
    form: str | None = None,
) -> dict[str, Any]:
    """The slots that a message sets, with their new values (None: forgotten).

    `parts` are the intents said, `entities` the facts read (entity to value), `known` the slots before the message,
    `asked` the slot that the open `form` asks for at the moment. A fact named in the message wins over a plain yes or
    no; "the rest is fine" settles the regions not named, and so does any answer to the question about the open ones,
    since that is asked once: what it leaves open stays unknown and widens the stage to a range.
    """
    parts, before = list(parts), known
    new: dict[str, Any] = {}
    if "start_over" in parts or "delete_my_data" in parts:
        told_of_one = (*STAGING, "person", "questions")
        new = dict.fromkeys(told_of_one if "start_over" in parts else (*told_of_one, "country", "topic"))
        known, asked = {**known, **new}, None
    elif "go_back" in parts:
        new = dict.fromkeys(_last_answered(form or finished(known), known, asked))
        known = {**known, **new}
        asked = None if new else asked
    told = {name: value for name, value in entities.items() if name in FACTS}
    if not ({*told} & {*STAGING} or _ABOUT & {*parts}) or (known.get("person") and "start_over" not in parts):
        told.pop("person", None)  # "my aunt had it too" is not about whose stage is asked; and the first word stays
    answer = next((part for part in parts if part in _OPEN_REGIONS), None)
    all_said = entities.get("regions_rest") == "unaffected" and _anew(told, entities, asked, answer)
    all_said |= all(region in told for region in REGIONS)  # as the body map sends them
    corrects = "correction" in entities or answer == "deny" or all_said
    if told.get("bulbar") == "unaffected" and known.get("bulbar") == "affected" and not corrects:
        told["bulbar"] = "affected"  # one region, two functions: "speech ok" does not take back "can't swallow tablets"
    new |= told
    # "Yes, and her legs too" to the question about the tube: who knows what the yes is to? It is asked again.
    names_region = any(region in told for region in REGIONS) and asked not in FUNCTIONS
    if answer and asked in _ANSWERS and asked not in told and (asked == "diagnosed" or not names_region):
        new[asked] = _ANSWERS[asked][answer]
    new |= _regions(told, entities, known, asked, answer)
    new |= _checked({**known, **new})
    if "question" in entities and entities["question"] not in (known.get("questions") or []):
        new["questions"] = [*(known.get("questions") or []), entities["question"]]
    topics = [part for part in parts if is_topic(part) or part in DANGER]
    if topics:
        new["topic"] = topics[0] if topics[0] in DANGER else topics[-1]
    new = {name: value for name, value in new.items() if before.get(name) != value}
    return new | _in_vain(parts, {**before, **new}, new, before, form, asked)


def _last_answered(form: str, known: Mapping[str, Any], asked: str | None) -> list[str]:
    """The question that was answered before the one `asked` now; what was told of the regions is asked as a whole."""
    questions = FORMS[form][: FORMS[form].index(asked)] if asked in FORMS[form] else FORMS[form]
    answered = [name for name in questions if known.get(name) is not None][-1:]
    return ["regions_told", "regions_checked"] if answered == ["regions_checked"] else answered


def _in_vain(
    parts: Sequence[str],
    now: Mapping[str, Any],
    new: Mapping[str, Any],
    before: Mapping[str, Any],
    form: str | None,
    asked: str | None,
) -> dict[str, Any]:
    """How often the open question got no answer: as none was understood, or as something else was spoken of."""
    counts: dict[str, Any] = {"in_vain": None, "in_between": None}
    if form and asked and now.get(asked) is None:
        if any(name in new for name in (*FORMS[form], *(REGIONS if form == "staging_form" else ()))):
            counts["in_between"] = 1  # told something else, it will hear the question again
        else:
            counts |= {name: before.get(name) for name in counts}
            name = "in_vain" if {*parts} <= _UNCLEAR else "in_between"
            counts[name] = (counts[name] or 0) + 1
    return {name: count for name, count in counts.items() if count != before.get(name)}


def _regions(
    told: Mapping[str, str],
    entities: Mapping[str, str],
    known: Mapping[str, Any],
    asked: str | None,
    answer: str | None,
) -> dict[str, Any]:
    now = {region: told.get(region, known.get(region)) for region in REGIONS}
    still_open = [region for region in REGIONS if now[region] is None]
    spoken = any(region in told for region in REGIONS)
    asks_regions = asked in ("regions_told", "regions_checked")
    unsure = answer in ("not_sure", "skip")
    rest = entities.get("regions_rest") if spoken or asks_regions else None  # "no, nothing else" to other questions
    if rest:
        anew = _anew(told, entities, asked, answer) or (spoken and "correction" in entities)
        now |= {region: rest for region in REGIONS if region not in told and (region in still_open or anew)}
    elif answer and not spoken and (asked == "regions_checked" or (asked == "regions_told" and unsure)):
        now |= dict.fromkeys(still_open, _OPEN_REGIONS[answer])
    elif not spoken:
        return {}
    if asked == "regions_checked":
        now = {region: value or "unknown" for region, value in now.items()}
    return {**{region: value for region, value in now.items() if value is not None}, "regions_told": True}


def _anew(told: Mapping[str, str], entities: Mapping[str, str], asked: str | None, answer: str | None) -> bool:
    """Whether a message says all regions anew: "just the legs"; not so about the open ones, or beside a yes or no."""
    free = asked in (None, "regions_told") or (asked != "regions_checked" and answer is None)
    return free and "regions_rest" in entities and any(region in told for region in REGIONS)


def _checked(now: Mapping[str, Any]) -> dict[str, Any]:
    """Whether nothing of the regions is left to ask: all are known, or a tube or mask settles the stage anyway."""
    settled = now.get("gastrostomy") in _COUNTING or now.get("niv") in _COUNTING
    done = now.get("regions_told") and (settled or all(now.get(region) for region in REGIONS))
    return {"regions_checked": True if done else None}
