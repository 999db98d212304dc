"""What a message changes in what the guide knows: one pure function from what was said to slot values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

REGIONS = ("bulbar", "upper_limb", "lower_limb")
QUESTIONS = ("diagnosed", "regions_told", "regions_checked", "gastrostomy", "niv")
"""What the staging form asks for, in order."""
STAGING = (*QUESTIONS, *REGIONS)
DANGER = ("crisis", "emergency", "urgent_today")
HARD = frozenset(  # nobody in an emergency or a crisis is to read these
    ["ask_prognosis", "ask_progression_pace", "ask_palliative_care", "ask_stages", "ask_kings_staging", "ask_mitos"]
)
FACTS = ("diagnosed", *REGIONS, "gastrostomy", "niv", "country")
"""Slots that a message may name directly: the entity has the slot's name."""

TORN_BELOW, TORN_SHARE = 0.4, 0.8
"""The guide asks which topic is meant if the likeliest is less likely than this, and the next has this share of it."""

_ANSWERS: dict[str, dict[str, str]] = {
    "diagnosed": {"affirm": "yes", "deny": "no", "not_sure": "unknown"},
    "gastrostomy": {"affirm": "needed", "deny": "no", "not_sure": "unknown"},
    "niv": {"affirm": "needed", "deny": "no", "not_sure": "unknown"},
}
_OPEN_REGIONS = {"affirm": "affected", "deny": "unaffected", "not_sure": "unknown"}
_NO_TOPIC = frozenset(  # they speak of the conversation, or of the topic before
    [
        "ask_help",
        "ask_bot",
        "ask_privacy",
        "ask_sources",
        "ask_why",
        "ask_human",
        "ask_more",
        "ask_simpler",
        "ask_follow_up",
    ]
)


def is_topic(intent: str) -> bool:
    """Whether an intent is a question about ALS."""
    return intent.startswith(("ask_", "worry_")) and intent not in _NO_TOPIC


def torn_between(parts: Sequence[str], ranking: Iterable[Mapping[str, Any]]) -> list[str]:
    """Two or three topics to choose from, where the one understood is neither likely nor much likelier than the next.

    `ranking`: the intents of a message with their confidence, the likeliest first.
    """
    likely = [(reading["name"], reading["confidence"]) for reading in ranking]
    if not likely or list(parts) != [likely[0][0]] or likely[0][1] >= TORN_BELOW:
        return []
    near = [name for name, confidence in likely if confidence >= TORN_SHARE * likely[0][1]][:3]
    return near if len(near) > 1 and all(map(is_topic, near)) else []


def last_part(said: Iterable[str], topic: str | None) -> str | None:
    """The part of the topic's answer that was shown last, among the names of the replies said so far."""
    parts = [name for name in said if topic and f"{name}_".startswith(f"utter_{topic}_")]
    return parts[-1] if parts else None


def learn(
    parts: Iterable[str], entities: Mapping[str, str], known: Mapping[str, Any], asked: str | None
) -> dict[str, Any]:
    """The slots that a message sets, with their new values (None: forgotten).

    `parts` are the intents said, `entities` the facts read (entity to value), `known` the slots before the message,
    `asked` the slot that the form asks for at the moment. A fact named in the message wins over a plain yes or no;
    "the rest is fine" settles the regions not named, and so does any answer to the question about the open ones, since
    that is asked once: what it leaves open stays unknown and widens the stage to a range.
    """
    parts, before = list(parts), known
    new: dict[str, Any] = {}
    if "start_over" in parts or "delete_my_data" in parts:
        new = dict.fromkeys(STAGING if "start_over" in parts else (*STAGING, "country", "topic"))
        known, asked = {**known, **new}, None
    told = {name: value for name, value in entities.items() if name in FACTS}
    answer = next((part for part in parts if part in _OPEN_REGIONS), None)
    corrects = "correction" in entities or answer == "deny"
    if told.get("bulbar") == "unaffected" and known.get("bulbar") == "affected" and not corrects:
        told["bulbar"] = "affected"  # one region, two functions: "speech ok" does not take back "can't swallow tablets"
    new |= told
    # "Yes, and her legs too" to the question about the tube: who knows what the yes is to? It is asked again.
    names_region = any(region in told for region in REGIONS)
    if answer and asked in _ANSWERS and asked not in told and (asked == "diagnosed" or not names_region):
        new[asked] = _ANSWERS[asked][answer]
    new |= _regions(told, entities, known, asked, answer)
    topics = [part for part in parts if is_topic(part) or part in DANGER]
    if topics:
        new["topic"] = topics[0] if topics[0] in DANGER else topics[-1]
    return {name: value for name, value in new.items() if before.get(name) != value}


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
    rest = entities.get("regions_rest") if spoken or asks_regions else None  # "no, nothing else" to other questions
    if rest:
        # "Just the legs", said anew, settles all; answering about the open ones it leaves the others as they were.
        anew = spoken and (asked in (None, "regions_told") or "correction" in entities)
        now |= {region: rest for region in REGIONS if region not in told and (region in still_open or anew)}
    elif answer and not spoken and (asked == "regions_checked" or (asked == "regions_told" and answer == "not_sure")):
        now |= dict.fromkeys(still_open, _OPEN_REGIONS[answer])
    if asked == "regions_checked" and (spoken or rest or answer):
        now = {region: value or "unknown" for region, value in now.items()}
    values = list(now.values())
    return {
        **{region: value for region, value in now.items() if value is not None},
        **({"regions_told": True} if any(values) else {}),
        **({"regions_checked": True} if all(values) else {}),
    }
