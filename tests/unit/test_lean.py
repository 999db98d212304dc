"""What Rasa imports for others is left out where the guide is served, and Rasa as installed still imports it all."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import rasa.core.run
import rasa.server  # noqa: F401 - with what they import, all that `rasa run` has
import structlog.dev  # noqa: F401

import guide.nlu.classifier  # noqa: F401
from guide.lean import ABSENT, PLACEHOLDERS, LeftOutError, _Finder
from tests.conftest import ROOT

SERVED = """
import sys
from guide import lean
lean.leave_out()
import rasa.core.run, rasa.server, rasa.core.tracker_store, guide.channel.web, guide.agent
print(*(name for name, module in sys.modules.items() if getattr(module, "__file__", None)))
"""


@pytest.mark.parametrize("package", [*PLACEHOLDERS, *ABSENT])
def test_rasa_itself_imports(package: str) -> None:
    assert package in sys.modules


def test_where_the_guide_is_served_nothing_of_it_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", SERVED], cwd=ROOT, capture_output=True, text=True, check=True)
    imported = done.stdout.split()
    assert "rasa.core.channels.slack" in imported
    assert not [name for name in imported if f"{name}.".startswith(tuple(f"{p}." for p in (*PLACEHOLDERS, *ABSENT)))]


@pytest.fixture
def left_out() -> Iterator[Any]:
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "pymongo"}
    import pymongo.collection

    yield pymongo.collection
    sys.meta_path.remove(finder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "pymongo"]:
        del sys.modules[name]
    sys.modules.update(kept)


def test_what_is_left_out_can_be_named_and_says_so_when_it_is_used(left_out: Any) -> None:
    class Mine(left_out.Collection):  # type: ignore[misc]
        pass

    with pytest.raises(LeftOutError, match=r"^pymongo\.collection\.Collection\.insert is left out by guide/lean\.py"):
        left_out.Collection.insert()
    with pytest.raises(LeftOutError, match="Mine"):
        Mine()
    assert not hasattr(left_out, "__version__")


def test_errors_that_are_left_out_may_be_waited_for(left_out: Any) -> None:
    def wait() -> str:
        try:
            raise KeyError
        except left_out.PyMongoError:
            return "it was another error"

    with pytest.raises(KeyError):  # not TypeError: what is waited for has to be an exception to Python
        wait()
