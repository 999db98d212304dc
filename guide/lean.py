"""Rasa without what it imports for others: `python -m guide.lean rasa run …`, in place of `python -m rasa run …`.

Rasa imports every chat service and store that it can talk to, and what it trains and draws with. The guide
answers without them, and each costs memory and time at every start.
"""

import gc
import importlib.abc
import importlib.machinery
import runpy
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

PLACEHOLDERS = (
    # chat services
    *("aiogram", "fbmessenger", "google.auth", "google.oauth2", "slack_sdk", "socketio", "twilio", "webexteamssdk"),
    # other stores of conversations
    *("boto3", "botocore", "pymongo"),
    # the terminal, drawing, training
    *("prompt_toolkit", "questionary", "matplotlib", "sklearn"),
)
"""Packages whose modules are imported as placeholders: all that they have may be named, nothing may be used."""
ABSENT = ("rich",)
"""Packages that others use where they are installed, and do without where they are not."""


class LeftOutError(RuntimeError):
    """Something of a package that is left out was used. `name`: what."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is left out by guide/lean.py: take its package off the list there to use it.")
        self.name = name


class Placeholder(type):
    """The type of all that stands in a module which is left out."""

    def __getattr__(cls, name: str) -> Any:
        return _named(name, f"{cls.__module__}.{cls.__name__}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise LeftOutError(f"{cls.__module__}.{cls.__name__}")


_PREFIXES = tuple(f"{package}." for package in PLACEHOLDERS)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if f"{name}.".startswith(_PREFIXES):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__getattr__ = lambda name: _named(name, module.__name__)  # type: ignore[method-assign]


def _named(name: str, place: str) -> Placeholder:
    if name.startswith("__"):  # Python's own questions: is it abstract, has it a version? No.
        raise AttributeError(name)
    bases = (Exception,) if name.endswith(("Error", "Exception", "Failure")) else ()  # Rasa catches some of them
    return Placeholder(name, bases, {"__module__": place})


def leave_out() -> None:
    """From now on nothing of these packages is imported."""
    sys.meta_path.insert(0, _Finder())
    for package in ABSENT:
        sys.modules[package] = None  # type: ignore[assignment]  # to Python: it is not there


if __name__ == "__main__":
    gc.set_threshold(50_000)  # what is made during the start stays: there is little garbage to look for
    leave_out()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
