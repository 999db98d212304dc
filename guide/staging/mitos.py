"""MiToS (Milano-Torino) staging of ALS, as a pure function of which functions are lost."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any


class Function(Enum):
    """Whether independence in a function is lost. A function that is hard but still done alone is kept."""

    LOST = "lost"
    KEPT = "kept"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


class MitosStage(Enum):
    """MiToS stages in order: the number of functions lost. Stage 5, death, is never suggested."""

    ZERO = "0"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"


@dataclass(frozen=True)
class FunctionReport:
    """What is known of the four functions of somebody with diagnosed ALS. Movement is walking or dressing."""

    movement: Function = Function.NOT_ASKED
    swallowing: Function = Function.NOT_ASKED
    communicating: Function = Function.NOT_ASKED
    breathing: Function = Function.NOT_ASKED

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "FunctionReport":
        """The report of values by name, as `Function` names them; missing or None: not asked. ValueError otherwise."""
        return cls(**{field.name: Function(told.get(field.name) or "not_asked") for field in fields(cls)})

    @property
    def lost(self) -> tuple[str, ...]:
        """The names of the functions that are lost."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) is Function.LOST)

    @property
    def uncertain(self) -> tuple[str, ...]:
        """The names of the functions that are not known."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) in _OPEN)


@dataclass(frozen=True)
class MitosResult:
    """Every stage that the report allows, lowest first, and the functions known to be lost."""

    possible: tuple[MitosStage, ...]
    lost: tuple[str, ...]

    @property
    def lowest(self) -> MitosStage:
        return self.possible[0]

    @property
    def highest(self) -> MitosStage:
        return self.possible[-1]


_OPEN = (Function.UNKNOWN, Function.NOT_ASKED)


def mitos_stage(report: FunctionReport) -> MitosResult:
    """Suggest the MiToS stages that a report fits (Chiò et al., J Neurol Neurosurg Psychiatry 2015;86:38-44).

    The stage is how many of the four functions are lost: movement (walking or self-care), swallowing, communicating and
    breathing. Stage 0 is involvement with none of them lost. Whatever is unknown may be lost or kept, so that the
    result is exactly the set of stages still possible.

    Only the abstract and table 1 of the paper could be read. The function cannot know whether ALS is diagnosed, nor see
    the person: only the neurologist stages. Never raises.
    """
    least = len(report.lost)
    most = least + len(report.uncertain)
    return MitosResult(tuple(MitosStage)[least : most + 1], report.lost)
