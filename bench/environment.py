"""Prints what the packages that the named ones need take on disk, in megabytes. Runs in the environment it measures.

Packages that are there for another reason (tests, other bots) do not count. `environment.py rasa rasa-sdk`
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement


def needed(roots: list[str]) -> dict[str, Distribution]:
    """The installed packages that the roots need, themselves among them, by name."""
    found: dict[str, Distribution] = {}
    seen, todo = set(), [Requirement(root) for root in roots]
    while todo:
        wanted = todo.pop()
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        key = (name, frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # for another system, or left out on purpose
            continue
        for text in found[name].requires or []:
            inner = Requirement(text)
            extra = re.search(r"extra\s*==\s*['\"]([\w.-]+)['\"]", text)
            if extra is None or extra[1] in wanted.extras:  # other markers: what is installed tells
                todo.append(inner)
    return found


def megabytes(packages: dict[str, Distribution]) -> float:
    files = {file.locate().resolve() for package in packages.values() for file in package.files or []}
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


if __name__ == "__main__":
    print(f"{megabytes(needed(sys.argv[1:])):.1f}")
