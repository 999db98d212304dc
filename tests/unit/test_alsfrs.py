"""King's and MiToS from ALSFRS-R items: the published rules, what public code does otherwise, and every score."""

from dataclasses import astuple, replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guide.staging import ITEMS, KingsResult, MitosStage, Scores, Stage, kings_items, kings_of, mitos_items, mitos_of

FULL: dict[str, Any] = dict.fromkeys(ITEMS, 4) | {"gastrostomy": False}
ORDER = list(Stage)


def scored(**items: int | bool | None) -> Scores:
    """Scores that are normal, without a gastrostomy, but for what is named."""
    return Scores(**FULL | items)


def kings(scores: Scores) -> str:
    return " ".join(stage.value for stage in kings_of(scores).possible)


def mitos(scores: Scores) -> str:
    return " ".join(stage.value for stage in mitos_of(scores).possible)


def any_scores(*gastrostomy: bool | None) -> st.SearchStrategy[Scores]:
    form = st.sampled_from(gastrostomy or (True, False, None))
    return st.builds(Scores, *[st.integers(0, 4)] * len(ITEMS), gastrostomy=form)


# The scores


def test_the_items_are_in_the_order_of_the_form() -> None:
    named = "speech salivation swallowing handwriting cutting_food dressing turning_in_bed walking climbing_stairs"
    assert " ".join(ITEMS) == f"{named} dyspnea orthopnea respiratory_insufficiency"
    assert scored(speech=0, respiratory_insufficiency=1).values == (0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 1)


def test_the_total_is_the_sum_of_the_items() -> None:
    assert scored().total == 48
    assert scored(walking=1, cutting_food=2).total == 43
    assert Scores(*[0] * 12).total == 0


@pytest.mark.parametrize("wrong", [5, -1, 2.0, "4", True, None])
@pytest.mark.parametrize("item", ["speech", "cutting_food", "respiratory_insufficiency"])
def test_what_is_no_score_is_refused_by_the_name_of_its_item(item: str, wrong: Any) -> None:
    with pytest.raises(ValueError, match=f"^{item} is {wrong!r}"):
        scored(**{item: wrong})


