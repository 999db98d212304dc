"""What a message means after what was spoken of: the reader of messages sees each alone."""

from collections.abc import Iterable, Mapping, Sequence

from guide.intents import is_topic

SHORT = 4
"""Words of a follow-up that names nothing but the part it wants: "and stage 2?"."""
FOLLOWING = 12
"""Words that a message has at most which leans on the topic before."""
NAMED = 0.03
"""What the topic before has to be likely for a message that names a part of its answer."""
NEAR = 0.2
"""How likely, against the likeliest reading, for one that names none. Both are chosen on evaluation/talks/practice."""
SURE = 0.5
"""From here on a message that names a part of its own topic is about that, and not about the one before."""
INSTEAD = 0.1
"""What a topic has to be likely, where the likeliest reading makes no sense."""
STILL = 0.1
"""What a crisis has to be likely in a message after one that surely told of it: "don't send anyone"."""


def in_context(
    parts: Sequence[str], likely: Mapping[str, float], topic: str | None, named: Iterable[str], words: int
) -> tuple[str, ...]:
    """The intents of a message after a `topic` was spoken of: that topic, where the message may well be about it.

    `likely`: its readings with their probabilities; `named`: topics of whose answers it names a part; `words`: how many
    it has. What may be about the topic, but names no part of it, is a follow-up: it is asked which part is meant.
    """
    if not topic or not is_topic(topic) or len(parts) != 1 or parts[0] == topic:
        return tuple(parts)
    if parts[0] in named and likely.get(parts[0], 0.0) >= SURE:
        return tuple(parts)  # "edaravone side effects", after riluzole
    if topic in named and words <= SHORT:
        return (topic,)
    if not (is_topic(parts[0]) or parts[0] in ("nlu_fallback", "out_of_scope")) or words > FOLLOWING:
        return tuple(parts)
    here, most = likely.get(topic, 0.0), max(likely.values(), default=0.0)
    if topic in named and here >= NAMED:
        return (topic,)
    return ("ask_follow_up",) if here >= NEAR * most and here else tuple(parts)


def likeliest_topic(likely: Mapping[str, float]) -> str | None:
    """What a message is about whose likeliest reading makes no sense here; None where nothing is likely enough."""
    return next((name for name, chance in likely.items() if is_topic(name) and chance >= INSTEAD), None)


def is_still_a_crisis(likely: Mapping[str, float], shown: str) -> bool:
    """Whether a message goes on with a crisis. `shown`: the part that was shown last; after doubt it is not so."""
    return shown == "utter_crisis" and likely.get("crisis", 0.0) >= STILL
