"""A placeholder of tensorflow: see rasa_without_tensorflow."""

from rasa_without_tensorflow import provide

provide(__name__)
