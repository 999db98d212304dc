"""Runs the widget's tests in Debian's Chromium against the running guide: model, action server, channel."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main(specs: list[str]) -> int:
    chromium = subprocess.check_output([ROOT / "scripts" / "browser"], text=True).strip()
    environment = os.environ | {
        "GUIDE_CREDENTIALS": "credentials.dev.yml",
        "GUIDE_DATA": str(ROOT / ".run" / "web-tests"),
    }
    guide = subprocess.Popen(
        [sys.executable, "scripts/serve.py", "run"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert guide.stdout
        address = next((m[1] for line in guide.stdout if (m := re.search(r"http://127.0.0.1:(\d+)", line))), None)
        if address is None:
            return 1
        web = environment | {"CHROMIUM": chromium, "GUIDE_URL": f"http://localhost:{address}/webhooks/guide/"}
        run = ["npx", "playwright", "test"]
        status = subprocess.run([*run, *specs], cwd=ROOT / "widget", env=web, check=False).returncode
        if status == 0 and specs not in (["picture"], ["timings"]):  # alone and last, since it kills the guide
            web["GUIDE_SERVE_PID"] = str(guide.pid)
            status = subprocess.run([*run, "restart"], cwd=ROOT / "widget", env=web, check=False).returncode
        return status
    finally:
        guide.send_signal(signal.SIGINT)
        guide.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
