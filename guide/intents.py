"""What kinds of intents there are."""

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
        "ask_what_if",
        "ask_what_next",
        "ask_note",
    ]
)


def is_topic(intent: str) -> bool:
    """Whether an intent is a question about ALS."""
    return intent.startswith(("ask_", "worry_")) and intent not in _NO_TOPIC
