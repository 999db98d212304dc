"""Modules whose every attribute is a placeholder: Rasa can name TensorFlow, but not use it."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

__all__ = ["TensorFlowIsNotInstalled", "provide"]


class TensorFlowIsNotInstalled(RuntimeError):  # noqa: N818 - reads as the sentence it is
    """A component needs TensorFlow. `component` is its name, or None where none could be found on the stack."""

    def __init__(self, what: str) -> None:
        self.component = _calling_component()
        who = f"The component '{self.component}'" if self.component else f"'{what}'"
        super().__init__(
            f"{who} needs TensorFlow, and this installation runs Rasa without it. Remove it from config.yml, "
            "or uninstall rasa-without-tensorflow and install Rasa with its own requirements on Python 3.10."
        )


def _calling_component() -> str | None:
    """The name of the outermost Rasa graph component on the call stack."""
    component, frame = None, sys._getframe(1)
    while frame:
        owner = frame.f_locals.get("self", frame.f_locals.get("cls"))
        kind = owner if isinstance(owner, type) else type(owner)
        if any(base.__name__ == "GraphComponent" for base in kind.__mro__):
            component = kind.__name__
        frame = frame.f_back
    return component


class _AnyAttribute(type):
    def __getattr__(cls, name: str) -> Any:
        # Dunder names are Python's own questions ("are you abstract? iterable?"): the answer is no.
        if name.startswith("__"):
            raise AttributeError(name)
        return _AnyAttribute(name, (Placeholder,), {"__module__": f"{cls.__module__}.{cls.__name__}"})


class Placeholder(metaclass=_AnyAttribute):
    """Stands for anything of TensorFlow: may be named, subclassed and used in annotations, never called."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        # `@tf.function` and its like decorate methods when Rasa's modules are imported: hand the function back.
        if cls.__module__.startswith(("tensorflow", "keras")) and len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]
        raise TensorFlowIsNotInstalled(f"{cls.__module__}.{cls.__name__}")

    def __class_getitem__(cls, item: Any) -> Any:
        return cls


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every submodule of the provided packages."""

    def __init__(self) -> None:
        self.packages: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] in self.packages and "." in name:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def exec_module(self, module: ModuleType) -> None:
        _fill(module)


_finder = _Finder()


def _fill(module: ModuleType) -> None:
    def attribute(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _AnyAttribute(name, (Placeholder,), {"__module__": module.__name__})

    module.__getattr__ = attribute  # type: ignore[method-assign]


def provide(name: str) -> None:
    """Make the module `name`, and all its submodules, placeholders."""
    if _finder not in sys.meta_path:
        sys.meta_path.append(_finder)
    _finder.packages.add(name)
    _fill(sys.modules[name])
