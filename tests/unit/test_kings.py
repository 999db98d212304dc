"""The King's staging rule: the published table, the traps around it, and every description there can be."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from guide.staging import Finding, RegionReport, Stage, Support, kings_stage

REGIONS = ("bulbar", "upper_limb", "lower_limb")
SUPPORTS = ("gastrostomy", "niv")
HAD = (Support.NEEDED, Support.IN_PLACE, Support.DECLINED, Support.STOPPED)
ORDER = list(Stage)


def report(affected: str = "", *, unknown: str = "", gastrostomy: str = "no", niv: str = "no") -> RegionReport:
    """A description in which everything is known but `unknown`: what is not named is unaffected."""
    findings = dict.fromkeys(REGIONS, Finding.UNAFFECTED)
    findings |= dict.fromkeys(affected.split(), Finding.AFFECTED) | dict.fromkeys(unknown.split(), Finding.UNKNOWN)
    return RegionReport(**findings, gastrostomy=Support(gastrostomy), niv=Support(niv))


def stages(described: RegionReport) -> str:
    return " ".join(stage.value for stage in kings_stage(described).possible)


# The published table


@pytest.mark.parametrize("region", REGIONS)
def test_one_region_is_stage_1_whichever_it_is(region: str) -> None:
    assert stages(report(region)) == "1"


@pytest.mark.parametrize("regions", ["bulbar upper_limb", "bulbar lower_limb", "upper_limb lower_limb"])
def test_a_second_region_is_stage_2_without_2a_or_2b(regions: str) -> None:
    assert stages(report(regions)) == "2"


def test_a_third_region_is_stage_3() -> None:
    assert stages(report("bulbar upper_limb lower_limb")) == "3"


def test_a_needed_feeding_tube_is_stage_4a() -> None:
    assert stages(report("bulbar", gastrostomy="needed")) == "4a"


def test_a_needed_breathing_mask_is_stage_4b() -> None:
    assert stages(report("upper_limb", niv="needed")) == "4b"


# Its traps


def test_declining_a_feeding_tube_is_still_stage_4() -> None:
    assert stages(report("bulbar", gastrostomy="declined")) == "4a"


def test_declining_a_breathing_mask_is_still_stage_4() -> None:
    assert stages(report("bulbar", niv="declined")) == "4b"


def test_stopping_a_breathing_mask_does_not_go_back_to_the_stage_before() -> None:
    assert stages(report("upper_limb", niv="stopped")) == "4b"


def test_a_feeding_tube_that_was_taken_out_does_not_go_back_to_the_stage_before() -> None:
    assert stages(report("bulbar upper_limb", gastrostomy="stopped")) == "4a"


@pytest.mark.parametrize(("tube", "mask"), product(HAD, HAD))
def test_both_supports_are_stage_4_since_no_published_rule_ranks_them(tube: Support, mask: Support) -> None:
    assert stages(report("bulbar", gastrostomy=tube.value, niv=mask.value)) == "4"


@pytest.mark.parametrize("regions", ["", "bulbar", "bulbar upper_limb", "bulbar upper_limb lower_limb"])
def test_support_counts_whatever_the_regions(regions: str) -> None:
    assert stages(report(regions, gastrostomy="in_place")) == "4a"


def test_one_arm_and_the_other_arm_are_one_region() -> None:
    assert [name for name in vars(report()) if "limb" in name] == ["upper_limb", "lower_limb"]
    assert stages(report("upper_limb")) == "1"


def test_breathing_is_no_region() -> None:
    assert set(vars(report())) == {*REGIONS, *SUPPORTS}
    assert stages(report("bulbar upper_limb lower_limb", niv="no")) == "3"


def test_nothing_affected_is_no_stage() -> None:
    assert stages(report()) == "none"


def test_an_unknown_region_widens_the_stage_to_a_range() -> None:
    assert stages(report("bulbar", unknown="upper_limb")) == "1 2"
    assert stages(report("bulbar", unknown="upper_limb lower_limb")) == "1 2 3"


def test_an_unknown_breathing_mask_widens_the_stage_to_a_range() -> None:
    assert stages(report("bulbar", niv="unknown")) == "1 4b"
    assert stages(report("bulbar", gastrostomy="needed", niv="unknown")) == "4a 4"


def test_an_unknown_region_changes_nothing_once_support_is_needed() -> None:
    assert stages(report("bulbar", unknown="upper_limb lower_limb", niv="in_place")) == "4b"


def test_a_range_leaves_out_the_stages_in_between_that_cannot_be() -> None:
    assert stages(report("bulbar", unknown="upper_limb", gastrostomy="unknown")) == "1 2 4a"


def test_what_was_not_asked_is_as_open_as_what_is_unknown() -> None:
    assert kings_stage(RegionReport()).possible == tuple(Stage)
    for name in REGIONS:
        not_asked = replace(report("bulbar"), **{name: Finding.NOT_ASKED})
        assert kings_stage(not_asked) == kings_stage(replace(not_asked, **{name: Finding.UNKNOWN}))


def test_stage_5_is_never_suggested() -> None:
    assert "5" not in {stage.value for stage in Stage}


# Every description there can be


def every_report() -> Iterator[RegionReport]:
    for values in product(Finding, Finding, Finding, Support, Support):
        yield RegionReport(*values)


def counted(described: RegionReport) -> set[str]:
    """The possible stages, found by counting instead of by trying: regions at least and at most, support or not."""
    findings = [getattr(described, name) for name in REGIONS]
    least = findings.count(Finding.AFFECTED)
    most = 3 - findings.count(Finding.UNAFFECTED)
    may_not_need = {kind: getattr(described, kind) not in HAD for kind in SUPPORTS}
    may_need = {kind: getattr(described, kind) is not Support.NO for kind in SUPPORTS}
    found = {["none", "1", "2", "3"][n] for n in range(least, most + 1) if all(may_not_need.values())}
    found |= {"4a"} if may_need["gastrostomy"] and may_not_need["niv"] else set()
    found |= {"4b"} if may_need["niv"] and may_not_need["gastrostomy"] else set()
    return found | ({"4"} if all(may_need.values()) else set())


def test_every_description_gives_exactly_the_stages_that_counting_allows() -> None:
    reports = list(every_report())
    assert len(reports) == 4**3 * 6**2
    for described in reports:
        assert {stage.value for stage in kings_stage(described).possible} == counted(described), described


def test_every_result_is_in_order_and_never_empty() -> None:
    for described in every_report():
        result = kings_stage(described)
        assert result.possible
        assert list(result.possible) == [stage for stage in ORDER if stage in result.possible], described
        assert (result.lowest, result.highest) == (result.possible[0], result.possible[-1])


WORSE = {Finding.UNAFFECTED: Finding.AFFECTED, Support.NO: Support.NEEDED}


def test_getting_worse_never_lowers_the_stage() -> None:
    for described in every_report():
        before = kings_stage(described)
        for name, value in vars(described).items():
            if value in WORSE:
                after = kings_stage(replace(described, **{name: WORSE[value]}))
                assert ORDER.index(after.lowest) >= ORDER.index(before.lowest), (described, name)
                assert ORDER.index(after.highest) >= ORDER.index(before.highest), (described, name)


def test_knowing_more_never_adds_a_possible_stage() -> None:
    for described in every_report():
        before = set(kings_stage(described).possible)
        for name in described.uncertain:
            known = (Support.NO, *HAD) if name in SUPPORTS else (Finding.AFFECTED, Finding.UNAFFECTED)
            for value in known:
                after = kings_stage(replace(described, **{name: value}))
                assert set(after.possible) <= before, (described, name, value)


def test_a_description_names_what_is_affected_and_what_is_open() -> None:
    described = RegionReport(bulbar=Finding.AFFECTED, upper_limb=Finding.UNKNOWN, gastrostomy=Support.NO)
    assert described.affected == ("bulbar",)
    assert described.uncertain == ("upper_limb", "lower_limb", "niv")
