"""Suggests the King's stage that the described regions fit, or asks for them while none is known."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from guide.staging import Finding, KingsResult, RegionReport, Stage, Support, kings_stage

REGIONS = ("bulbar", "upper_limb", "lower_limb")
SUPPORT = ("gastrostomy", "niv")


class ActionSuggestStage(Action):
    """Reads the slots of the staging form and says what guide.staging makes of them."""

    def name(self) -> str:
        return "action_suggest_stage"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        if tracker.get_slot("diagnosed") != "yes":
            asked = tracker.get_slot("diagnosed") is None
            dispatcher.utter_message(response="utter_ask_diagnosed" if asked else "utter_not_diagnosed")
            return []
        report = report_of(tracker.slots)
        if not report.affected and tracker.get_slot("regions_told") is None:
            dispatcher.utter_message(response="utter_ask_regions_told")
            return []
        result = kings_stage(report)
        dispatcher.utter_message(
            response=reply_to(result),
            possible=[stage.value for stage in result.possible],
            affected=list(report.affected),
            support={kind: getattr(report, kind).value for kind in SUPPORT if _counts(getattr(report, kind))},
            what_if=what_if(report),
        )
        return []


def report_of(slots: Mapping[str, Any]) -> RegionReport:
    """The slots as the staging rule reads them."""
    values: dict[str, Any] = {name: Finding(slots.get(name) or "not_asked") for name in REGIONS}
    values |= {name: Support(slots.get(name) or "unknown") for name in SUPPORT}
    return RegionReport(**values)


def reply_to(result: KingsResult) -> str:
    """Which reply says a result: one stage, a range, none, or that too much is open."""
    if result.lowest is Stage.NONE:
        return "utter_kings_none" if result.highest is Stage.NONE else "utter_kings_unknown"
    numbers = {stage.value[0] for stage in result.possible}
    return "utter_kings_stage" if len(numbers) == 1 else "utter_kings_range"


def what_if(report: RegionReport) -> dict[str, str]:
    """What each thing that is not known would make of the stage, taken alone, where that changes it: name to stage."""
    changes: dict[str, str] = {}
    without = kings_stage(_settled(report)).highest.value
    for name in report.uncertain:
        worse: dict[str, Any] = {name: Support.NEEDED if name in SUPPORT else Finding.AFFECTED}
        stage = kings_stage(_settled(replace(report, **worse))).highest.value
        if stage[0] != without[0]:
            changes[name] = stage
    return changes


def _settled(report: RegionReport) -> RegionReport:
    mild: dict[str, Any] = {n: Support.NO if n in SUPPORT else Finding.UNAFFECTED for n in report.uncertain}
    return replace(report, **mild)


def _counts(support: Support) -> bool:
    return support not in (Support.NO, Support.UNKNOWN)
