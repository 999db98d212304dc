"""What a message means after what was spoken of."""

import pytest

from guide.dialogue.context import in_context, is_still_a_crisis, likeliest_topic


@pytest.mark.parametrize(
    ("said", "likely", "named", "words", "meant"),
    [
        # It names a part of the topic's answer: the shorter it is, the less else has to speak for that.
        ("ask_diagnosis", {"ask_diagnosis": 0.9}, {"ask_riluzole"}, 4, "ask_riluzole"),
        ("ask_diagnosis", {"ask_diagnosis": 0.9, "ask_riluzole": 0.05}, {"ask_riluzole"}, 8, "ask_riluzole"),
        ("ask_diagnosis", {"ask_diagnosis": 0.9, "ask_riluzole": 0.01}, {"ask_riluzole"}, 8, "ask_diagnosis"),
        # It names a part of another topic, and is surely about that.
        ("ask_cure", {"ask_cure": 0.9, "ask_riluzole": 0.05}, {"ask_cure", "ask_riluzole"}, 3, "ask_cure"),
        ("ask_cure", {"ask_cure": 0.4, "ask_riluzole": 0.05}, {"ask_cure", "ask_riluzole"}, 3, "ask_riluzole"),
        # It names none, but may be about the topic: asked which part.
        ("ask_diagnosis", {"ask_diagnosis": 0.5, "ask_riluzole": 0.2}, set(), 6, "ask_follow_up"),
        ("ask_diagnosis", {"ask_diagnosis": 0.9, "ask_riluzole": 0.05}, set(), 6, "ask_diagnosis"),
        ("nlu_fallback", {"ask_cure": 0.1, "ask_riluzole": 0.08}, set(), 1, "ask_follow_up"),
        ("out_of_scope", {"out_of_scope": 0.4, "ask_riluzole": 0.1}, {"ask_riluzole"}, 6, "ask_riluzole"),
        # Who says much says what it is about.
        ("ask_diagnosis", {"ask_diagnosis": 0.5, "ask_riluzole": 0.4}, {"ask_riluzole"}, 13, "ask_diagnosis"),
        # What is no question stays what it is.
        ("thank", {"thank": 0.5, "ask_riluzole": 0.4}, set(), 3, "thank"),
        ("inform", {"inform": 0.5, "ask_riluzole": 0.4}, set(), 6, "inform"),
    ],
)
def test_a_follow_up_is_about_the_topic_before(
    said: str, likely: dict[str, float], named: set[str], words: int, meant: str
) -> None:
    assert in_context((said,), likely, "ask_riluzole", named, words) == (meant,)


@pytest.mark.parametrize("topic", [None, "emergency", "crisis"])
def test_where_no_topic_was_spoken_of_a_message_means_what_it_says(topic: str | None) -> None:
    assert in_context(("ask_cure",), {"ask_cure": 0.3, "crisis": 0.3}, topic, {"crisis"}, 2) == ("ask_cure",)


def test_two_questions_are_both_answered() -> None:
    both = ("ask_cure", "ask_pain")
    assert in_context(both, {"ask_cure": 0.4, "ask_riluzole": 0.4}, "ask_riluzole", {"ask_riluzole"}, 4) == both


def test_what_makes_no_sense_here_is_about_its_likeliest_topic() -> None:
    assert likeliest_topic({"stop": 0.5, "ask_more": 0.2, "ask_pain": 0.15, "ask_cure": 0.12}) == "ask_pain"
    assert likeliest_topic({"stop": 0.9, "ask_pain": 0.05}) is None


def test_who_goes_on_after_a_crisis_is_still_in_it() -> None:
    assert is_still_a_crisis({"ask_human": 0.3, "crisis": 0.2}, "utter_crisis")
    assert not is_still_a_crisis({"ask_cure": 0.9, "crisis": 0.01}, "utter_crisis")
    assert not is_still_a_crisis({"ask_human": 0.3, "crisis": 0.2}, "utter_crisis_unsure")
    assert not is_still_a_crisis({"crisis": 0.15}, "utter_ask_cure")
