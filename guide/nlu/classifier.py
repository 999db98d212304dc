"""The understanding of a message: the intents of its parts, danger first, and what its sentences tell of the body.

One component instead of Rasa's tokenizer, featurizers and classifier, which cost ten times as much per message; and one
that knows the parts of a message, so that two questions get two answers.
"""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from guide.dialogue.context import SPOKEN_OF
from guide.intents import is_topic
from guide.language.danger import read_danger
from guide.language.foreign import read_foreign_danger, read_language
from guide.language.questions import is_question, split, supposes
from guide.language.text import clean
from guide.nlu.counts import KINDS, Counts, Floats
from guide.nlu.encoder import Encoded, SentenceEncoder, install
from guide.nlu.findings import FindingModel, Telling, blend, read_examples
from guide.nlu.mixture import Mixture, log_shares, read_counts
from guide.nlu.talks import LOWEST, TalkModel, read_talks

FALLBACK, OTHER_LANGUAGE, OFF_TOPIC, NONE = "nlu_fallback", "other_language", "out_of_scope", "none"
LEVELS = ("crisis", "emergency", "urgent_today")
ASIDES = ("inform", "greet", "thank", "goodbye", OFF_TOPIC)
"""What a piece beside another adds nothing by."""
ORDERS = ("affirm", "deny", "not_sure", "stop", "start_over")
"""What a piece may carry without being a question."""
ANSWERS = ("inform", "suggest_stage", "affirm", "deny", "not_sure")
PLAIN = frozenset(["ask_more", "ask_simpler", "ask_why", "go_back", "start_over", "stop", "delete_my_data", OFF_TOPIC])
PLAIN |= {"suggest_stage", "suggest_mitos", "give_scores"}
"""What means the same whatever was spoken of, where it is said plainly."""
ROOT = Path(__file__).parents[2]
CALM = 3
"""Of so many sentences of ordinary messages the danger model learns from one."""
TOLD = 3
"""Of so many findings the intent model learns from one that who tells of the body informs: else "he cant speek" is an
emergency. Of more, a question about the body does too."""
MOST_PIECES = 32
"""Pieces of a message that are read by themselves. Its words and letters, and the rules of danger, are read whole."""
ENGLISH = 0.6
"""A message of which so many words stand in the examples is no foreign language, whatever it sounds like."""
_PAYLOAD = re.compile(r"/(\w+)(\{.*\})?")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent, RasaIntentClassifier):
    """Encodes a message and its parts once, and lets three models read them: intents, dangers, findings. A fourth reads
    the whole behind what was spoken of, where the metadata of the message say so.

    Sets on a message: `intent` and `intent_ranking`; `parts`, the intents of all that the message says, danger first,
    then in the order said; `asks`, whether any part is a question; `leans`, whether it means something else than by
    itself; `nearest`, the likeliest topics, for the fallback; `ruled`, whether a rule found a danger too, and not the
    model alone; `doubtful`, whether it may be a crisis after all; `language`, where it is surely not English;
    `findings`, what it tells, by slot; `tells`, whether it may be an answer at all.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "IntentClassifier":
        return cls(config, model_storage, resource)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`encoder`, a folder, and the SHA-256 of its files; `findings` and `talks`, files of examples.

        The rest, chosen as docs/understanding.md says: the least probability to believe a message's likeliest reading,
        a part's, a part's of which the whole has a hint, and that hint's; and where a mistake costs more (an order to
        forget, a reading beside a danger); the least probability of being about something else that makes the likeliest
        reading doubtful; the least probability of a danger, of one that nothing takes back, of one in a piece, of one
        that a rule found, and of one in what tells of the body with at least that of `telling`; of a crisis that is too
        doubtful to raise, but not to name the lines; and the least one of being an answer to the staging. And where
        something was spoken of: the weight of what the message says by itself, and from which probability on that alone
        decides, if it is PLAIN or a topic; the least probability of a danger there, and of a doubtful crisis.
        """
        return {
            "encoder": "guide/nlu/weights",
            "encoder_sha256": {},
            "findings": "data/findings.jsonl",
            "talks": "data/talks.jsonl",
            "threshold": 0.15,
            "part_threshold": 0.8,
            "hinted_threshold": 0.5,
            "hint": 0.05,
            "sure": 0.5,
            "off_topic": 0.17,
            "danger": {"crisis": 0.2, "emergency": 0.15, "urgent_today": 0.25},
            "danger_plain": 0.8,
            "danger_in_passing": {"crisis": 0.6, "emergency": 0.7, "urgent_today": 0.85},
            "danger_ruled": {"crisis": 0.02, "emergency": 0.03, "urgent_today": 0.0},
            "danger_in_telling": 0.5,
            "telling": 0.3,
            "crisis_doubtful": 0.09,
            "tells": 0.05,
            "alone": 0.2,
            "plain": 0.6,
            "clear": 0.9,
            "danger_in_talk": {"crisis": 0.06, "emergency": 0.09, "urgent_today": 0.2},
            "crisis_doubtful_in_talk": 0.03,
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self.config, self._storage, self._resource = config, model_storage, resource
        self.labels: list[str] = []

    # Training

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples. Raises ValueError for fewer than two intents, EncoderError for wrong weights."""
        examples = [(clean(m.get(TEXT)), m.get(INTENT)) for m in training_data.intent_examples if m.get(TEXT)]
        intents = [intent for _, intent in examples]
        if len(set(intents)) < 2:
            raise ValueError("The intent classifier needs examples of at least two intents under data/nlu/.")
        # Those that alarm come last: "no step. no air." tells of legs, but is no example of calm.
        rows = read_examples(ROOT / self.config["findings"])
        alarms = [bool(read_danger(clean(row["text"]))) for row in rows]
        told = [rows[place] for place in sorted(range(len(rows)), key=alarms.__getitem__)]
        # What is said in passing is no danger either: sentences of ordinary messages (all of them teach no more than
        # these), and answers about the body.
        calm = [part for text, intent in examples if intent not in LEVELS for part in split(text)[1:]][::CALM]
        calm += [clean(row["text"]) for row in told]
        texts = [text.lower() for text in [*(text for text, _ in examples), *calm]]
        telling = [place for place, row in enumerate(told[: len(told) - sum(alarms)]) if len(row) > 1][::TOLD]
        informing = [len(texts) - len(told) + place for place in telling] if "inform" in intents else []
        dangers = [intent if intent in LEVELS else NONE for intent in intents]
        dangers += [NONE] * (len(calm) - sum(alarms))
        learnt = {kind: Counts.learn(kind, texts) for kind in KINDS}
        self._counts = {kind: its for kind, (its, _) in learnt.items()}
        counts = {kind: features for kind, (_, features) in learnt.items()}
        with self._storage.write_to(self._resource) as folder:
            install(ROOT / self.config["encoder"], self.config["encoder_sha256"], folder)
            self._encoder = SentenceEncoder(folder)
            encoded, known = self._encoder.encode_many(texts), len(dangers)
            meant = np.array([*range(len(examples)), *informing])
            self._intents = Mixture.learn(
                [*intents, *["inform"] * len(informing)],
                encoded.whole[meant],
                {kind: matrix[meant] for kind, matrix in counts.items()},
            )
            self._dangers = Mixture.learn(
                dangers, encoded.of("danger")[:known], {k: m[:known] for k, m in counts.items()}
            )
            self._findings = FindingModel.learn(told, encoded[-len(told) :])
            by_intent: dict[str, list[str]] = {}
            for text, intent in examples:
                by_intent.setdefault(intent, []).append(text.lower())
            self._talks = TalkModel.learn(read_talks(ROOT / self.config["talks"]), by_intent, self._encoder)
            if self._talks.labels != self._intents.labels:
                raise ValueError(f"{self.config['talks']} has intents of which data/nlu/ has no example.")
            self._save(folder)
        self.labels = self._intents.labels
        return self._resource

    def _save(self, folder: Path) -> None:
        names = {
            "intents": self._intents.labels,
            "dangers": self._dangers.labels,
            "findings": self._findings.values,
            "talks": self._talks.labels,
            "terms": {kind: list(counts.terms) for kind, counts in self._counts.items()},
        }
        (folder / "names.json").write_text(json.dumps(names), "utf-8")
        for name, arrays in (
            ("intents", self._intents.arrays),
            ("dangers", self._dangers.arrays),
            ("findings", self._findings.arrays),
            ("talks", self._talks.arrays),
            ("idf", {kind: counts.idf for kind, counts in self._counts.items()}),
        ):
            np.savez(folder / f"{name}.npz", **arrays)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "IntentClassifier":
        """Load a trained classifier. A missing or damaged file raises: an untrained classifier is never served."""
        self = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            names = json.loads((folder / "names.json").read_text("utf-8"))
            files = ("intents", "dangers", "findings", "talks", "idf")
            arrays = {name: dict(np.load(folder / f"{name}.npz", allow_pickle=False)) for name in files}
            self._encoder = SentenceEncoder(folder)
        self._counts = {kind: Counts(kind, terms, arrays["idf"][kind]) for kind, terms in names["terms"].items()}
        self._intents = Mixture(names["intents"], arrays["intents"])
        self._dangers = Mixture(names["dangers"], arrays["dangers"])
        self._findings = FindingModel(names["findings"], arrays["findings"])
        self._talks = TalkModel(names["talks"], arrays["talks"])
        self.labels = self._intents.labels
        return self

    # Reading

    def process(self, messages: list[Message]) -> list[Message]:
        """Read messages in place."""
        for message in messages:
            text = message.get(TEXT) or ""
            if self._is_payload(text):
                continue
            self._read(message, clean(text.lstrip("/ ")))
            if text.startswith("/"):  # only buttons give orders: what people type is text, "/restart" included
                message.set(TEXT, text.lstrip("/ ") or "?")
                message.set("findings", None)  # and tells nothing of the body
        return messages

    def _is_payload(self, text: str) -> bool:
        match = _PAYLOAD.fullmatch(text.strip())
        if not match or match[1] not in self.labels:
            return False
        try:
            return all(isinstance(value, str) for value in json.loads(match[2] or "{}").values())
        except ValueError:
            return False

    def _read(self, message: Message, text: str) -> None:
        pieces = split(text)
        if len(pieces) > MOST_PIECES:  # each costs milliseconds; people ask at the end
            pieces = [*pieces[: MOST_PIECES // 4], *pieces[-3 * MOST_PIECES // 4 :]]
        texts = [part.lower() for part in ([text, *pieces] if len(pieces) > 1 else [text])]
        encoded, counts = self._encoder.encode(texts[0], texts[1:]), [read_counts(self._counts, part) for part in texts]
        rows = self._intents.scores(encoded.whole, counts)
        dangers = self._dangers.scores(encoded.of("danger"), counts)
        mute = [not re.search(r"\w", part) for part in texts]
        rows[mute], dangers[mute] = 0, 0  # no word, no meaning
        asks, known = any(is_question(piece) for piece in pieces), bool(len(counts[0]["words"][0]))
        clear = is_topic(self.labels[int(rows[0].argmax())]) and rows[0].max() >= self.config["clear"]
        before = (message.get("metadata") or {}).get(SPOKEN_OF) if known and not clear else ""
        after = self._talks.read(self._encoder, encoded.whole[0], before, texts[0]) if before else None
        language = None if self._counts["words"].knows(texts[0]) >= ENGLISH else read_language(text)
        ruled: set[str] = {danger.level for danger in read_danger(text)}
        foreign = read_foreign_danger(text, language)
        danger, doubtful = self._danger(rows, dangers, after, ruled, foreign)
        alone = int(rows[0].argmax())
        if after is not None:
            rows[0] = self._behind(rows[0], after)
        whole = rows[0]
        surely = max(danger.values(), default=0.0) >= self.config["sure"]
        meant = FALLBACK if surely else self._whole(whole, asks, list(danger), known)
        parts = [OTHER_LANGUAGE] if language else self._parts(pieces, rows, meant)
        parts = [*danger, *(part for part in parts if not (danger and part in (FALLBACK, OTHER_LANGUAGE)))]
        order = [(self.labels[i], float(whole[i])) for i in whole.argsort()[::-1][:10]]
        confidence = danger.get(parts[0], dict(order).get(parts[0], 0.0))
        message.set(INTENT, {"name": parts[0], "confidence": confidence}, add_to_output=True)
        ranking = [{"name": name, "confidence": probability} for name, probability in order]
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set("parts", parts, add_to_output=True)
        message.set("doubtful", doubtful, add_to_output=True)
        message.set("ruled", bool((ruled | foreign) & {*danger}), add_to_output=True)
        message.set("language", language, add_to_output=True)
        message.set("asks", asks, add_to_output=True)
        message.set("leans", int(whole.argmax()) != alone, add_to_output=True)
        message.set("findings", self._told(pieces, encoded) if known else {})
        answers = sum(float(whole[self.labels.index(answer)]) for answer in ANSWERS if answer in self.labels)
        message.set("tells", answers >= self.config["tells"] and "crisis" not in danger)  # there only what is plain
        near = [name for name, probability in order if name.startswith("ask_") and probability > 0]
        message.set("nearest", near[:3], add_to_output=True)

    def _told(self, pieces: list[str], encoded: Encoded) -> Telling:
        """What a message tells: nothing where it only asks. `encoded`: the whole first, if it has pieces."""
        supposed, first = [supposes(piece) for piece in pieces], len(encoded.whole) - len(pieces)
        plain = [first + at for at, piece in enumerate(pieces) if not supposed[at] and not is_question(piece)]
        if not plain:
            return {}
        whole = None if any(supposed) else self._findings.read(encoded[:1])
        return blend(whole, [self._findings.read(encoded[at : at + 1]) for at in plain])

    def _danger(
        self, rows: Floats, dangers: Floats, after: Floats | None, ruled: set[str], foreign: set[str]
    ) -> tuple[dict[str, float], bool]:
        """The dangers of a message with their probabilities, strongest first; and whether it may be a crisis after all.

        `rows`, `dangers`: what two models read in the whole, then in its pieces; `after`: what a third reads in the
        whole behind what was spoken of; `ruled`, `foreign`: the levels that rules found.

        The geometric mean of the two decides, which is high where both see it. Where they are sure, of the whole or of
        a piece of a long story, that is enough: the third may not have read to the end. Else they have to find it
        likely in the whole, and the third with them. In what tells of the body ("breath short, mask 10 h") the two have
        to be surer, and are asked alone. A rule is enough there, since facts drown the danger for a model ("arms weak,
        legs weak, cannot breathe"); elsewhere it is where the two see the least sign: they saw little in "I feel
        suisidal", nothing in "nerf gun motors upgrade".
        """
        found: dict[str, float] = {}
        doubtful, talk = False, "" if after is None else "_in_talk"
        is_plain = self._is_plain(rows[0])
        tells = "inform" in self.labels and rows[0, self.labels.index("inform")] >= self.config["telling"]
        for level in LEVELS:
            place = self.labels.index(level)
            model, intent = dangers[:, self._dangers.labels.index(level)], rows[:, place]
            means, sign = np.sqrt(model * intent), max(model.max(), intent.max())
            sure = means[0] >= self.config["danger_plain"]
            sure |= means[1:].max(initial=0) >= self.config["danger_in_passing"][level]
            chance = means[0] if after is None else np.sqrt(means[0] * np.exp(after[place]))
            if tells:
                likely = means[0] >= self.config["danger_in_telling"]
            else:
                likely = chance >= self.config[f"danger{talk}"][level]
            if level in foreign:
                found[level] = 1.0
            elif sure or likely or (level in ruled and (tells or sign >= self.config["danger_ruled"][level])):
                found[level] = float(means.max() if sure or after is None else chance)
            elif level == "crisis":
                doubtful = bool(chance >= self.config[f"crisis_doubtful{talk}"]) and not is_plain  # "enough for today"
        return found, doubtful

    def _is_plain(self, row: Floats) -> bool:
        """Whether a message plainly says what means the same anywhere. `row`: probabilities, by itself."""
        return self.labels[int(row.argmax())] in PLAIN and bool(row.max() >= self.config["plain"])

    def _behind(self, row: Floats, after: Floats) -> Floats:
        """What a message means behind what was spoken of. `row`: by itself, probabilities; `after`: logarithms."""
        if self._is_plain(row):
            return row
        weight, alone = self.config["alone"], np.log(np.maximum(row, np.exp(LOWEST)))
        return np.asarray(np.exp(log_shares((weight * alone + (1 - weight) * after)[None])[0]), dtype=np.float32)

    def _whole(self, row: Floats, asks: bool, danger: list[str], known: bool) -> str:
        """What a message of one part means, danger apart: its likeliest intent, if likely enough.

        Beside a danger it has to be likely among what is left: a mistaken alarm still answers the question. Where no
        word is `known`, letters alone speak: "asdfgh" resembles something, but means nothing.
        """
        left = 1.0 - sum(float(row[self.labels.index(level)]) for level in danger) if danger else 1.0
        order = [(self.labels[i], float(row[i]) / max(left, 1e-9)) for i in row.argsort()[::-1]]
        order = [reading for reading in order if reading[0] not in LEVELS]
        if asks and order[0][0] == "inform" and order[1][1] >= self.config["threshold"] / 2:
            return str(order[1][0])  # a question beside facts: the facts are read anyway
        intent, probability = str(order[0][0]), order[0][1]
        if not known and intent == OFF_TOPIC:
            return FALLBACK
        stray = float(row[self.labels.index(OFF_TOPIC)]) if OFF_TOPIC in self.labels else 0.0
        if is_topic(intent) and stray >= self.config["off_topic"]:
            return FALLBACK  # creatine for the gym, a stem cell for the knee: it asks, with the topic as a button
        unsure = danger or not known or intent in ("start_over", "delete_my_data")
        return intent if probability >= float(self.config["sure" if unsure else "threshold"]) else FALLBACK

    def _parts(self, pieces: list[str], rows: Floats, whole: str) -> list[str]:
        """What the whole message means, and what else its pieces carry, as said.

        The whole is understood best. A piece out of its context has to be a question, or a yes or no, and sure; or
        fairly sure, where the whole has a hint of it too: "bipap when. can fly with it".
        """
        places: dict[str, int] = {}
        for place, (piece, row) in enumerate(zip(pieces, rows[1:], strict=False)):
            intent, probability = self.labels[int(row.argmax())], float(row.max())
            if intent in (*LEVELS, *ASIDES):
                continue
            carries = is_question(piece) or intent in ORDERS
            sure = carries and probability >= self.config["part_threshold"]
            hinted = rows[0][self.labels.index(intent)] >= self.config["hint"]
            if sure or (hinted and probability >= self.config["hinted_threshold"]):
                places.setdefault(intent, place)
        if whole not in (FALLBACK, "inform") or not places:
            likeliest = int(rows[1:, self.labels.index(whole)].argmax()) if places else 0
            places.setdefault(whole, likeliest)
        return sorted(places, key=places.__getitem__)
