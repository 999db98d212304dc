"""Writes docs/dependencies.md: every dependency of the lock files, its licence, its releases, and why it is here.

The reasons stand in docs/dependencies.yml. What was locked, what needs what and the dates of releases come from uv and
npm, which ask the package indexes; licences of Python packages from their metadata in .venv.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).parents[1]
DOCS, WIDGET = ROOT / "docs", ROOT / "widget"
TARGET = ("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28", "--no-header", "--quiet")
LOCKS = ("requirements.txt", "requirements-dev.txt")

Row = dict[str, Any]
"""name, version, licence, released and newest_released (dates), newest (version), why."""


def compiled(*arguments: str) -> str:
    """What `uv pip compile` writes when called in the project."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "pylock.toml"  # uv wants this name for that format, and takes it for any other
        command = [str(Path(sys.executable).with_name("uv")), "pip", "compile", *arguments, *TARGET, "-o", str(output)]
        subprocess.run(command, cwd=ROOT, check=True)
        return output.read_text("utf-8")


def releases(*arguments: str) -> dict[str, tuple[str, str]]:
    """The version that uv chooses of each package, and the day it was published; "not known" where no index says."""
    chosen = {}
    for package in tomllib.loads(compiled(*arguments, "--no-deps", "--format", "pylock.toml"))["packages"]:
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        days = sorted(f"{file['upload-time']:%Y-%m-%d}" for file in files if "upload-time" in file)
        chosen[package["name"]] = package["version"], days[0] if days else "not known"
    return chosen


def needed_by() -> dict[str, list[str]]:
    """By package: the packages that ask for it."""
    constraints = [part for lock in LOCKS for part in ("-c", lock)]
    lines = compiled("pyproject.toml", "--extra", "dev", *constraints, "--annotation-style", "line", "--format",
                     "requirements.txt").splitlines()  # fmt: skip
    found = [re.fullmatch(r"(\S+?)==\S+\s+# via (.*)", line) for line in lines]
    return {
        match[1]: [name for name in match[2].split(", ") if re.fullmatch(r"[a-z0-9-]+", name) and name[0] != "-"]
        for match in found
        if match
    }


def licence(package: str) -> str:
    """As the installed package says: the expression, else its classifiers, else the first line of its text."""
    try:
        said = metadata(package)
    except PackageNotFoundError:
        sys.exit(f"{package} is locked but not installed: make run installs it, then run make dependencies again.")
    classifiers = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or [] if "License ::" in line]
    named = ", ".join(name for name in classifiers if name != "OSI Approved")
    return said["License-Expression"] or named or (said["License"] or "not said").splitlines()[0]


def why(name: str, reasons: dict[str, str], by: list[str]) -> str:
    return reasons.get(name) or f"needed by {', '.join(by)}"


def python_rows(reasons: dict[str, str]) -> dict[str, list[Row]]:
    """The rows of each lock file; those of requirements-dev.txt without what is in requirements.txt."""
    pinned, by = releases("requirements-dev.txt"), needed_by()
    with tempfile.NamedTemporaryFile("w", suffix=".in") as names:
        names.write("\n".join(pinned))
        names.flush()
        newest = releases(names.name, "--no-config")
    rows: dict[str, list[Row]] = {}
    known: set[str] = set()
    for lock in LOCKS:
        mine = re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
        rows[lock] = [
            {
                "name": name,
                "licence": licence(name),
                "version": pinned[name][0],
                "released": pinned[name][1],
                "newest": newest[name][0],
                "newest_released": newest[name][1],
                "why": why(name, reasons, by.get(name, [])),
            }
            for name in mine
            if name not in known
        ]
        known |= set(mine)
    return rows


def npm_rows(reasons: dict[str, str]) -> list[Row]:
    """The packages of widget/package-lock.json; of esbuild's binaries, one for each system, none."""
    packages = json.loads((WIDGET / "package-lock.json").read_text("utf-8"))["packages"]
    rows = []
    for path, package in packages.items():
        name = path.rpartition("node_modules/")[2]
        if not name or package.get("optional"):
            continue
        by = [
            other.rpartition("node_modules/")[2] for other, it in packages.items() if name in it.get("dependencies", {})
        ]
        asked = ["npm", "view", name, "time", "dist-tags.latest", "--json"]
        told = json.loads(subprocess.run(asked, cwd=WIDGET, check=True, capture_output=True).stdout)
        newest = told["dist-tags.latest"]
        rows.append({
            "name": name,
            "licence": package.get("license", "not said"),
            "version": package["version"],
            "released": told["time"].get(package["version"], "not known")[:10],
            "newest": newest,
            "newest_released": told["time"].get(newest, "not known")[:10],
            "why": why(name, reasons, by),
        })  # fmt: skip
    return rows


def main() -> None:
    reasons = yaml.safe_load((DOCS / "dependencies.yml").read_text("utf-8"))
    folder = FileSystemLoader(ROOT / "scripts")
    templates = Environment(loader=folder, undefined=StrictUndefined, trim_blocks=True)  # nosec B701  # no HTML
    page = templates.get_template("dependencies.md.j2")
    text = page.render(python=python_rows(reasons["python"]), npm=npm_rows(reasons["npm"]))
    (DOCS / "dependencies.md").write_text(text + "\n", "utf-8")
    print("docs/dependencies.md is written.")


if __name__ == "__main__":
    main()
