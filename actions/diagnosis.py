"""What every staging action says first: nobody is staged before a neurologist's diagnosis was told."""

from rasa_sdk import Tracker


def reply_without_diagnosis(tracker: Tracker) -> str | None:
    """The reply in place of a stage, which asks for the diagnosis or says why there is none; None where it was told."""
    told = tracker.get_slot("diagnosed")
    if told == "yes":
        return None
    return "utter_ask_diagnosed" if told is None else "utter_not_diagnosed"
