"""Twelve ALSFRS-R scores as people type them, and what only looks like scores."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guide.language.scores import Problem, Reading, read_scores
from guide.language.text import LONGEST
from guide.staging import ITEMS, Scores

NAMES = [
    *("Speech", "Salivation", "Swallowing", "Handwriting", "Cutting food", "Dressing and hygiene", "Turning in bed"),
    *("Walking", "Climbing stairs", "Dyspnea", "Orthopnea", "Respiratory insufficiency"),
]


def read(text: str) -> str | None:
    """The scores in their plain form, or the problem with its number."""
    reading = read_scores(text)
    if reading is None or reading.scores:
        return reading and str(reading.scores)
    problem = reading.problem.value if reading.problem else ""
    return problem if reading.number is None else f"{problem} {reading.number}"


# What people type

UNKNOWN_FORM = "4 3 4 4 3 3 4 2 2 4 4 4"
WITHOUT = "4 3 4 4 3a 3 4 2 2 4 4 4"
WITH = "4 3 4 4 2b 3 4 2 2 4 4 4"


@pytest.mark.parametrize(
    "text",
    [
        "4,3,4,4,3,3,4,2,2,4,4,4",
        "4 3 4 4 3 3 4 2 2 4 4 4",
        "4 3 4 / 4 3 3 / 4 2 2 / 4 4 4",
        "4 3 4/4 3 3/4 2 2/4 4 4",
        "4/3/4/4/3/3/4/2/2/4/4/4",
        "4 / 3 / 4 / 4 / 3 / 3 / 4 / 2 / 2 / 4 / 4 / 4",
        "4-3-4-4-3-3-4-2-2-4-4-4",
        "4 – 3 – 4 – 4 – 3 – 3 – 4 – 2 – 2 – 4 – 4 – 4",
        "4;3;4;4;3;3;4;2;2;4;4;4",
        "[4, 3, 4, 4, 3, 3, 4, 2, 2, 4, 4, 4]",
        "4.3.4.4.3.3.4.2.2.4.4.4",
        "4, 3, 4, 4, 3, 3, 4, 2, 2, 4, 4 and 4",
        "434433422444",
        "434 433 422 444",
        "４３４４３３４２２４４４",
        "four, three, four, four, three, three, four, two, two, four, four, four",
        "4/4 3/4 4/4 4/4 3/4 3/4 4/4 2/4 2/4 4/4 4/4 4/4",
        "4 / 4, 3 / 4, 4 / 4, 4 / 4, 3 / 4, 3 / 4, 4 / 4, 2 / 4, 2 / 4, 4 / 4, 4 / 4, 4 / 4",
        "4 of 4, 3 of 4, 4 of 4, 4 of 4, 3 out of 4, 3 of 4, 4 of 4, 2 of 4, 2 of 4, 4 of 4, 4 of 4, 4 of 4",
        "4\n3\n4\n4\n3\n3\n4\n2\n2\n4\n4\n4",
        "ALSFRS-R\n4\n3\n4\n4\n3\n3\n4\n2\n2\n4\n4\n4",
        "- 4\n- 3\n- 4\n- 4\n- 3\n- 3\n- 4\n- 2\n- 2\n- 4\n- 4\n- 4",
        "• 4\n• 3\n• 4\n• 4\n• 3\n• 3\n• 4\n• 2\n• 2\n• 4\n• 4\n• 4",
        "her scores are 4 3 4 4 3 3 4 2 2 4 4 4, what stage is that?",
        "Mum's ALSFRS-R from 12/03/2024: 4 3 4 4 3 3 4 2 2 4 4 4",
        "The letter of 3 March 2024 has 4 3 4 4 3 3 4 2 2 4 4 4, total 41/48.",
        "She is 62. Her scores: 4 3 4 4 3 3 4 2 2 4 4 4",
        "they said stage 3. scores 4 3 4 4 3 3 4 2 2 4 4 4",
        "41: 4 3 4 4 3 3 4 2 2 4 4 4",
        "4 3 4 4 3 3 4 2 2 4 4 4 = 41",
        "bulbar 4 3 4, fine motor 4 3 3, gross motor 4 2 2, respiratory 4 4 4",
        "Q1 4, Q2 3, Q3 4, Q4 4, Q5 3, Q6 3, Q7 4, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4",
        "q1=4 q2=3 q3=4 q4=4 q5=3 q6=3 q7=4 q8=2 q9=2 q10=4 q11=4 q12=4",
        "Q12 4, Q11 4, Q10 4, Q9 2, Q8 2, Q7 4, Q6 3, Q5 3, Q4 4, Q3 4, Q2 3, Q1 4",
        "Question 1: 4, question 2: 3, question 3: 4, question 4: 4, question 5: 3, question 6: 3, question 7: 4, "
        "question 8: 2, question 9: 2, question 10: 4, question 11: 4, question 12: 4",
        "item 1 is 4, item 2 is 3, item 3 is 4, item 4 is 4, item 5 is 3, item 6 is 3, item 7 is 4, item 8 is 2, "
        "item 9 is 2, item 10 is 4, item 11 is 4, item 12 is 4",
        "#1 4 #2 3 #3 4 #4 4 #5 3 #6 3 #7 4 #8 2 #9 2 #10 4 #11 4 #12 4",
        "1: 4  2: 3  3: 4  4: 4  5: 3  6: 3  7: 4  8: 2  9: 2  10: 4  11: 4  12: 4",
        "1) 4 2) 3 3) 4 4) 4 5) 3 6) 3 7) 4 8) 2 9) 2 10) 4 11) 4 12) 4",
        "1. 4\n2. 3\n3. 4\n4. 4\n5. 3\n6. 3\n7. 4\n8. 2\n9. 2\n10. 4\n11. 4\n12. 4",
        "1 4\n2 3\n3 4\n4 4\n5 3\n6 3\n7 4\n8 2\n9 2\n10 4\n11 4\n12 4",
        "1 - 4\n2 - 3\n3 - 4\n4 - 4\n5 - 3\n6 - 3\n7 - 4\n8 - 2\n9 - 2\n10 - 4\n11 - 4\n12 - 4",
        "1: 4/4 2: 3/4 3: 4/4 4: 4/4 5: 3/4 6: 3/4 7: 4/4 8: 2/4 9: 2/4 10: 4/4 11: 4/4 12: 4/4",
        "1.4/2.3/3.4/4.4/5.3/6.3/7.4/8.2/9.2/10.4/11.4/12.4",
        "speech 4, salivation 3, swallowing 4, handwriting 4, cutting 3, dressing 3, turning in bed 4, walking 2, "
        "stairs 2, dyspnea 4, orthopnea 4, respiratory insufficiency 4",
        "walking 2 stairs 2 turning 4 dressing 3 cutting 3 writing 4 swallowing 4 saliva 3 talking 4 breathlessness 4 "
        "orthopnoea 4 resp 4",
        "Speech four, drooling three, swallowing four, writing four, cutlery three, hygiene three, bedclothes four, "
        "walking two, stairs two, dyspnoea four, orthopnoea four, insufficiency four",
        "Speech: 4/4\nSalivation: 3/4\nSwallowing: 4/4\nHandwriting: 4/4\nCutting food: 3/4\nDressing & hygiene: 3/4\n"
        "Turning in bed/adjusting bedclothes: 4/4\nWalking: 2/4\nClimbing stairs: 2/4\nDyspnoea: 4/4\nOrthopnoea: 4/4\n"
        "Respiratory insufficiency: 4/4\nTotal: 41/48",
        "1. Speech 4 2. Salivation 3 3. Swallowing 4 4. Handwriting 4 5. Cutting 3 6. Dressing 3 7. Turning in bed 4 "
        "8. Walking 2 9. Stairs 2 10. Dyspnea 4 11. Orthopnea 4 12. Respiratory 4",
        "Speech\n4\nSalivation\n3\nSwallowing\n4\nHandwriting\n4\nCutting\n3\nDressing\n3\nTurning\n4\nWalking\n2\n"
        "Stairs\n2\nDyspnea\n4\nOrthopnea\n4\nRespiratory\n4",
        "4 for speech, 3 for salivation, 4 for swallowing, 4 for writing, 3 for cutting, 3 for dressing, 4 for bed, "
        "2 for walking, 2 for stairs, 4 for dyspnea, 4 for orthopnea and 4 for respiratory insufficiency",
        "Speech Salivation Swallowing Handwriting Cutting Dressing Turning Walking Stairs Dyspnea Orthopnea "
        "Respiratory\n4 3 4 4 3 3 4 2 2 4 4 4",
        "Respiratory Orthopnea Dyspnea Stairs Walking Turning Dressing Cutting Handwriting Swallowing Salivation "
        "Speech\n4 4 4 2 2 4 3 3 4 4 3 4",
        "Q1 4, Q2 3, Q3 4, Q4 4, 5a/5b 3, Q6 3, Q7 4, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4",
    ],
)
def test_twelve_scores_are_read_from_any_notation(text: str) -> None:
    assert read(text) == UNKNOWN_FORM


@pytest.mark.parametrize(
    "text",
    [
        "4 3 4 4 2(b) 3 4 2 2 4 4 4",
        "4,3,4,4,2b,3,4,2,2,4,4,4",
        "4 3 4 4 2 (b) 3 4 2 2 4 4 4",
        "4 3 4 4 2 (5b) 3 4 2 2 4 4 4",
        "4 3 4 4 5b 2 3 4 2 2 4 4 4",
        "4,3,4,4,5b=2,3,4,2,2,4,4,4",
        "4, 3, 4, 4, 5b: 2, 3, 4, 2, 2, 4, 4, 4",
        "4 3 4 4 2 3 4 2 2 4 4 4 (5b)",
        "5b: 4 3 4 4 2 3 4 2 2 4 4 4",
        "with PEG: 4 3 4 4 2 3 4 2 2 4 4 4",
        "4,3,4,4,5a -,5b 2,3,4,2,2,4,4,4",
        "4 3 4 4 5a - 5b 2 3 4 2 2 4 4 4",
        "Q1 4, Q2 3, Q3 4, Q4 4, 5b 2, Q6 3, Q7 4, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4",
        "Q1 4, Q2 3, Q3 4, Q4 4, Q5b 2, Q6 3, Q7 4, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4",
        "Q1 4, Q2 3, Q3 4, Q4 4, Q5 (b) 2, Q6 3, Q7 4, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4",
        "Q1 4, Q2 3, Q3 4, Q4 4, 5a -, 5b 2, Q6 3, Q7 4, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4",
        "Q1 4, Q2 3, Q3 4, Q4 4, 5a n/a, 5b 2, Q6 3, Q7 4, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4",
        "1: 4 2: 3 3: 4 4: 4 5b: 2 6: 3 7: 4 8: 2 9: 2 10: 4 11: 4 12: 4",
        "1: 4, 2: 3, 3: 4, 4: 4, 5a: -, 5b: 2, 6: 3, 7: 4, 8: 2, 9: 2, 10: 4, 11: 4, 12: 4",
        "1: 4, 2: 3, 3: 4, 4: 4, 5a: n/a, 5b: 2, 6: 3, 7: 4, 8: 2, 9: 2, 10: 4, 11: 4, 12: 4",
        "1. 4\n2. 3\n3. 4\n4. 4\n5b. 2\n6. 3\n7. 4\n8. 2\n9. 2\n10. 4\n11. 4\n12. 4",
        "speech 4, salivation 3, swallowing 4, handwriting 4, cutting with gastrostomy 2, dressing 3, turning 4, "
        "walking 2, stairs 2, dyspnea 4, orthopnea 4, respiratory 4",
        "speech 4, salivation 3, swallowing 4, handwriting 4, cutting (5b) 2, dressing 3, turning 4, walking 2, "
        "stairs 2, dyspnea 4, orthopnea 4, respiratory 4",
        "1 Speech 4\n2 Salivation 3\n3 Swallowing 4\n4 Handwriting 4\n5a Cutting without gastrostomy -\n"
        "5b Cutting with gastrostomy 2\n6 Dressing 3\n7 Turning 4\n8 Walking 2\n9 Stairs 2\n10 Dyspnea 4\n"
        "11 Orthopnea 4\n12 Respiratory 4",
    ],
)
def test_item_5b_is_read(text: str) -> None:
    assert read(text) == WITH


@pytest.mark.parametrize(
    "text",
    [
        "4 3 4 4 3(a) 3 4 2 2 4 4 4",
        "4 3 4 4 3a 3 4 2 2 4 4 4",
        "Q1 4, Q2 3, Q3 4, Q4 4, 5a 3, Q6 3, Q7 4, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4",
        "Q1 4, Q2 3, Q3 4, Q4 4, 5a 3, 5b -, Q6 3, Q7 4, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4",
        "without gastrostomy 4 3 4 4 3 3 4 2 2 4 4 4",
        "speech 4, salivation 3, swallowing 4, handwriting 4, cutting (no PEG) 3, dressing 3, turning 4, walking 2, "
        "stairs 2, dyspnea 4, orthopnea 4, respiratory 4",
    ],
)
def test_item_5a_is_read(text: str) -> None:
    assert read(text) == WITHOUT


@pytest.mark.parametrize(
    "text",
    [
        "ALSFRS: 35 = 4 / 3 / 3 / 2 / 2 / 3 / 3 / 2 / 1 / 4 / 4 / 4",
        "ALSFRS: 35 = 1.4 / 2.3 / 3.3 / 4.2 / 5a.2 / 6.3 / 7.3 / 8.2 / 9.1 / 10.4 / 11.4 / 12.4",
    ],
)
def test_the_notations_of_a_public_calculator_are_read_with_their_total(text: str) -> None:
    """From gab-keller/ALSFRS (ALSFRS_calculator.py): the figures alone."""
    reading = read_scores(text)
    assert reading is not None
    assert reading.scores is not None
    assert reading.scores.values == (4, 3, 3, 2, 2, 3, 3, 2, 1, 4, 4, 4)
    assert reading.total == reading.scores.total == 35


def test_a_stated_total_is_kept_even_if_it_is_not_the_sum() -> None:
    for text in ("4 3 4 4 3 3 4 2 2 4 4 4, total 40", "40/48: 4 3 4 4 3 3 4 2 2 4 4 4"):
        reading = read_scores(text)
        assert reading is not None
        assert reading.scores is not None
        assert (reading.total, reading.scores.total) == (40, 41)


# What is wrong with what people type


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("4 3 4 4 3 3 4 2 2 4 4", "count 11"),
        ("4 3 4 4 3 3 4 2 2 4 4 4 4", "count 13"),
        ("4,3,4,4,3,3,4,2,2,4", "count 10"),
        ("alsfrs 43443342244", "count 11"),
        ("4 3 4 4 ? 3 4 2 2 4 4 4", "count 11"),
        ("March: 4 3 4 4 3 3 4 2 2 4 4 4\nJune: 4 3 4 3 3 3 4 2 1 4 4 4", "count 24"),
        ("my alsfrs scores: 4 3 4 4", "count 4"),
        ("speech 4, salivation 3, swallowing 4, handwriting 4, cutting 3", "count 5"),
        ("ALSFRS handwriting 2, cutting 1, walking 4", "count 3"),
        ("Q1 4, Q2 3, Q3 4, Q4 4, Q6 3, Q7 4, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4", "count 11"),
        ("4 3 5 4 3 3 4 2 2 4 4 4", "range 5"),
        ("Q1 4, Q2 3, Q3 4, Q4 4, Q5 3, Q6 3, Q7 9, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4", "range 9"),
        ("walking 12, speech 4, salivation 3, swallowing 4, handwriting 4", "range 12"),
        ("Q1 4, Q2 3, Q3 4, Q4 4, 5a 3, 5b 2, Q6 3, Q7 4, Q8 2, Q9 2, Q10 4, Q11 4, Q12 4", "both_fives"),
        ("1: 4 2: 3 3: 4 4: 4 5a: 3 5b: 3 6: 3 7: 4 8: 2 9: 2 10: 4 11: 4 12: 4", "both_fives"),
        ("4 3 4 4 5a 3 5b 2 3 4 2 2 4 4 4", "both_fives"),
        ("34/48", "total 34"),
        ("34 out of 48", "total 34"),
        ("total 34", "total 34"),
        ("score of 34", "total 34"),
        ("her score was 34", "total 34"),
        ("alsfrs 34", "total 34"),
        ("ALSFRS-R: 34", "total 34"),
        ("ALSFRS 33. me. good bad?", "total 33"),
        ("alsfrs score is thirty four", "total 34"),
        ("What does 34/48 mean?", "total 34"),
        ("34 on the ALSFRS", "total 34"),
        ("Q1 Q2 Q3 Q4 Q5 Q6", "nothing"),
        ("Speech ___ Salivation ___ Swallowing ___ Handwriting ___ Cutting ___ Dressing ___", "nothing"),
        (" ".join(f"{number}. {name}" for number, name in enumerate(NAMES, 1)), "nothing"),
    ],
)
def test_a_problem_is_named(text: str, problem: str) -> None:
    assert read(text) == problem


def test_a_problem_names_its_items() -> None:
    labelled = [f"{name} 4" for name in NAMES]
    assert read_scores(", ".join(labelled[:-2])) == Reading(problem=Problem.COUNT, number=10, items=ITEMS[-2:])
    assert read_scores("4 3 5 4 3 3 4 2 2 4 4 4") == Reading(problem=Problem.RANGE, number=5, items=("swallowing",))
    twice = read_scores(", ".join([*labelled, "walking 2"]))
    assert twice == Reading(problem=Problem.TWICE, items=("walking",))


def test_the_scores_of_two_visits_are_never_mixed() -> None:
    assert read("\n".join(f"{name} 4 3" for name in NAMES)) == "twice"
    assert read("speech 4 3 4, walking 4 4 3, stairs 3 3 2, dressing 4 4 3") == "twice"
    assert read("\n".join(f"4 3 {name}" for name in NAMES)) == "twice"
    assert read("her scores: 4 3 4 4 3 3 4 2 2 4 4 4 then 4 3 4 4 3 3 4 2 1 4 4 4") == "count 24"


@pytest.mark.parametrize("blank", ["", " /4", " __/4", " / 4", " -", " n/a", ": ?"])
def test_an_item_left_blank_is_missing(blank: str) -> None:
    for score in ("4/4", "4"):
        text = "\n".join(f"{name} {score}" if name != "Walking" else f"{name}{blank}" for name in NAMES)
        reading = read_scores(text)
        assert reading == Reading(problem=Problem.COUNT, number=11, items=("walking",)), text


def test_a_mistyped_slash_is_no_score() -> None:
    assert read("4/4 3/4 4/4 4/4 3/4 3/4 04 2/4 2/4 4/4 4/4 4/4") is None


def test_names_between_two_scores_that_could_be_of_either_are_no_guess() -> None:
    assert read(f"3 {' '.join(f'{name} {i % 4}' for i, name in enumerate(NAMES))}") == "twice"


@pytest.mark.parametrize("total", [0, 9, 17, 34, 48])
def test_a_total_alone_is_never_scores(total: int) -> None:
    for text in (f"{total}/48", f"alsfrs {total}", f"ALSFRS-R total score: {total}"):
        assert read_scores(text) == Reading(problem=Problem.TOTAL, number=total, total=total)


# What is no scores


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "call 911",
        "call 0161 496 0000",
        "ring 020 7946 0123 or 020 7946 0124",
        "my phone is 434434224444",
        "text +441223334444",
        "02034412344",
        "2024",
        "in 2022, 2023 and 2024 she fell",
        "01/02/2024",
        "diagnosed 12.03.2021, PEG 04.04.2022, NIV 01.01.2023",
        "she is 62 and weighs 54 kg",
        "stage 4",
        "king's stage 3 or 4",
        "MiToS 2, King's 3",
        "4 weeks ago 3 falls",
        "3 falls in 2 weeks, 1 in the 4 days before",
        "1 2 3 4 5 6 7 8 9 10 11 12",
        "10 9 8 7 6 5 4 3 2 1",
        "her oxygen is 94, pulse 82, temperature 38.4",
        "riluzole 50 mg twice a day, 4 weeks, then 3 more",
        "blood pressure 120/80, 118/78",
        "pain score of 4",
        "the pain score was 4 out of 10",
        "She takes a total of 12 tablets a day",
        "total cholesterol 34",
        "My ALSFRS went 44, 43, 43, 38. The nurse made a face.",
        "ALSFRS 44, 43, 43, 38",
        "His ALSFRS-R went from 41 to 36 in four months. Steep or average?",
        "i lost 4 points on the frs since february, is that normal speed",
        "The ALSFRS-R has 12 items, each 0 to 4",
        "alsfrs 52",
        "how is King's derived from the ALSFRS-R items",
        "I have her ALSFRS-R scores",
        "her speech, swallowing, walking, dressing and stairs are all bad",
        "speech - gone, swallowing - hard, walking - slow, dressing - no, stairs - no",
        "her speech went 2 months ago, swallowing 3 weeks ago, walking 1 year ago, dressing 2 weeks ago",
        "her speech and two other things, one of them walking, for three months",
        "we have 4 carers, 2 at night, 1 for walking and 3 at weekends",
    ],
)
def test_ordinary_messages_are_no_scores(text: str) -> None:
    assert read_scores(text) is None


# Any scores in any notation

WORDS = ["zero", "one", "two", "three", "four"]
BARE: dict[str, tuple[str, Callable[[str], str]]] = {  # what stands between two scores, and how one is written
    "commas": (",", str),
    "spaces": (" ", str),
    "slashes": (" / ", str),
    "lines": ("\n", str),
    "bullets": ("\n", "* {}".format),
    "of four": (" ", "{}/4".format),
    "words": (", ", lambda score: WORDS[int(score)]),
}
LABELLED: dict[str, tuple[str, Callable[[int, str], str]]] = {  # the same with the number of the item
    "questions": (", ", "Q{} {}".format),
    "pairs": ("  ", "{}: {}".format),
    "pairs with dots": (" / ", "{}.{}".format),
    "pairs on lines": ("\n", "{}) {}".format),
    "names": (", ", lambda i, score: f"{NAMES[i - 1]} {score}"),
    "names on lines": ("\n", lambda i, score: f"{NAMES[i - 1]}: {score}"),
    "numbered names": ("\n", lambda i, score: f"{i}. {NAMES[i - 1]} {score}"),
    "scores before names": (", ", lambda i, score: f"{score} for {NAMES[i - 1]}"),
    "scores before names on lines": ("\n", lambda i, score: f"{score} {NAMES[i - 1]}"),
}
ANY_ORDER = [name for name in LABELLED if "pairs" not in name and "numbered" not in name]
LAYOUTS: dict[str, str] = {  # all twelve at once
    "together": "{}" * 12,
    "threes": "{} {} {} / {} {} {} / {} {} {} / {} {} {}",
    "threes together": "{}{}{} {}{}{} {}{}{} {}{}{}",
    "domains": "bulbar {} {} {}, fine motor {} {} {}, gross motor {} {} {}, breathing {} {} {}",
    "a row of names": f"{' '.join(NAMES)}\n{' {}' * 12}",
}
twelve = st.lists(st.integers(0, 4), min_size=12, max_size=12)


def written(notation: str, scores: list[int]) -> str:
    if notation in LAYOUTS:
        return LAYOUTS[notation].format(*scores)
    if notation in BARE:
        between, write = BARE[notation]
        return between.join(write(str(score)) for score in scores)
    between, label = LABELLED[notation]
    return between.join(label(i, str(score)) for i, score in enumerate(scores, 1))


@pytest.mark.parametrize("notation", [*BARE, *LABELLED, *LAYOUTS])
@given(twelve)
def test_formatting_does_not_matter(notation: str, scores: list[int]) -> None:
    typed = written(notation, scores)
    for text in (typed, f"ALSFRS-R: {typed}", f"Here are mum's scores:\n{typed}\nWhat stage is she?", typed.upper()):
        assert read_scores(text) == Reading(Scores(*scores)), text


@pytest.mark.parametrize("notation", ANY_ORDER)
@given(twelve, st.permutations(range(1, 13)))
def test_named_items_may_be_in_any_order(notation: str, scores: list[int], order: list[int]) -> None:
    between, label = LABELLED[notation]
    text = between.join(label(i, str(scores[i - 1])) for i in order)
    assert read_scores(text) == Reading(Scores(*scores)), text


@pytest.mark.parametrize("notation", [*BARE, *LABELLED])
@given(twelve, st.integers(0, 11))
def test_eleven_scores_are_never_twelve(notation: str, scores: list[int], missing: int) -> None:
    between, write = BARE[notation] if notation in BARE else LABELLED[notation]
    labels = () if notation in BARE else (range(1, 13),)
    parts = [write(*values) for values in zip(*labels, map(str, scores), strict=True)]
    without_item = parts[:missing] + parts[missing + 1 :]
    without_score = [part if i != missing else part.replace(str(scores[i]), "") for i, part in enumerate(parts)]
    for left in (without_item, without_score if notation in LABELLED else without_item):
        reading = read_scores(between.join(left))
        assert reading is None or reading.scores is None, left


@given(twelve, st.integers(0, 11), st.integers(5, 9))
def test_a_score_out_of_range_is_named_with_its_item(scores: list[int], place: int, wrong: int) -> None:
    scores[place] = wrong
    for notation in ("commas", "lines", "questions", "pairs", "names", "scores before names", "threes"):
        reading = read_scores(written(notation, scores))
        assert reading == Reading(problem=Problem.RANGE, number=wrong, items=(ITEMS[place],)), notation


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    reading = read_scores(text)
    assert reading is None or bool(reading.scores) != bool(reading.problem)


@given(
    st.lists(st.sampled_from(["4", "3", "12", "5b", "5a", "-", "_", "/", ",", "\n", "Q5", "bed", "alsfrs", "48", "x"]))
)
def test_any_row_of_such_words_is_read_without_an_error(words: list[str]) -> None:
    reading = read_scores(" ".join(words))
    assert reading is None or bool(reading.scores) != bool(reading.problem)


@pytest.mark.parametrize("part", ["4 ", "1", "5a ", "total ", "frs ", "speech ", "4/4 ", "-", "my score of "])
def test_a_huge_message_is_read_in_no_time(part: str) -> None:
    read_scores(part * (LONGEST * 10 // len(part)))
