"""Rules of staging: pure functions over enums, no Rasa."""

from guide.staging.alsfrs import ITEMS, Scores, kings_items, kings_of, mitos_items, mitos_of, summary
from guide.staging.kings import Finding, KingsResult, RegionReport, Stage, Support, changes, kings_stage
from guide.staging.mitos import Function, FunctionReport, MitosResult, MitosStage, mitos_stage

__all__ = [
    "ITEMS",
    "Finding",
    "Function",
    "FunctionReport",
    "KingsResult",
    "MitosResult",
    "MitosStage",
    "RegionReport",
    "Scores",
    "Stage",
    "Support",
    "changes",
    "kings_items",
    "kings_of",
    "kings_stage",
    "mitos_items",
    "mitos_of",
    "mitos_stage",
    "summary",
]
