"""Suggests the King's stage that the described regions fit, or asks for them while none is known."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.diagnosis import reply_without_diagnosis
from guide.staging import KingsResult, RegionReport, Stage, changes, kings_stage


class ActionSuggestStage(Action):
    """Reads the slots of the staging form and says what guide.staging makes of them."""

    def name(self) -> str:
        return "action_suggest_stage"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        instead = reply_without_diagnosis(tracker)
        if instead:
            dispatcher.utter_message(response=instead)
            return []
        report = RegionReport.of(tracker.slots)
        if not (report.affected or report.counting) and tracker.get_slot("regions_told") is None:
            dispatcher.utter_message(response="utter_ask_regions_told")
            return []
        result = kings_stage(report)
        dispatcher.utter_message(
            response=reply_to(result),
            possible=[stage.value for stage in result.possible],
            affected=list(report.affected),
            support={kind: getattr(report, kind).value for kind in report.counting},
            what_if={name: stage.value for name, stage in changes(report, report.uncertain).items()},
        )
        return []


def reply_to(result: KingsResult) -> str:
    """Which reply says a result: one stage, a range, none, or that too much is open."""
    if result.lowest is Stage.NONE:
        return "utter_kings_none" if result.highest is Stage.NONE else "utter_kings_unknown"
    numbers = {stage.value[0] for stage in result.possible}
    return "utter_kings_stage" if len(numbers) == 1 else "utter_kings_range"