@pytest.mark.parametrize("wrong", ["5b", 1, 0, "yes"])
def test_the_form_of_item_5_is_known_or_not(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^gastrostomy is"):
        scored(gastrostomy=wrong)


@given(any_scores())
def test_the_plain_form_reads_back(scores: Scores) -> None:
    assert Scores.of(str(scores)) == scores


@pytest.mark.parametrize(
    "text", ["", "4 3 4", "4 3 4 4 3c 3 4 2 2 4 4 4", "4 3 4 4 3ab 3 4 2 2 4 4 4", "5" + " 4" * 11]
)
def test_any_other_plain_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Scores.of(text)


# King's: which items count

BULBAR, UPPER_LIMB = ("speech", "salivation", "swallowing"), ("handwriting", "cutting_food")
REGIONS = {**dict.fromkeys(BULBAR, "bulbar"), **dict.fromkeys(UPPER_LIMB, "upper_limb"), "walking": "lower_limb"}


@pytest.mark.parametrize("score", [3, 2, 1, 0])
@pytest.mark.parametrize("item", REGIONS)
def test_any_loss_in_one_of_six_items_makes_its_region_count(item: str, score: int) -> None:
    scores = scored(**{item: score})
    assert kings(scores) == "1"
    assert kings_items(scores) == {REGIONS[item]: (item,)}


@pytest.mark.parametrize("item", ["dressing", "turning_in_bed", "climbing_stairs", "orthopnea"])
def test_four_items_never_count(item: str) -> None:
    """The lower limb is walking alone, not stairs. zwxecut2025/RLA counts items 6, 7 and 9."""
    assert kings(scored(**{item: 0})) == "none"
    assert kings_items(scored(**{item: 0})) == {}


def test_no_region_that_counts_is_no_stage_and_not_stage_1() -> None:
    """yoonhohong/proact (staging/estimate_king_mitos_alsfrs.R) recodes its 119 such visits to stage 1."""
    assert kings(scored()) == "none"
    assert kings(scored(dressing=0, turning_in_bed=0, climbing_stairs=0, dyspnea=1, orthopnea=0)) == "none"


def test_regions_are_counted() -> None:
    assert kings(scored(speech=3, salivation=0, swallowing=2)) == "1"
    assert kings(scored(handwriting=0, cutting_food=1)) == "1"
    assert kings(scored(speech=3, walking=3)) == "2"
    assert kings(scored(swallowing=3, cutting_food=3, walking=3)) == "3"


@pytest.mark.parametrize(("score", "stage"), [(4, "none"), (3, "none"), (2, "none"), (1, "none"), (0, "4b")])
def test_dyspnea_counts_when_it_is_0(score: int, stage: str) -> None:
    assert kings(scored(dyspnea=score)) == stage


@pytest.mark.parametrize(("score", "stage"), [(4, "none"), (3, "4b"), (2, "4b"), (1, "4b"), (0, "4b")])
def test_any_ventilation_is_stage_4b(score: int, stage: str) -> None:
    assert kings(scored(respiratory_insufficiency=score)) == stage


def test_item_5b_is_stage_4a_even_when_it_is_normal() -> None:
    assert kings(scored(gastrostomy=True)) == "4a"
    assert kings(scored(gastrostomy=True, cutting_food=0, speech=0, walking=0)) == "4a"
    assert kings_items(scored(gastrostomy=True, cutting_food=0)) == {"gastrostomy": ("cutting_food",)}


def test_a_gastrostomy_and_ventilation_are_stage_4_as_in_kings_stage() -> None:
    """acpuchades/precisionals-extant-task (src/ext/staging.r) tests 4B first, so that 4A is lost."""
    assert kings(scored(gastrostomy=True, respiratory_insufficiency=3)) == "4"


def test_not_knowing_the_form_of_item_5_gives_both_ways() -> None:
    assert kings(scored(gastrostomy=None)) == "none 4a"
    assert kings(scored(gastrostomy=None, cutting_food=3)) == "1 4a"
    assert kings(scored(gastrostomy=None, cutting_food=3, speech=3, walking=0)) == "3 4a"
    assert kings(scored(gastrostomy=None, dyspnea=0)) == "4b 4"


def test_the_items_that_count_are_named() -> None:
    scores = scored(speech=3, swallowing=1, handwriting=4, cutting_food=2, walking=4, dyspnea=0, climbing_stairs=0)
    assert kings_items(scores) == {
        "bulbar": ("speech", "swallowing"),
        "upper_limb": ("cutting_food",),
        "niv": ("dyspnea",),
    }


# MiToS: which items count


@pytest.mark.parametrize(
    ("item", "kept", "lost", "function"),
    [
        ("walking", 2, 1, "movement"),
        ("dressing", 2, 1, "movement"),
        ("swallowing", 2, 1, "swallowing"),
        ("dyspnea", 2, 1, "breathing"),
        ("respiratory_insufficiency", 3, 2, "breathing"),
    ],
)
def test_a_function_is_lost_below_its_limit(item: str, kept: int, lost: int, function: str) -> None:
    """A web app of public code counts any score below 4 as lost: it would fail here."""
    assert mitos(scored(**{item: kept})) == "0"
    assert mitos(scored(**{item: lost})) == mitos(scored(**{item: 0})) == "1"
    assert mitos_items(scored(**{item: lost})) == {function: (item,)}


def test_communicating_is_lost_only_with_speech_and_handwriting() -> None:
    """precisionals-extant-task and hub-datatools use OR: both are wrong by table 1 of the paper."""
    assert mitos(scored(speech=0)) == mitos(scored(handwriting=0)) == "0"
    assert mitos(scored(speech=0, handwriting=2)) == mitos(scored(speech=2, handwriting=0)) == "0"
    assert mitos(scored(speech=1, handwriting=1)) == "1"
    assert mitos_items(scored(speech=1, handwriting=0)) == {"communicating": ("speech", "handwriting")}


def test_two_items_of_one_function_are_one_loss() -> None:
    assert mitos(scored(walking=0, dressing=0)) == "1"
    assert mitos(scored(dyspnea=0, respiratory_insufficiency=0)) == "1"
    assert mitos_items(scored(walking=0, dressing=1)) == {"movement": ("dressing", "walking")}


def test_all_lost_is_stage_4() -> None:
    assert mitos(Scores(*[0] * 12)) == "4"
    assert mitos_of(Scores(*[0] * 12)).lost == ("movement", "swallowing", "communicating", "breathing")


@pytest.mark.parametrize("item", ["salivation", "cutting_food", "turning_in_bed", "climbing_stairs", "orthopnea"])
def test_five_items_never_count_for_mitos(item: str) -> None:
    assert mitos(scored(**{item: 0})) == "0"


# Fixtures of public code where they agree with the published rule: the facts alone, from tests/test_kings_stage.py and
# tests/test_mitos_stage.py of zwxecut2025/RLA, whose own rule is another. No fixture of the whole mapping was found.


@pytest.mark.parametrize(("items", "stage"), [({"speech": 1}, "1"), ({"speech": 1, "walking": 1}, "2")])
def test_public_fixtures_of_kings(items: dict[str, int], stage: str) -> None:
    assert kings(scored(**items)) == stage


@pytest.mark.parametrize(
    ("items", "stage"),
    [
        ({}, "0"),
        ({"walking": 1}, "1"),
        ({"walking": 2}, "0"),
        ({"walking": 1, "swallowing": 1}, "2"),
        ({"cutting_food": 1}, "0"),
        ({"cutting_food": 1, "dressing": 1}, "1"),
        ({"respiratory_insufficiency": 1}, "1"),
        ({"swallowing": 1, "respiratory_insufficiency": 1}, "2"),
    ],
)
def test_public_fixtures_of_mitos(items: dict[str, int], stage: str) -> None:
    assert mitos(scored(**items)) == stage


def test_a_public_total() -> None:
    assert Scores(4, 3, 3, 2, 2, 3, 3, 2, 1, 4, 4, 4, gastrostomy=False).total == 35  # gab-keller/ALSFRS


# Bugs of public code: each would fail with our rule replaced by theirs


def test_one_persons_scores_never_reach_another() -> None:
    """precisionals-extant-task: any(c(q1, q2, q3) < 4) inside a vectorised mutate looks at all rows at once."""
    both = [scored(speech=0, handwriting=0), scored(walking=3)]
    assert [kings(scores) for scores in both] == [kings(scores) for scores in reversed(both)][::-1] == ["2", "1"]
    assert kings_items(both[1]) == {"lower_limb": ("walking",)}


def test_an_item_at_3_makes_its_region_count() -> None:
    """zwxecut2025/RLA takes at most 2: its fixtures call these stage 1, and two regions at 3 no region at all."""
    assert kings(scored(walking=1, speech=3)) == "2"
    assert kings(scored(cutting_food=3, handwriting=3)) == "1"


def test_breathing_is_no_region() -> None:
    """zwxecut2025/RLA counts breathing as a fourth region, and four regions as stage 4."""
    assert kings(scored(speech=1, walking=1, dyspnea=1)) == "2"
    assert kings(scored(speech=1, handwriting=1, walking=1, dyspnea=1)) == "3"
    assert kings(scored(orthopnea=0, dyspnea=1)) == "none"


def test_nocturnal_ventilation_is_a_loss_of_breathing() -> None:
    """zwxecut2025/RLA takes item 12 at most 1, and leaves item 10 and communicating out."""
    assert mitos(scored(respiratory_insufficiency=2)) == "1"
    assert mitos(scored(dyspnea=1)) == "1"
    assert mitos(scored(dressing=1)) == "1"


def test_no_stage_follows_from_a_total() -> None:
    """Code in Rust gives each King's stage a band of totals, and calls diagnosis 2a. No such bands were published."""
    same = [scored(climbing_stairs=2, orthopnea=2), scored(speech=2, walking=2), scored(respiratory_insufficiency=0)]
    assert {scores.total for scores in same} == {44}
    assert [kings(scores) for scores in same] == ["none", "2", "4b"]
    assert "2a" not in {stage.value for stage in Stage}


# Every score there can be


def counted(scores: Scores) -> KingsResult:
    """The King's result by the sums that yoonhohong/proact takes (facts.md 2.6), once for each way item 5 can be."""
    q = astuple(scores)
    niv = q[9] == 0 or q[11] < 4
    ways = []
    for tube in [scores.gastrostomy] if scores.gastrostomy is not None else [False, True]:
        regions = (sum(q[:3]) < 12) + (q[3] + q[4] < 8) + (q[7] < 4)
        name = {(1, 1): "4", (1, 0): "4a", (0, 1): "4b"}.get((int(tube), int(niv)), ["none", "1", "2", "3"][regions])
        ways.append(Stage(name))
    return KingsResult(tuple(stage for stage in Stage if stage in ways))


def test_every_set_of_scores_that_can_differ_gives_the_stage_of_the_other_implementation() -> None:
    loss, dyspnea, ventilation = (4, 3, 0), (4, 1, 0), (4, 3, 0)
    checked = 0
    for q in product(loss, loss, loss, loss, loss, loss, dyspnea, ventilation, (True, False, None)):
        scores = Scores(*q[:5], 4, 4, q[5], 4, q[6], 4, q[7], gastrostomy=q[8])
        assert kings_of(scores) == counted(scores), scores
        checked += 1
    assert checked == 3**9


def test_every_set_of_scores_that_can_differ_gives_the_mitos_stage_of_the_table() -> None:
    edge = (4, 2, 1, 0)
    for q1, q3, q4, q6, q8, q10 in product(edge, repeat=6):
        for q12 in (4, 3, 2, 0):
            scores = Scores(q1, 0, q3, q4, 0, q6, 0, q8, 0, q10, 0, q12)
            lost = (q8 <= 1 or q6 <= 1) + (q3 <= 1) + (q1 <= 1 and q4 <= 1) + (q10 <= 1 or q12 <= 2)
            assert mitos_of(scores).possible == (list(MitosStage)[lost],), scores


@given(any_scores())
def test_any_scores_give_both_stages_and_the_items_that_count(scores: Scores) -> None:
    assert kings_of(scores) == counted(scores)
    assert len(mitos_of(scores).possible) == 1
    assert mitos_of(scores).lost == tuple(mitos_items(scores))
    for items in (*kings_items(scores).values(), *mitos_items(scores).values()):
        assert set(items) <= set(ITEMS)


@given(any_scores(), st.sampled_from(ITEMS))
def test_a_worse_item_never_lowers_a_stage(scores: Scores, item: str) -> None:
    for worse in range(getattr(scores, item)):
        after = replace(scores, **{item: worse})
        assert ORDER.index(kings_of(after).lowest) >= ORDER.index(kings_of(scores).lowest)
        assert ORDER.index(kings_of(after).highest) >= ORDER.index(kings_of(scores).highest)
        assert mitos_of(after).lowest.value >= mitos_of(scores).lowest.value


@given(any_scores(None))
def test_not_knowing_the_form_is_exactly_both_ways(scores: Scores) -> None:
    ways = {stage for form in (True, False) for stage in kings_of(replace(scores, gastrostomy=form)).possible}
    assert set(kings_of(scores).possible) == ways
    assert len(ways) == 2
    assert mitos_of(scores) == mitos_of(replace(scores, gastrostomy=True))


@given(any_scores(), st.sampled_from(["dressing", "turning_in_bed", "climbing_stairs", "orthopnea"]), st.integers(0, 4))
def test_items_that_do_not_count_change_nothing(scores: Scores, item: str, score: int) -> None:
    assert kings_of(replace(scores, **{item: score})) == kings_of(scores)
