"""Rasa can name TensorFlow but not use it, and whoever configures a component that needs it is told what to do."""

import textwrap
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf
import tensorflow.keras.backend as K  # noqa: N812 - as Rasa imports it
from rasa.engine.exceptions import GraphComponentException
from rasa.model_training import train
from rasa_without_tensorflow import TensorFlowIsNotInstalled
from tensorflow import Tensor
from tensorflow.keras.callbacks import Callback
from tensorflow.keras.layers import Dense
from tensorflow.python.eager.wrap_function import WrappedFunction

# Naming


def test_modules_and_names_of_any_depth_can_be_named() -> None:
    for named in (tf.keras.layers.Dense, tf.float32, K.epsilon, Tensor, Callback, Dense, WrappedFunction):
        assert isinstance(named, type)


@pytest.mark.parametrize("package", ["tensorflow", "tensorflow_hub", "tensorflow_text", "keras"])
def test_every_package_that_rasa_imports_is_there(package: str) -> None:
    module = __import__(f"{package}.some.depth", fromlist=["Anything"])
    assert isinstance(module.Anything, type)


def test_a_placeholder_says_where_it_stands() -> None:
    with pytest.raises(TensorFlowIsNotInstalled, match=r"keras\.layers\.Dense"):
        tf.keras.layers.Dense(8)


def test_placeholders_can_be_subclassed() -> None:
    class Layer(tf.keras.layers.Layer):
        units = 8

        def call(self, inputs: Tensor) -> Tensor:
            return inputs

    class Both(Layer, Callback):
        pass

    assert Both.units == 8
    assert {Layer, Callback} < set(Both.__mro__)


def test_placeholders_can_stand_in_annotations_and_defaults() -> None:
    def masked(
        x: tf.Tensor | None, shapes: dict[str, tf.TensorShape], kind: Any = tf.float32
    ) -> "tf.RaggedTensor[Any]":
        return x

    assert masked(None, {}) is None
    assert tf.data.Dataset[int] is not None


def test_decorators_hand_the_function_back() -> None:
    @tf.function
    def twice(x: int) -> int:
        return 2 * x

    assert twice(4) == 8


# Using


@pytest.mark.parametrize(
    "use",
    [
        lambda: tf.constant([1.0]),
        lambda: tf.keras.layers.Dense(8, activation="relu"),
        lambda: tf.random.set_seed(1),
        lambda: K.epsilon(),
        lambda: type("Model", (tf.keras.Model,), {})(),
        lambda: Tensor(),
    ],
)
def test_calling_a_placeholder_says_that_tensorflow_is_missing(use: Any) -> None:
    with pytest.raises(TensorFlowIsNotInstalled, match=r"needs TensorFlow.*[Rr]emove it from config\.yml"):
        use()


def test_dunder_names_are_no_placeholders() -> None:
    assert not hasattr(tf.Tensor, "__iter__")
    assert not hasattr(tf, "__wrapped__")


# Training

PROJECT = {
    "domain.yml": """
        version: "3.1"
        intents: [greet, goodbye]
        responses:
          utter_greet: [{text: Hello}]
          utter_goodbye: [{text: Goodbye}]
        """,
    "data/all.yml": """
        version: "3.1"
        nlu:
        - {intent: greet, examples: "- hi\\n- hello\\n"}
        - {intent: goodbye, examples: "- bye\\n- see you\\n"}
        stories:
        - {story: hello, steps: [{intent: greet}, {action: utter_greet}, {intent: goodbye}, {action: utter_goodbye}]}
        """,
}
CONFIG = """
    recipe: default.v1
    assistant_id: test
    language: en
    pipeline: [{name: WhitespaceTokenizer}, {name: CountVectorsFeaturizer}, {name: %s}]
    policies: [{name: %s}]
    """


@pytest.mark.parametrize(
    ("component", "config"),
    [
        ("DIETClassifier", CONFIG % ("DIETClassifier", "MemoizationPolicy")),
        ("TEDPolicy", CONFIG % ("KeywordIntentClassifier", "TEDPolicy")),
    ],
    ids=["DIETClassifier", "TEDPolicy"],
)
def test_training_a_component_that_needs_tensorflow_names_it_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, component: str, config: str
) -> None:
    for name, text in {**PROJECT, "config.yml": config}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(textwrap.dedent(text), "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GraphComponentException) as failure:
        train("domain.yml", "config.yml", ["data"])
    told = failure.value.__cause__  # which is what the terminal shows
    assert isinstance(told, TensorFlowIsNotInstalled)
    assert f"The component '{component}' needs TensorFlow" in str(told)
    assert "Remove it from config.yml, or uninstall rasa-without-tensorflow" in str(told)
    assert not list(tmp_path.glob("models/*"))
