"""A placeholder of tensorflow_text: see rasa_without_tensorflow."""

from rasa_without_tensorflow import provide

provide(__name__)
