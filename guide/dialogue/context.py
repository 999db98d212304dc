"""What a message means after what was spoken of."""

from collections.abc import Mapping, Sequence

from rasa.shared.core.events import SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from guide.intents import is_topic
from guide.language.text import clean

SPOKEN_OF = "spoken_of"
"""In the metadata of a message: what its reader reads it behind."""
MOST_BEFORE = 200
"""Bytes of the message before that are read: its end, where people ask. Other scripts have fewer letters in them, of
which each takes more of what the encoder reads at once."""

FOLLOWING = 12
"""Words that a message has at most which leans on the topic before."""
NEAR = 0.2
"""How likely the topic before has to be, against the likeliest reading. Chosen on evaluation/talks/practice.jsonl."""
SURE = 0.5
"""From here on a reading is not doubted. Chosen there too."""
INSTEAD = 0.1
"""What a topic has to be likely, where the likeliest reading makes no sense."""
STILL = 0.1
"""What a crisis has to be likely in a message after one that surely told of it: "don't send anyone"."""
_UNCLEAR = frozenset(["nlu_fallback", "out_of_scope"])


def spoken_of(topic: str | None, said: str) -> str:
    """What was spoken of, as a text. `topic`: the intent answered last; `said`: the message before, "" for none."""
    name = topic.partition("_")[2].replace("_", " ") + "." if topic else ""
    end = clean(said).lower().encode()[-MOST_BEFORE:].decode(errors="ignore")
    return f"{name} {end}".strip()


def said_before(tracker: DialogueStateTracker) -> str:
    """What was spoken of in a conversation, in its last session: "" for nothing, and in a form, whose questions are
    answered.

    An alarm is no topic: after one raised by mistake, people go on with what they had spoken of.
    """
    if tracker.active_loop_name:
        return ""
    events = list(tracker.events)
    begun = max((place for place, event in enumerate(events) if type(event) is SessionStarted), default=0)
    events = events[begun:]
    said = next((event.text or "" for event in reversed(events) if type(event) is UserUttered), "")
    topics = [event.value for event in events if type(event) is SlotSet and event.key == "topic"]
    forgotten = max((place for place, topic in enumerate(topics) if topic is None), default=-1)
    topic = next((topic for topic in reversed(topics[forgotten + 1 :]) if is_topic(topic)), None)
    return spoken_of(topic, "" if said.startswith("/") else said)


def in_context(
    parts: Sequence[str], likely: Mapping[str, float], topic: str | None, words: int, again: bool
) -> tuple[str, ...]:
    """The intents of a message after a `topic` was spoken of: a follow-up, of which it is asked which part is meant,
    where it may as well be about the topic as about something else, or where its answer would be said `again`.

    `likely`: its readings with their probabilities; `words`: how many it has.
    """
    may_lean = len(parts) == 1 and words <= FOLLOWING and (is_topic(parts[0]) or parts[0] in _UNCLEAR)
    if not topic or not is_topic(topic) or not may_lean:
        return tuple(parts)
    here, most = likely.get(topic, 0.0), max(likely.values(), default=0.0)
    near = parts[0] != topic and here and NEAR * most <= here and most < SURE
    return ("ask_follow_up",) if near or (parts[0] == topic and again) else tuple(parts)


def likeliest_topic(likely: Mapping[str, float]) -> str | None:
    """What a message is about whose likeliest reading makes no sense here; None where nothing is likely enough."""
    return next((name for name, chance in likely.items() if is_topic(name) and chance >= INSTEAD), None)


def is_still_a_crisis(likely: Mapping[str, float], shown: str) -> bool:
    """Whether a message goes on with a crisis. `shown`: the part that was shown last; after doubt it is not so."""
    return shown == "utter_crisis" and likely.get("crisis", 0.0) >= STILL
