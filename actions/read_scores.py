"""Says which King's and MiToS stages twelve ALSFRS-R scores fit by the published rules."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.diagnosis import reply_without_diagnosis
from guide.staging import Scores, summary


class ActionReadScores(Action):
    """Reads the slot `scores` and says what guide.staging makes of it."""

    def name(self) -> str:
        return "action_read_scores"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        instead = reply_without_diagnosis(tracker)
        if instead:
            dispatcher.utter_message(response=instead)
            return []
        if tracker.get_slot("scores") is None:
            dispatcher.utter_message(response="utter_ask_scores")
            return []
        scores = Scores.of(str(tracker.get_slot("scores"))).known_tube(tracker.get_slot("gastrostomy"))
        dispatcher.utter_message(response="utter_scores_result", **summary(scores))
        return []
