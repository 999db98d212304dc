"""Runs `rasa data validate` and fails on every warning but two kinds, which it cannot judge.

Replies that guide/dialogue and actions/ send appear in no rule; tests/unit/test_content.py finds replies nobody sends.
An intent that guide/nlu finds without learning has no examples.
"""

import re
import subprocess
import sys

EXPECTED = re.compile(
    r"The utterance '\w+' is not used in any story or rule|The intent 'other_language' is listed in the domain file"
)


def main() -> int:
    done = subprocess.run(
        [sys.executable, "-m", "rasa", "data", "validate", "--fail-on-warnings"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    warnings = [
        line
        for line in lines
        if re.search(r"io\.py:\d+: UserWarning|\bWARNING\b|\bERROR\b", line) and not EXPECTED.search(line)
    ]
    if done.returncode or warnings:
        print("\n".join(warnings or lines[-20:]))
        return 1
    print("rasa data validate: no warnings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
