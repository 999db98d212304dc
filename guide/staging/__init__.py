"""Rules of staging: pure functions over enums, no Rasa."""

from guide.staging.kings import Finding, KingsResult, RegionReport, Stage, Support, kings_stage

__all__ = ["Finding", "KingsResult", "RegionReport", "Stage", "Support", "kings_stage"]
