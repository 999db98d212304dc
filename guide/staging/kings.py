"""King's clinical staging of ALS, as a pure function of what somebody describes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from itertools import product
from typing import Any


class Finding(Enum):
    """Functional involvement of a body region by weakness, wasting, spasticity, dysarthria or dysphagia.

    Left and right are one region. Cramps, twitching or pain alone are not involvement.
    """

    AFFECTED = "affected"
    UNAFFECTED = "unaffected"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


class Support(Enum):
    """Gastrostomy or non-invasive ventilation. What counts is the need: provided, tried or refused."""

    NEEDED = "needed"
    IN_PLACE = "in_place"
    DECLINED = "declined"
    STOPPED = "stopped"
    NO = "no"
    UNKNOWN = "unknown"


class Stage(Enum):
    """King's stages in order. NONE: nothing that counts is affected. Stage 5, death, is never suggested."""

    NONE = "none"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR_A = "4a"
    FOUR_B = "4b"
    FOUR = "4"


@dataclass(frozen=True)
class RegionReport:
    """What somebody with diagnosed ALS, or their carer, describes. Breathing is no region here: see `niv`."""

    bulbar: Finding = Finding.NOT_ASKED
    upper_limb: Finding = Finding.NOT_ASKED
    lower_limb: Finding = Finding.NOT_ASKED
    gastrostomy: Support = Support.UNKNOWN
    niv: Support = Support.UNKNOWN

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "RegionReport":
        """The report of values by name, as `Finding` and `Support` name them; missing or None: not asked, or unknown.

        Raises ValueError for any other value.
        """
        values: dict[str, Any] = {name: Finding(told.get(name) or "not_asked") for name in REGIONS}
        values |= {name: Support(told.get(name) or "unknown") for name in SUPPORT}
        return cls(**values)

    @property
    def affected(self) -> tuple[str, ...]:
        """The names of the regions described as affected."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) is Finding.AFFECTED)

    @property
    def counting(self) -> tuple[str, ...]:
        """The names of the kinds of support that are needed, provided, tried or refused."""
        return tuple(name for name in SUPPORT if getattr(self, name) not in (Support.NO, Support.UNKNOWN))

    @property
    def uncertain(self) -> tuple[str, ...]:
        """The names of the regions and kinds of support that are not known."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) in _OPEN)


@dataclass(frozen=True)
class KingsResult:
    """Every stage that the description allows, lowest first. More than one where something is unknown."""

    possible: tuple[Stage, ...]

    @property
    def lowest(self) -> Stage:
        return self.possible[0]

    @property
    def highest(self) -> Stage:
        return self.possible[-1]


REGIONS = ("bulbar", "upper_limb", "lower_limb")
SUPPORT = ("gastrostomy", "niv")
_OPEN = (Finding.UNKNOWN, Finding.NOT_ASKED, Support.UNKNOWN)
_COUNT = (Stage.NONE, Stage.ONE, Stage.TWO, Stage.THREE)


def kings_stage(report: RegionReport) -> KingsResult:
    """Suggest the King's clinical stages that a description fits (Roche et al. 2012, doi:10.1093/brain/awr351).

    Counts the affected regions among bulbar, upper limb and lower limb: one is stage 1, two stage 2, three stage 3. The
    need for gastrostomy is stage 4a, for non-invasive ventilation 4b, whether provided, tried or refused, and whatever
    the regions; both are called stage 4 here, since no published rule ranks them. Nobody moved back to an earlier stage
    in the trials (Balendra et al. 2015, doi:10.1136/jnnp-2013-306865), so support that was stopped still counts.
    Stage 2 is not split into 2A (diagnosis) and 2B, as later studies do not.

    Whatever is unknown is tried both ways, so that the result is exactly the set of stages still possible. The function
    cannot know whether ALS is diagnosed, nor see the person: only the neurologist stages. Never raises.
    """
    names = report.uncertain
    ways: list[dict[str, Any]] = [dict(zip(names, way, strict=True)) for way in product(*map(_both_ways, names))]
    stages = {_stage(replace(report, **way)) for way in ways}
    return KingsResult(tuple(stage for stage in Stage if stage in stages))


def changes(report: RegionReport, names: Iterable[str]) -> dict[str, Stage]:
    """What each of these regions and kinds of support would make of the stage, taken alone, where that changes it.

    All else that is not known is taken as unaffected and not needed.
    """
    found = {}
    now = kings_stage(_settled(report)).highest
    for name in names:
        worse: dict[str, Any] = {name: Support.NEEDED if name in SUPPORT else Finding.AFFECTED}
        stage = kings_stage(_settled(replace(report, **worse))).highest
        if stage.value[0] != now.value[0]:
            found[name] = stage
    return found


def _settled(report: RegionReport) -> RegionReport:
    mild: dict[str, Any] = {n: Support.NO if n in SUPPORT else Finding.UNAFFECTED for n in report.uncertain}
    return replace(report, **mild)


def _both_ways(name: str) -> tuple[Finding | Support, ...]:
    return (Support.NO, Support.NEEDED) if name in SUPPORT else (Finding.UNAFFECTED, Finding.AFFECTED)


def _stage(known: RegionReport) -> Stage:
    feeding, breathing = known.gastrostomy is not Support.NO, known.niv is not Support.NO
    if feeding and breathing:
        return Stage.FOUR
    if feeding or breathing:
        return Stage.FOUR_A if feeding else Stage.FOUR_B
    return _COUNT[len(known.affected)]
