"""What a message means after what was spoken of."""

import pytest
from rasa.shared.core.events import ActiveLoop, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from guide.dialogue.context import MOST_BEFORE, in_context, is_still_a_crisis, likeliest_topic, said_before, spoken_of
from guide.dialogue.reply_order import LATELY, _just_said, _may_need_lines
from guide.nlu.encoder import LONGEST, SentenceEncoder
from tests.conftest import ROOT

RILUZOLE, ASKED = SlotSet("topic", "ask_riluzole"), UserUttered("Tell me about riluzole")


@pytest.mark.parametrize(
    ("events", "before"),
    [
        ([], ""),
        ([UserUttered("Hello")], "hello"),
        ([ASKED, RILUZOLE], "riluzole. tell me about riluzole"),
        ([ASKED, RILUZOLE, UserUttered("And the liver?")], "riluzole. and the liver?"),
        ([UserUttered("/ask_riluzole"), RILUZOLE], "riluzole."),  # a button
        ([ASKED, RILUZOLE, UserUttered("i want to die"), SlotSet("topic", "crisis")], "riluzole. i want to die"),
        ([ASKED, RILUZOLE, SlotSet("topic", None), UserUttered("Hello")], "hello"),  # deleted
        ([ASKED, RILUZOLE, SessionStarted(), UserUttered("Hello")], "hello"),
        ([ASKED, RILUZOLE, ActiveLoop("staging_form")], ""),  # there questions are answered
    ],
)
def test_what_was_spoken_of_is_the_last_topic_and_the_message_before(events: list[Event], before: str) -> None:
    assert said_before(DialogueStateTracker.from_events("someone", events)) == before


def test_of_a_long_message_the_end_is_kept() -> None:
    assert spoken_of(None, "word " * 300 + "how is it given?").endswith("word how is it given?")
    assert len(spoken_of(None, "word " * 300)) <= MOST_BEFORE


@pytest.mark.parametrize(
    "said", ["\u6211\u7238\u7238\u547c\u5438\u56f0\u96be" * 90, "\U0001f600" * 900, "она задыхается " * 90]
)
def test_in_no_script_the_message_before_takes_the_room_of_the_next(said: str) -> None:
    tokens = SentenceEncoder(ROOT / "guide" / "nlu" / "weights")._tokenizer.encode(
        spoken_of("ask_breathing_support", said)
    )
    assert len(tokens.ids) <= LONGEST * 0.9


def _said(name: str) -> BotUttered:
    return BotUttered("...", metadata={"utter_action": name, "part": name})


@pytest.mark.parametrize(
    ("said", "text", "leans", "just_said"),
    [
        (["Riluzole?"], "Is it safe", True, {"utter_ask_riluzole", "utter_ask_cure"}),
        (["Riluzole?"], "Is riluzole safe", False, {"utter_ask_cure"}),
        (["Is it safe"], "is it SAFE", True, set()),  # who types the same again wants the same
    ],
)
def test_what_was_just_said_is_not_said_again_but_to_who_types_the_same(
    said: list[str], text: str, leans: bool, just_said: set[str]
) -> None:
    replies = ("utter_ask_riluzole", "utter_ask_cure", "utter_lines_to_call")  # the last is no answer
    before = [*map(UserUttered, said), *map(_said, replies)]
    assert _just_said(UserUttered(text, parse_data={"leans": leans}), before) == just_said


@pytest.mark.parametrize(
    ("replies", "doubtful", "parts", "needed"),
    [
        (["utter_ask_cure"], True, ["ask_cure"], True),
        (["utter_ask_cure"], False, ["ask_cure"], False),
        (["utter_lines_to_call", *["utter_ask_cure"] * (LATELY - 1)], True, ["ask_cure"], False),
        (["utter_lines_to_call", *["utter_ask_cure"] * LATELY], True, ["ask_cure"], True),  # again, after a while
        (["utter_ask_cure"], True, ["crisis"], False),  # that names them itself
    ],
)
def test_when_the_lines_are_named_below(replies: list[str], doubtful: bool, parts: list[str], needed: bool) -> None:
    message = UserUttered("so tired", parse_data={"doubtful": doubtful})
    assert _may_need_lines(message, parts, list(map(_said, replies)), told_country=False) is needed


@pytest.mark.parametrize(
    ("said", "likely", "words", "meant"),
    [
        ("ask_diagnosis", {"ask_diagnosis": 0.4, "ask_riluzole": 0.2}, 6, "ask_follow_up"),
        ("ask_diagnosis", {"ask_diagnosis": 0.4, "ask_riluzole": 0.05}, 6, "ask_diagnosis"),
        ("ask_diagnosis", {"ask_diagnosis": 0.6, "ask_riluzole": 0.2}, 6, "ask_diagnosis"),  # that is sure
        ("nlu_fallback", {"ask_cure": 0.1, "ask_riluzole": 0.08}, 1, "ask_follow_up"),
        ("out_of_scope", {"out_of_scope": 0.4, "ask_riluzole": 0.1}, 6, "ask_follow_up"),
        # Who says much says what it is about.
        ("ask_diagnosis", {"ask_diagnosis": 0.4, "ask_riluzole": 0.3}, 13, "ask_diagnosis"),
        # What is no question stays what it is.
        ("thank", {"thank": 0.4, "ask_riluzole": 0.3}, 3, "thank"),
        ("inform", {"inform": 0.4, "ask_riluzole": 0.3}, 6, "inform"),
    ],
)
def test_what_may_be_about_the_topic_before_is_asked_back(
    said: str, likely: dict[str, float], words: int, meant: str
) -> None:
    assert in_context((said,), likely, "ask_riluzole", words, again=False) == (meant,)


@pytest.mark.parametrize("topic", [None, "emergency", "crisis"])
def test_where_no_topic_was_spoken_of_a_message_means_what_it_says(topic: str | None) -> None:
    assert in_context(("ask_cure",), {"ask_cure": 0.3, "crisis": 0.3}, topic, 2, again=True) == ("ask_cure",)


def test_two_questions_are_both_answered() -> None:
    both = ("ask_cure", "ask_pain")
    assert in_context(both, {"ask_cure": 0.4, "ask_riluzole": 0.4}, "ask_riluzole", 4, again=True) == both


def test_the_same_answer_is_not_said_again() -> None:
    likely = {"ask_riluzole": 0.9}
    assert in_context(("ask_riluzole",), likely, "ask_riluzole", 4, again=True) == ("ask_follow_up",)
    assert in_context(("ask_riluzole",), likely, "ask_riluzole", 4, again=False) == ("ask_riluzole",)


def test_what_makes_no_sense_here_is_about_its_likeliest_topic() -> None:
    assert likeliest_topic({"stop": 0.5, "ask_more": 0.2, "ask_pain": 0.15, "ask_cure": 0.12}) == "ask_pain"
    assert likeliest_topic({"stop": 0.9, "ask_pain": 0.05}) is None


def test_who_goes_on_after_a_crisis_is_still_in_it() -> None:
    assert is_still_a_crisis({"ask_human": 0.3, "crisis": 0.2}, "utter_crisis")
    assert not is_still_a_crisis({"ask_cure": 0.9, "crisis": 0.01}, "utter_crisis")
    assert not is_still_a_crisis({"ask_human": 0.3, "crisis": 0.2}, "utter_crisis_unsure")
    assert not is_still_a_crisis({"crisis": 0.15}, "utter_ask_cure")
