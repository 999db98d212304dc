"""The latest results against the ones committed before: `python -m bench.compare`.

What is more than a tenth worse has to be said in CHANGELOG.md: prints each line that is missing there, and exits 1.
Compared are the ratios to `rasa init`, which another machine or a busy one changes little; percentiles above the median
are too noisy for it.
"""

import subprocess
import sys

from bench.bots import ROOT
from bench.figures import CHANNEL, GROWTH, GUIDE, MORE_IS_BETTER, Results

LATEST = "bench/results/latest.json"
WORSE = 1.1


def slower(earlier: Results, latest: Results) -> list[tuple[str, str]]:
    """What is more than a tenth worse: what CHANGELOG.md has to name, and by how much it is worse."""
    found = []
    for bot in (GUIDE, CHANNEL):
        for name in latest.names():
            if ": p95" in name or ": p99" in name:
                continue
            before, now = _measure(earlier, bot, name), _measure(latest, bot, name)
            if not before or not now:
                continue
            worse = before / now if name.endswith(MORE_IS_BETTER) else now / before
            if worse > WORSE:
                found.append((f"- worse than before, {bot}, {name}", f"{before:.2f} became {now:.2f}"))
    return found


def _measure(results: Results, bot: str, name: str) -> float | None:
    return results.figure(bot, name) if name == GROWTH else results.times(bot, name)


def earlier_version(latest: str) -> str | None:
    """The newest committed version of the results that is not the latest."""
    commits = _git("log", "--format=%H", "--", LATEST).split()
    return next((text for commit in commits if (text := _git("show", f"{commit}:{LATEST}")) != latest), None)


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main() -> None:
    path = ROOT / LATEST
    if not path.exists():
        sys.exit("No results: run `make bench` first.")
    latest = path.read_text("utf-8")
    earlier = earlier_version(latest)
    if earlier is None:
        print("No earlier results to compare with.")
        return
    newest = (ROOT / "CHANGELOG.md").read_text("utf-8").split("\n## ")[1]
    found = slower(Results.from_json(earlier), Results.from_json(latest))
    missing = [f"{what}: {how}" for what, how in found if what not in newest]
    if missing:
        sys.exit("\n".join(["More than a tenth worse than before. For CHANGELOG.md, with the reason:", *missing]))
    print(f"{len(found)} figures are more than a tenth worse than before, all of them in CHANGELOG.md.")


if __name__ == "__main__":
    main()
