"""Messages in other languages are recognised, and danger in them too."""

import pytest
import yaml

from guide.answers import LANGUAGES
from guide.language.foreign import read_foreign_danger, read_language
from guide.language.text import clean
from tests.conftest import ROOT
from tests.unit.test_content import EXAMPLES

PHRASES = yaml.safe_load((ROOT / "guide" / "language" / "foreign.yml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Mein Vater hat ALS und kann nicht mehr gut schlucken, was hilft?", "de"),
        ("Ma mère a la SLA, quels médicaments existent en France ?", "fr"),
        ("Mi padre tiene ELA y no puede caminar, qué podemos hacer", "es"),
        ("Minha mãe tem ELA, existe tratamento no Brasil?", "pt"),
        ("У моего отца БАС, какие есть лекарства?", "ru"),
        ("父はALSです。どんな薬がありますか", "ja"),
        ("我妈妈得了渐冻症，有什么药", "zh"),
        ("أبي مصاب بالتصلب الجانبي الضموري ماذا نفعل", "ar"),
        ("What helps with thick saliva at night?", None),
        ("he cant swolow his tabs no more wat now", None),
        ("ALS", None),
        ("😭😭", None),
        ("", None),
    ],
)
def test_the_language_of_a_message(text: str, language: str | None) -> None:
    assert read_language(clean(text)) == language


def test_english_is_hardly_ever_taken_for_another_language() -> None:
    examples = [example for lines in EXAMPLES.values() for example in lines][::3]  # each takes milliseconds
    foreign = [example for example in examples if read_language(clean(example))]
    assert len(foreign) <= 0.002 * len(examples), foreign


@pytest.mark.parametrize("language", sorted(PHRASES))
def test_danger_in_each_language_is_recognised_and_english_has_none_of_its_words(language: str) -> None:
    for level in ("emergency", "crisis"):
        for phrase in PHRASES[language].get(level, []):
            assert level in read_foreign_danger(f"{phrase}!".lower(), None), phrase
        for phrase in PHRASES[language].get(f"{level}_if_sure", []):
            assert level in read_foreign_danger(f"{phrase}!".lower(), language), phrase
    assert read_foreign_danger("help, what can we do about his choking on soup", None) == set()


def test_no_english_example_has_words_of_danger_of_another_language() -> None:
    assert not [e for lines in EXAMPLES.values() for e in lines if read_foreign_danger(clean(e), None)]


def test_every_language_that_is_told_has_a_sentence_with_the_number() -> None:
    for code, entry in LANGUAGES.items():
        assert "{number}" in entry["text"], code
