"""Suggests the MiToS stage that fits what is said of four functions."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.diagnosis import reply_without_diagnosis
from guide.staging import FunctionReport, mitos_stage


class ActionSuggestMitos(Action):
    """Reads the slots of the MiToS form and says what guide.staging makes of them."""

    def name(self) -> str:
        return "action_suggest_mitos"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        instead = reply_without_diagnosis(tracker)
        if instead:
            dispatcher.utter_message(response=instead)
            return []
        report = FunctionReport.of(tracker.slots)
        result = mitos_stage(report)
        open_ended = len(result.possible) == len(report.uncertain) + 1 == 5
        dispatcher.utter_message(
            response="utter_mitos_unknown" if open_ended else "utter_mitos_stage",
            mitos=[stage.value for stage in result.possible],
            lost=list(result.lost),
            uncertain=list(report.uncertain),
        )
        return []
