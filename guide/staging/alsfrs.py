"""King's and MiToS stages from the twelve item scores of the ALSFRS-R, by the published rules."""

from dataclasses import dataclass, fields, replace
from typing import Any

from guide.staging.kings import REGIONS, Finding, KingsResult, RegionReport, Support, kings_stage
from guide.staging.mitos import Function, FunctionReport, MitosResult, mitos_stage

HIGHEST = 4
"""The score of an item that is normal. The lowest is 0."""


@dataclass(frozen=True)
class Scores:
    """The twelve items in the order of the form, each 0 (lost) to 4 (normal).

    Item 5 has two forms. `gastrostomy` says which was scored: True is 5b, for somebody with a gastrostomy, False is 5a,
    None is not known. Raises ValueError where something is not a score.
    """

    speech: int
    salivation: int
    swallowing: int
    handwriting: int
    cutting_food: int
    dressing: int
    turning_in_bed: int
    walking: int
    climbing_stairs: int
    dyspnea: int
    orthopnea: int
    respiratory_insufficiency: int
    gastrostomy: bool | None = None

    def __post_init__(self) -> None:
        for name in ITEMS:
            score = getattr(self, name)
            if type(score) is not int or not 0 <= score <= HIGHEST:
                raise ValueError(f"{name} is {score!r}, not a whole number from 0 to {HIGHEST}")
        if not isinstance(self.gastrostomy, bool | None):
            raise ValueError(f"gastrostomy is {self.gastrostomy!r}, not True, False or None")

    @classmethod
    def of(cls, text: str) -> "Scores":
        """The scores of their plain form: "4 3 4 4 3b 3 4 2 2 4 4 4", with 3a or 3b where item 5 is known to be that.

        Raises ValueError for any other text.
        """
        words = text.split()
        if len(words) != len(ITEMS):
            raise ValueError(f"{len(words)} scores, not {len(ITEMS)}")
        form = {"a": False, "b": True}.get(words[4][-1:])
        words[4] = words[4] if form is None else words[4][:-1]
        scores: dict[str, Any] = dict(zip(ITEMS, map(int, words), strict=True))
        return cls(**scores, gastrostomy=form)

    def known_tube(self, gastrostomy: str | None) -> "Scores":
        """The same, with item 5, where not marked, as 5b or 5a by what was told of a tube ("in_place", "no")."""
        told = {"in_place": True, "no": False}.get(gastrostomy or "")
        return self if self.gastrostomy is not None or told is None else replace(self, gastrostomy=told)

    def __str__(self) -> str:
        words = list(map(str, self.values))
        words[4] += {True: "b", False: "a", None: ""}[self.gastrostomy]
        return " ".join(words)

    @property
    def values(self) -> tuple[int, ...]:
        """The twelve scores alone, in the order of the form."""
        return tuple(getattr(self, name) for name in ITEMS)

    @property
    def total(self) -> int:
        """The sum, 0 to 48. No stage follows from it: people with the same total are at different stages."""
        return sum(self.values)


ITEMS = tuple(f.name for f in fields(Scores) if f.name != "gastrostomy")
"""The names of the items in the order of the form: item 1 is ITEMS[0]."""


def kings_of(scores: Scores) -> KingsResult:
    """The King's stages that ALSFRS-R items fit, by the mapping of Balendra et al. 2014 (see `kings_items`).

    The stage is the number of regions that count, unless item 5 is 5b (stage 4a) or breathing items count (4b); both
    are stage 4, as in `kings_stage`. Where it is not known whether item 5 is 5a or 5b, the result holds both ways.

    Stage.NONE comes out where no region counts, as when only stairs, dressing, turning in bed or lying flat are hard. A
    public analysis of the PRO-ACT trials saw 119 such visits and called them stage 1: its own choice, not made here.
    The result may differ from a stage found by examination: only the neurologist stages.
    """
    counted = kings_items(scores)
    regions = {name: Finding.AFFECTED if name in counted else Finding.UNAFFECTED for name in REGIONS}
    gastrostomy = {True: Support.IN_PLACE, False: Support.NO, None: Support.UNKNOWN}[scores.gastrostomy]
    niv = Support.NEEDED if "niv" in counted else Support.NO
    return kings_stage(RegionReport(**regions, gastrostomy=gastrostomy, niv=niv))


def kings_items(scores: Scores) -> dict[str, tuple[str, ...]]:
    """What counts towards the King's stage, and for each the items that make it count.

    Bulbar: item 1, 2 or 3 below 4. Upper limb: 4 or 5a below 4. Lower limb: 8 below 4. Gastrostomy: 5b was scored.
    NIV: item 10 is 0, or 12 below 4. Items 6, 7, 9 and 11 do not count.

    Balendra et al. 2014 (doi:10.3109/21678421.2014.897357) could not be read. These are the rules on which two
    independent public implementations agree, one of which cites the paper.
    """
    upper_limb = ("handwriting",) if scores.gastrostomy else ("handwriting", "cutting_food")
    found = {
        "bulbar": _below(scores, HIGHEST, "speech", "salivation", "swallowing"),
        "upper_limb": _below(scores, HIGHEST, *upper_limb),
        "lower_limb": _below(scores, HIGHEST, "walking"),
        "gastrostomy": ("cutting_food",) if scores.gastrostomy else (),
        "niv": _below(scores, 1, "dyspnea") + _below(scores, HIGHEST, "respiratory_insufficiency"),
    }
    return {name: items for name, items in found.items() if items}


def mitos_of(scores: Scores) -> MitosResult:
    """The MiToS stage of ALSFRS-R items: how many functions they show as lost (see `mitos_items`). Always one stage."""
    lost = mitos_items(scores)
    return mitos_stage(FunctionReport(**{n: Function.LOST if n in lost else Function.KEPT for n in _FUNCTIONS}))


def mitos_items(scores: Scores) -> dict[str, tuple[str, ...]]:
    """The functions that are lost, and for each the items that show it (Chiò et al. 2015;86:38-44, table 1).

    Movement: item 6 or 8 at most 1. Swallowing: 3 at most 1. Communicating: 1 and 4 both at most 1, since who can write
    communicates. Breathing: 10 at most 1, or 12 at most 2. Item 5 does not count, so 5a or 5b makes no difference.
    """
    communicating = _below(scores, 2, "speech", "handwriting")
    found = {
        "movement": _below(scores, 2, "dressing", "walking"),
        "swallowing": _below(scores, 2, "swallowing"),
        "communicating": communicating if len(communicating) == 2 else (),
        "breathing": _below(scores, 2, "dyspnea") + _below(scores, 3, "respiratory_insufficiency"),
    }
    return {name: items for name, items in found.items() if items}


def summary(scores: Scores) -> dict[str, Any]:
    """The scores, the stages that they fit and what counts, as plain values that can be sent."""
    return {
        "scores": list(scores.values),
        "gastrostomy": scores.gastrostomy,
        "possible": [stage.value for stage in kings_of(scores).possible],
        "counted": {name: list(items) for name, items in kings_items(scores).items()},
        "mitos": [stage.value for stage in mitos_of(scores).possible],
        "lost": list(mitos_items(scores)),
    }


_FUNCTIONS = tuple(f.name for f in fields(FunctionReport))


def _below(scores: Scores, limit: int, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(scores, name) < limit)
