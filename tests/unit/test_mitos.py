"""The MiToS rule: the number of functions lost, for every report there can be."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from guide.staging import Function, FunctionReport, MitosStage, mitos_stage

FUNCTIONS = ("movement", "swallowing", "communicating", "breathing")
OPEN = (Function.UNKNOWN, Function.NOT_ASKED)


def report(lost: str = "", *, unknown: str = "") -> FunctionReport:
    """A report in which everything is known but `unknown`: what is not named is kept."""
    found = dict.fromkeys(FUNCTIONS, Function.KEPT)
    return FunctionReport(
        **found | dict.fromkeys(lost.split(), Function.LOST) | dict.fromkeys(unknown.split(), Function.UNKNOWN)
    )


def stages(described: FunctionReport) -> str:
    return " ".join(stage.value for stage in mitos_stage(described).possible)


def test_nothing_lost_is_stage_0() -> None:
    assert stages(report()) == "0"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_one_function_lost_is_stage_1_whichever_it_is(function: str) -> None:
    assert stages(report(function)) == "1"


def test_all_functions_lost_is_stage_4() -> None:
    assert stages(report(" ".join(FUNCTIONS))) == "4"


def test_there_are_four_functions_and_no_stage_5() -> None:
    assert tuple(vars(report())) == FUNCTIONS
    assert [stage.value for stage in MitosStage] == ["0", "1", "2", "3", "4"]


def test_an_unknown_function_widens_the_stage_to_a_range() -> None:
    assert stages(report("movement", unknown="breathing")) == "1 2"
    assert stages(report("movement", unknown="breathing swallowing communicating")) == "1 2 3 4"


def test_what_was_not_asked_is_as_open_as_what_is_unknown() -> None:
    assert mitos_stage(FunctionReport()).possible == tuple(MitosStage)
    for name in FUNCTIONS:
        not_asked = replace(report("movement"), **{name: Function.NOT_ASKED})
        assert mitos_stage(not_asked) == mitos_stage(replace(not_asked, **{name: Function.UNKNOWN}))


def test_a_result_names_the_functions_that_are_lost() -> None:
    assert mitos_stage(report("breathing movement", unknown="swallowing")).lost == ("movement", "breathing")
    assert report("breathing", unknown="swallowing").uncertain == ("swallowing",)


# Every report there can be


def every_report() -> Iterator[FunctionReport]:
    for values in product(Function, repeat=len(FUNCTIONS)):
        yield FunctionReport(*values)


def settled(described: FunctionReport) -> Iterator[FunctionReport]:
    """The reports that a report could turn out to be, once everything is known."""
    for values in product(
        *([v] if v not in OPEN else [Function.KEPT, Function.LOST] for v in vars(described).values())
    ):
        yield FunctionReport(*values)


def test_every_report_gives_exactly_the_stages_that_it_could_turn_out_to_be() -> None:
    reports = list(every_report())
    assert len(reports) == 4**4
    for described in reports:
        counts = {list(vars(known).values()).count(Function.LOST) for known in settled(described)}
        assert [int(stage.value) for stage in mitos_stage(described).possible] == sorted(counts), described


def test_every_result_is_in_order_and_never_empty() -> None:
    for described in every_report():
        result = mitos_stage(described)
        assert list(result.possible) == [stage for stage in MitosStage if stage in result.possible]
        assert (result.lowest, result.highest) == (result.possible[0], result.possible[-1])


def test_losing_a_function_never_lowers_the_stage() -> None:
    for described in every_report():
        before = mitos_stage(described)
        for name, value in vars(described).items():
            if value is Function.KEPT:
                after = mitos_stage(replace(described, **{name: Function.LOST}))
                assert after.lowest.value > before.lowest.value
                assert after.highest.value > before.highest.value


def test_knowing_more_never_adds_a_possible_stage() -> None:
    for described in every_report():
        before = set(mitos_stage(described).possible)
        for name, value in product(described.uncertain, (Function.KEPT, Function.LOST)):
            assert set(mitos_stage(replace(described, **{name: value})).possible) <= before
