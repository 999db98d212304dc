"""The intent classifier: word and character features of a message into probabilities over intents.

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
from guide.language.questions import is_question, split
from guide.language.text import clean

Probabilities = np.ndarray[Any, np.dtype[np.float32]]
FALLBACK = "nlu_fallback"
LEVELS = ("crisis", "emergency", "urgent_today")
_PAYLOAD = re.compile(r"/(\w+)(\{.*\})?")
_KINDS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w[\w']*\b"},
    "letters": {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 2},
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent, RasaIntentClassifier):
    """Linear classifier over tf-idf features, each kind at unit norm. Training is deterministic.

    Sets on a message: `intent` and `intent_ranking`; `parts`, the intents of all that the message says, danger first,
    then in the order said; `asks`, whether any part is a question; `nearest`, the likeliest topics, for the fallback.
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
        """The thresholds are probabilities: to believe the likeliest reading of a message, the reading of a part of it,
        a danger that no rule saw (the mildest level needs more), and an order to forget what was told."""
        return {
            "C": 20.0,
            "threshold": 0.15,
            "part_threshold": 0.4,
            "danger_threshold": 0.3,
            "today_threshold": 0.5,
            "forget_threshold": 0.5,
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self.config, self._storage, self._resource = config, model_storage, resource
        self.labels: list[str] = []
        self._vectorizers: dict[str, TfidfVectorizer] = {}
        self._weights = np.empty((0, 0), dtype=np.float32)
        self._bias = np.empty(0, dtype=np.float32)

    # Training

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples; raises ValueError where there are fewer than two intents."""
        examples = [(clean(m.get(TEXT)).lower(), m.get(INTENT)) for m in training_data.intent_examples if m.get(TEXT)]
        texts, intents = [text for text, _ in examples], [intent for _, intent in examples]
        if len(set(intents)) < 2:
            raise ValueError("The intent classifier needs examples of at least two intents under data/nlu/.")
        for kind, options in _KINDS.items():
            self._vectorizers[kind] = TfidfVectorizer(lowercase=False, sublinear_tf=True, dtype=np.float32, **options)
            self._vectorizers[kind].fit(texts)
        # One against the rest by a deterministic solver: seconds, where the joint fit over 70 intents takes minutes.
        model = LogisticRegression(C=self.config["C"], solver="liblinear", class_weight="balanced", random_state=0)
        model.fit(self._features(texts), intents)
        self.labels = [str(label) for label in model.classes_]
        self._weights, self._bias = model.coef_.astype(np.float32).T.copy(), model.intercept_.astype(np.float32)
        self._persist()
        return self._resource

    def _features(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        """Rows of unit-norm blocks side by side, shape (len(texts), n_features)."""
        return scipy.sparse.hstack([v.transform(texts) for v in self._vectorizers.values()], format="csr")

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

    def probabilities(self, texts: list[str]) -> Probabilities:
        """Probabilities of `self.labels`, shape (len(texts), len(labels)). All zero where no feature is known."""
        features = self._features([text.lower() for text in texts])
        scores = 1 / (1 + np.exp(-(features @ self._weights + self._bias)))
        known = (np.diff(features.indptr) > 0) & [bool(re.search(r"\w", text)) for text in texts]
        return np.asarray(scores / scores.sum(axis=1, keepdims=True) * known[:, None], dtype=np.float32)

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
        rows = self.probabilities([text, *pieces])
        whole, asks = rows[0], any(is_question(piece) for piece in pieces)
        danger = self._danger(text, whole)
        parts = self._parts(pieces, rows[1:]) if len(pieces) > 1 else []
        if not parts and self.labels[int(whole.argmax())] not in danger:
            parts = [self._whole(whole, asks)]
        parts = [*danger, *parts]
        order = [(self.labels[i], float(whole[i])) for i in whole.argsort()[::-1][:10]]
        confidence = 1.0 if parts[0] in LEVELS else dict(order).get(parts[0], 0.0)
        message.set(INTENT, {"name": parts[0], "confidence": confidence}, add_to_output=True)
        ranking = [{"name": name, "confidence": probability} for name, probability in order]
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set("parts", parts, add_to_output=True)
        message.set("asks", asks, add_to_output=True)
        near = [name for name, probability in order if name.startswith("ask_") and probability > 0]
        message.set("nearest", near[:3], add_to_output=True)

    def _danger(self, text: str, whole: Probabilities) -> list[str]:
        """Rules and classifier decide together: either is enough, since a missed danger is worse than a false alarm."""
        ruled: set[str] = {danger.level for danger in read_danger(text)}
        said = dict(zip(self.labels, map(float, whole), strict=True))
        likeliest = max(said, key=said.__getitem__)
        if likeliest in ("crisis", "emergency") and said[likeliest] >= self.config["threshold"]:
            ruled.add(likeliest)
        needed = dict.fromkeys(LEVELS, self.config["danger_threshold"]) | {
            "urgent_today": self.config["today_threshold"]
        }
        return [level for level in LEVELS if level in ruled or said.get(level, 0) >= needed[level]]

    def _whole(self, row: Probabilities, asks: bool) -> str:
        """What a message means that has one part and no danger: its likeliest intent, if likely enough."""
        order: list[tuple[str, float]] = [(self.labels[i], float(row[i])) for i in row.argsort()[::-1]]
        order = [reading for reading in order if reading[0] not in LEVELS]
        if asks and order[0][0] == "inform" and order[1][1] >= self.config["threshold"] / 2:
            return order[1][0]  # facts and a question in one breath: the facts are read anyway, answer the question
        intent, probability = order[0]
        needed = self.config["forget_threshold" if intent in ("start_over", "delete_my_data") else "threshold"]
        return intent if probability >= float(needed) else FALLBACK

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
