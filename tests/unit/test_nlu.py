"""The parts of understanding below Rasa: counts, encoder files, findings, and how rules and findings come together."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer

from guide.language.body import read_body
from guide.language.questions import split
from guide.nlu.classifier import IntentClassifier
from guide.nlu.counts import KINDS, MOST_LETTERS, Counts
from guide.nlu.encoder import VIEWS, EncoderError, SentenceEncoder, install
from guide.nlu.findings import NOTHING, SLOTS, WHOLE, FindingModel, Telling, blend, read_examples
from guide.nlu.mixture import Mixture, read_counts
from guide.nlu.reader import facts_of
from guide.nlu.talks import TalkModel, Turn, read_talks
from tests.conftest import ROOT

WEIGHTS = ROOT / "guide" / "nlu" / "weights"
HASHES = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))["pipeline"][0]["encoder_sha256"]
TEXTS = ["what is als", "how is als treated in the uk", "is there a cure for als", "als als als cure", "treated? how"]


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder(WEIGHTS)


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("words", {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w[\w']*\b"}),
        ("letters", {"analyzer": "char_wb", "ngram_range": (2, MOST_LETTERS)}),
    ],
)
def test_a_look_up_gives_what_scikit_learn_gives(kind: str, how: dict[str, Any]) -> None:
    theirs = TfidfVectorizer(lowercase=False, sublinear_tf=True, min_df=2, **how).fit(TEXTS)
    unseen = [*TEXTS, "is als cured in the usa", "", "zzz", "i a of", "  can't\tbreathe\n\n...  5% 😀"]
    ours, features = Counts.learn(kind, TEXTS, least=2)
    np.testing.assert_allclose(features.toarray(), theirs.transform(TEXTS).toarray(), atol=1e-6)
    for text, row in zip(unseen, theirs.transform(unseen).toarray(), strict=True):
        places, values = ours.read(text)
        found = np.zeros(len(ours.terms))
        found[places] = values
        np.testing.assert_allclose(found, row, atol=1e-6)


def test_vectors_have_unit_length_and_are_the_same_each_time(encoder: SentenceEncoder) -> None:
    parts = ["what is als?", "is there a cure", "\u0301"]  # of a lone accent no token is made
    encoded = encoder.encode("what is als? and is there a cure \u0301", parts)
    assert encoded.whole.shape[0] == 1 + len(parts)
    for vectors in (encoded.whole, *(encoded.of(view) for view in VIEWS)):
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    again = encoder.encode("what is als? and is there a cure \u0301", parts)
    assert (again.whole == encoded.whole).all()
    assert (again.views == encoded.views).all()


def test_many_at_once_get_nearly_the_same_vectors(encoder: SentenceEncoder) -> None:
    texts = [*TEXTS, "her arms", "his legs", "no mask", "a much longer message about his arms and his legs"] * 20
    at_once = encoder.encode_many(texts)
    for place, text in enumerate(texts):
        alone = encoder.encode(text)
        assert (alone.whole[0] * at_once.whole[place]).sum() > 0.97
        assert (alone.views[0] * at_once.views[place]).sum(axis=-1).min() > 0.9


@pytest.mark.parametrize("before", [0, 1, 60])
def test_each_part_has_its_own_meaning_however_long_the_message(before: int, encoder: SentenceEncoder) -> None:
    text = "we went to the shop and bought bread. " * before + "is there a cure for als? her legs are weak."
    *_, cure, legs = encoder.encode(text, split(text)).whole
    alone = {name: encoder.encode(said).whole[0] for name, said in (("cure", "is als curable"), ("legs", "weak legs"))}
    assert cure @ alone["cure"] > cure @ alone["legs"]
    assert legs @ alone["legs"] > legs @ alone["cure"]


def test_a_part_is_read_in_its_message(encoder: SentenceEncoder) -> None:
    in_message = encoder.encode("my arms are fine. not my legs", ["my arms are fine.", "not my legs"]).whole[2]
    assert in_message @ encoder.encode("not my legs").whole[0] < 0.95


def test_a_message_that_is_not_long_is_read_once(encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    run = encoder._run
    monkeypatch.setattr(encoder, "_run", lambda ids, parts: runs.append(len(ids)) or run(ids, parts))
    encoder.encode("is he choking? help me \u2764\ufe0f", ["is he choking?", "help me \u2764\ufe0f"])
    assert runs == [1]


def test_a_part_longer_than_what_is_read_at_once_is_read_as_far_as_it_goes(encoder: SentenceEncoder) -> None:
    long = " ".join(["word"] * 300)
    encoded = encoder.encode(f"{long}. is there a cure?", [f"{long}.", "is there a cure?"])
    assert np.isfinite(encoded.whole).all()
    assert encoded.whole[2] @ encoder.encode("is there a cure?").whole[0] > 0.9


def test_like_messages_are_nearer_than_unlike_ones(encoder: SentenceEncoder) -> None:
    texts = ["his hands are weak", "she cannot grip a cup", "is there a cure yet"]
    one, like, unlike = encoder.encode_many(texts).whole
    assert one @ like > one @ unlike


def test_the_encoder_is_the_one_that_the_configuration_names(tmp_path: Path) -> None:
    install(WEIGHTS, HASHES, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(HASHES)
    record = json.loads((WEIGHTS / "record.json").read_text("utf-8"))
    assert record["sha256"] == HASHES
    assert all(path.stat().st_size < 25_000_000 for path in WEIGHTS.iterdir())


@pytest.mark.parametrize("harm", ["damaged", "missing", "unnamed"])
def test_other_weights_stop_the_training_and_say_so(harm: str, tmp_path: Path) -> None:
    source, target = tmp_path / "weights", tmp_path / "model"
    source.mkdir()
    target.mkdir()
    for name in HASHES:
        (source / name).write_bytes((WEIGHTS / name).read_bytes())
    graph = source / "encoder.onnx"
    if harm == "damaged":
        graph.write_bytes(graph.read_bytes()[:-1] + b"x")
    elif harm == "missing":
        graph.unlink()
    with pytest.raises(EncoderError, match=r"encoder\.onnx .* config\.yml"):
        install(source, {} if harm == "unnamed" else HASHES, target)


@pytest.mark.parametrize("labels", [["ask_cure"] * 3 + ["ask_pain"] * 3, ["ask_cure", "ask_cure", "thank"] * 2])
def test_a_mixture_learns_two_labels_or_more(labels: list[str], encoder: SentenceEncoder) -> None:
    texts = ["is there a cure", "can it be cured", "no cure", "my arm hurts", "pain in the legs", "it hurts a lot"] * 2
    labels = labels * 2  # of the rest every second one is learnt from
    learnt = {kind: Counts.learn(kind, texts, least=2) for kind in KINDS}
    counts = {kind: its for kind, (its, _) in learnt.items()}
    vectors, found = encoder.encode_many(texts).whole, [read_counts(counts, text) for text in texts]
    model = Mixture.learn(labels, vectors, {kind: its for kind, (_, its) in learnt.items()})
    scores = model.scores(vectors, found)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert [model.labels[i] for i in scores.argmax(axis=1)] == labels
    assert (Mixture(model.labels, model.arrays).scores(vectors, found) == scores).all()


# Danger


@pytest.mark.parametrize(
    ("inform", "whole", "piece", "ruled", "is_found"),
    [
        (0.0, 0.2, 0.0, False, True),
        (0.0, 0.1, 0.0, False, False),
        (0.4, 0.3, 0.0, False, False),  # it tells of the body
        (0.4, 0.6, 0.0, False, True),
        (0.0, 0.05, 0.75, False, True),  # in passing
        (0.0, 0.05, 0.65, False, False),
        (0.0, 0.05, 0.0, True, True),
        (0.0, 0.01, 0.01, True, False),  # the models see nothing in it
        (0.4, 0.01, 0.01, True, True),  # facts drown it
    ],
)
def test_when_an_emergency_is_believed(inform: float, whole: float, piece: float, ruled: bool, is_found: bool) -> None:
    labels = ["crisis", "emergency", "inform", "urgent_today"]
    classifier = IntentClassifier(IntentClassifier.get_default_config(), None, None)  # type: ignore[arg-type]
    classifier.labels, classifier._dangers = labels, Mixture(["crisis", "emergency", "none", "urgent_today"], {})
    rows = np.array([[0, whole, inform, 0], [0, piece, 0, 0]], dtype=np.float32)
    dangers = np.array([[0, whole, 0, 0], [0, piece, 0, 0]], dtype=np.float32)
    found, _ = classifier._danger(rows, dangers, None, {"emergency"} if ruled else set(), set())
    assert list(found) == (["emergency"] if is_found else [])


@pytest.mark.parametrize(
    ("whole", "piece", "inform", "behind", "ruled", "is_found", "is_doubtful"),
    [
        (0.3, 0.0, 0.0, 0.3, False, True, False),
        (0.3, 0.0, 0.0, 0.01, False, False, True),  # what was spoken of makes it unlikely
        (0.1, 0.0, 0.0, 0.5, False, True, False),  # or likely
        (0.3, 0.0, 0.0, 0.001, False, False, False),
        (0.85, 0.0, 0.0, 0.001, False, True, False),  # what is said so plainly nothing takes back
        (0.05, 0.65, 0.0, 0.001, False, True, False),  # nor in a piece of a long message, which may not have been read
        (0.3, 0.0, 0.0, 0.001, True, True, False),  # nor what a rule finds
        (0.55, 0.0, 0.4, 0.001, False, True, False),  # what tells of the body is judged as ever
        (0.45, 0.0, 0.4, 0.5, False, False, True),
    ],
)
def test_when_a_crisis_is_believed_behind_what_was_spoken_of(
    whole: float, piece: float, inform: float, behind: float, ruled: bool, is_found: bool, is_doubtful: bool
) -> None:
    labels = ["crisis", "emergency", "inform", "urgent_today"]
    classifier = IntentClassifier(IntentClassifier.get_default_config(), None, None)  # type: ignore[arg-type]
    classifier.labels, classifier._dangers = labels, Mixture(["crisis", "emergency", "none", "urgent_today"], {})
    rows = np.array([[whole, 0, inform, 0], [piece, 0, 0, 0]], dtype=np.float32)
    dangers = np.array([[whole, 0, 0, 0], [piece, 0, 0, 0]], dtype=np.float32)
    after = np.log([behind, 1e-5, 1e-5, 1e-5])
    found, doubtful = classifier._danger(rows, dangers, after, {"crisis"} if ruled else set(), set())
    assert (list(found), doubtful) == (["crisis"] if is_found else [], is_doubtful)


# Talks


def test_a_message_is_read_behind_the_last_topic_and_the_message_before(tmp_path: Path) -> None:
    path = tmp_path / "talks.jsonl"
    said = [
        ("Tell me about riluzole", "ask_riluzole"),
        ("I want to die", "crisis"),
        ("Sorry. How much?", "ask_riluzole"),
    ]
    path.write_text(json.dumps({"talk": [{"user": text, "means": means} for text, means in said]}), "utf-8")
    assert read_talks(path) == [
        Turn("tell me about riluzole", "", "ask_riluzole"),
        Turn("i want to die", "riluzole. tell me about riluzole", "crisis"),
        Turn("sorry. how much?", "riluzole. i want to die", "ask_riluzole"),
    ]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"talk": [{"user": "hi"}]}', '{"talk": [{"user": " ", "means": "greet"}]}']
)
def test_a_wrong_talk_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "talks.jsonl"
    path.write_text('{"talk": [{"user": "hi", "means": "greet"}]}\n' + line, "utf-8")
    with pytest.raises(ValueError, match="line 2"):
        read_talks(path)


def test_the_talks_mean_intents_that_there_are() -> None:
    intents = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"]
    turns = read_talks(ROOT / "data" / "talks.jsonl")
    assert len(turns) > 6000
    assert {turn.means for turn in turns} <= {*intents}


def test_what_was_spoken_of_is_learnt(encoder: SentenceEncoder) -> None:
    turns = [
        Turn(text, f"{topic}.", intent)
        for topic, intent in (("riluzole", "ask_riluzole"), ("feeding support", "ask_feeding_support"))
        for text in ("how long does it take", "who gives it", "is it safe", "what does it do")
    ]
    learnt = TalkModel.learn(turns, {"thank": ["thanks a lot", "thank you"]}, encoder)
    model = TalkModel(learnt.labels, learnt.arrays)
    for topic, intent in (("riluzole", "ask_riluzole"), ("feeding support", "ask_feeding_support")):
        sure = model.read(encoder, encoder.encode("does it work").whole[0], f"{topic}.", "does it work")
        assert model.labels[int(sure.argmax())] == intent
        assert abs(np.exp(sure).sum() - 1) < 1e-3
    assert "thank" in model.labels


# Findings


def test_examples_of_findings_are_of_known_slots_and_none_stands_twice() -> None:
    rows = read_examples(ROOT / "data" / "findings.jsonl")
    texts = [row["text"].lower() for row in rows]
    assert len(rows) > 3000
    assert len(texts) == len(set(texts))
    for slot, values in SLOTS.items():
        assert {row[slot] for row in rows if slot in row} == values


@pytest.mark.parametrize(
    "line",
    ['{"text": "legs", "lower_limb": "weak"}', '{"text": "legs", "knees": "affected"}', "{", '{"text": " "}', "[]"],
)
def test_a_wrong_example_of_findings_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_text('{"text": "legs", "lower_limb": "affected"}\n' + line, "utf-8")
    with pytest.raises(ValueError, match="line 2"):
        read_examples(path)


def test_findings_are_learnt(encoder: SentenceEncoder) -> None:
    rows = read_examples(ROOT / "data" / "findings.jsonl")[:600]
    model = FindingModel.learn(rows, encoder.encode_many([row["text"].lower() for row in rows]))
    read = FindingModel(model.values, model.arrays).read(encoder.encode("he needs both rails to get upstairs"))
    assert max(read["lower_limb"], key=read["lower_limb"].__getitem__) == "affected"
    assert all(abs(sum(read[slot].values()) - 1) < 1e-5 for slot in SLOTS)


def told(surely: float = 0.9, **slots: str) -> Telling:
    """A reading of the finding model that is so sure of each of the slots, and of nothing else."""
    silent = {slot: {NOTHING: 1.0, **dict.fromkeys(values, 0.0)} for slot, values in SLOTS.items()}
    return silent | {slot: silent[slot] | {value: surely, NOTHING: 1 - surely} for slot, value in slots.items()}


def facts(text: str, reading: Telling | None = None) -> dict[str, str]:
    return {fact[0]: fact[1] for fact in facts_of(read_body(text), reading or {}) if len(fact) == 2}


def test_what_no_rule_sees_is_taken_from_the_model() -> None:
    assert facts("He stops for air at the gate and the cups go flying") == {}
    assert facts("the cups go flying", told(upper_limb="affected")) == {"upper_limb": "affected"}


def test_a_guess_is_not_taken_and_fine_has_to_be_surer() -> None:
    assert facts("hmm", told(0.45, upper_limb="affected")) == {}
    assert facts("hmm", told(0.6, upper_limb="affected")) == {"upper_limb": "affected"}
    assert facts("hmm", told(0.6, upper_limb="unaffected")) == {}
    assert facts("hmm", told(0.8, upper_limb="unaffected")) == {"upper_limb": "unaffected"}


def test_rules_and_model_outweigh_each_other() -> None:
    assert facts("her legs are weak", told(0.7, lower_limb="unaffected")) == {"lower_limb": "affected"}
    assert facts("her legs are weak", told(0.99, lower_limb="unaffected")) == {"lower_limb": "unaffected"}
    assert facts("no mask") == {"niv": "no"}


def test_a_message_is_read_as_a_whole_and_by_its_sentences() -> None:
    silent, legs, hands = told(), told(lower_limb="affected"), told(upper_limb="unaffected")
    both = blend(None, [legs, hands])
    assert both["lower_limb"]["affected"] == pytest.approx(0.9)
    assert both["upper_limb"]["unaffected"] == pytest.approx(0.9)
    assert blend(silent, [legs])["lower_limb"]["affected"] == pytest.approx((1 - WHOLE) * 0.9)
    assert blend(legs, [silent])["lower_limb"]["affected"] == pytest.approx(WHOLE * 0.9)
    torn = blend(None, [legs, told(lower_limb="unaffected")])["lower_limb"]
    assert torn["affected"] == pytest.approx(torn["unaffected"]) == pytest.approx(0.495)
    assert all(sum(values.values()) == pytest.approx(1) for values in both.values())


def test_the_rest_is_told_of_the_regions_that_are_not_named() -> None:
    found = facts_of(read_body("hmm"), told(lower_limb="affected", rest="unaffected"))
    assert ("regions_rest", "unaffected") in found
    assert {fact for fact in found if fact[0] == "region"} == {
        ("region", "lower_limb", "affected"),
        ("region", "bulbar", "unaffected"),
        ("region", "upper_limb", "unaffected"),
    }
    assert ("bulbar", "unaffected") not in found  # the slots are the conversation's to settle
