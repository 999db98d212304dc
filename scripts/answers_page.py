"""Writes all answers as one HTML page for a clinician to review: `make answers`."""

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader

ROOT = Path(__file__).parents[1]
PAGE = ROOT / ".run" / "answers.html"
Answers = dict[str, dict[str, Any]]


def read(text: str) -> Answers:
    return {name: replies[0] for name, replies in yaml.safe_load(text)["responses"].items()}


def git(*command: str) -> str:
    done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def last_tag() -> tuple[str, Answers]:
    """The last tag, and the answers as they were then; none where there is no tag."""
    tag = git("describe", "--tags", "--abbrev=0").strip()
    then: Answers = {}
    for path in git("ls-tree", "--name-only", tag, "data/answers/").split() if tag else []:
        then |= read(git("show", f"{tag}:{path}"))
    return tag, then


def main() -> None:
    tag, then = last_tag()
    families = {}
    for path in sorted((ROOT / "data" / "answers").glob("*.yml")):
        families[path.stem] = read(path.read_text("utf-8"))
    changes = {
        name: "new" if name not in then else "changed"
        for answers in families.values()
        for name, answer in answers.items()
        if tag and then.get(name) != answer
    }
    sources = yaml.safe_load((ROOT / "data" / "sources.yml").read_text("utf-8"))
    to_confirm = yaml.safe_load((ROOT / "data" / "to_confirm.yml").read_text("utf-8"))
    page = Environment(loader=FileSystemLoader(ROOT / "scripts"), autoescape=True).get_template("answers.html.j2")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(
        page.render(
            families=families, sources=sources, to_confirm=to_confirm, changes=changes, tag=tag, today=date.today()
        ),
        "utf-8",
    )
    print(f"{sum(map(len, families.values()))} answers: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
