"""Measures the guide on this machine: training, start to first answer, memory, and the time of an answer over REST."""

import json
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.test_service import Service  # noqa: E402 - after the path

STAGED = "She was diagnosed. Both arms are weak, speech and legs are fine, no feeding tube, no mask. What stage?"
ROUNDS = 200


def ask(address: str, text: str, sender: str) -> float:
    """Seconds until the reply to a message is there."""
    body = json.dumps({"sender": sender, "message": text}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/webhooks/rest/webhook", body, headers)
    start = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as reply:
        assert json.loads(reply.read()), "no reply"
    return time.perf_counter() - start


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def main() -> None:
    start = time.perf_counter()
    train = [sys.executable, "-m", "rasa", "train", "--quiet", "--skip-validation", "--force", "--out", ".run/trained"]
    subprocess.run(train, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    print(f"training                       {time.perf_counter() - start:6.1f} s")

    start = time.perf_counter()
    service = Service()
    ask(service.address, "hello", "first")
    print(f"start to first answer          {time.perf_counter() - start:6.1f} s")
    for name, text in (("plain reply", "is there a cure?"), ("reply by the action server", STAGED)):
        times = sorted(ask(service.address, text, uuid.uuid4().hex) * 1000 for _ in range(ROUNDS))
        print(f"{name:<30} {times[ROUNDS // 2]:6.1f} ms p50, {times[int(ROUNDS * 0.95)]:.1f} ms p95")
    long = [ask(service.address, "is there a cure?", "long") * 1000 for _ in range(105)]
    early, late = sorted(long[2:9])[3], sorted(long[97:104])[3]
    print(f"turn 100 against turn 5        {late / early:6.1f} times ({early:.1f} and {late:.1f} ms)")
    for command in ("rasa run", "rasa_sdk"):
        print(f"memory of {command:<20} {resident(service.pid(command)):6.0f} MB")
    service.process.terminate()
    service.process.wait()


if __name__ == "__main__":
    main()
