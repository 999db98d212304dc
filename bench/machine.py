"""On what a measurement ran: the machine, the date, the versions, the commit."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]


def about() -> dict[str, str]:
    """What has to be known beside any figure."""
    processor = Path("/proc/cpuinfo").read_text().partition("model name")[2].partition(":")[2].partition("\n")[0]
    kilobytes = int(Path("/proc/meminfo").read_text().partition("MemTotal:")[2].split()[0])
    commit = _git("rev-parse", "--short", "HEAD")
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} cores, {processor.strip() or platform.machine()}, {kilobytes / 1e6:.0f} GB",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "commit": commit + (" with changes" if _git("status", "--porcelain", "--untracked-files=no") else ""),
        "guide": f"rasa {version('rasa')}, sanic {version('sanic')}, onnxruntime {version('onnxruntime')}",
    }


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
