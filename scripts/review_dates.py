"""Says which answers were reviewed long ago: a warning after six months, an error after twelve."""

import sys
from datetime import date, timedelta
from pathlib import Path

import yaml

WARN, FAIL = timedelta(days=183), timedelta(days=365)


def main() -> int:
    today, failed = date.today(), False
    for path in sorted((Path(__file__).parents[1] / "data" / "answers").glob("*.yml")):
        for name, replies in yaml.safe_load(path.read_text("utf-8"))["responses"].items():
            reviewed = replies[0].get("metadata", {}).get("reviewed")
            age = today - date.fromisoformat(reviewed) if reviewed else timedelta()
            if age > WARN:
                failed |= age > FAIL
                print(f"{'error' if age > FAIL else 'warning'}: {name} was reviewed {age.days} days ago ({path.name})")
    print("review dates:", "some answers are too old" if failed else "none is older than a year")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
