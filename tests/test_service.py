"""`make run` as a person has it: on loopback, restarted when something dies, quiet in its logs, stopped by Ctrl-C."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import ROOT
from tests.web import Browser

SECRET = "xylophone"
LISTENS = "0A"  # in /proc/net/tcp


class Service:
    """The running guide, with Rasa's REST channel beside its own."""

    def __init__(self, credentials: str = "credentials.dev.yml") -> None:
        self.data = tempfile.TemporaryDirectory()
        environment = os.environ | {"GUIDE_CREDENTIALS": credentials, "GUIDE_DATA": self.data.name}
        command = [sys.executable, "scripts/serve.py", "run"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.printed = ""
        assert self.process.stdout
        for line in self.process.stdout:
            self.printed += line
            if "/webhooks/guide/app" in line:
                break
        self.address = re.search(r"http://127\.0\.0\.1:\d+", self.printed)[0]  # type: ignore[index]
        self.folder = ROOT / ".run" / self.address.rpartition(":")[2]

    def say(self, text: str, sender: str = "someone") -> list[dict[str, Any]]:
        body = json.dumps({"sender": sender, "message": text}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}/webhooks/rest/webhook", body, headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return list(json.loads(reply.read()))

    def processes(self) -> dict[int, str]:
        """Process ids of the service to their command lines, by walking /proc for descendants."""
        parents, commands = {}, {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                commands[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
            except (OSError, IndexError):
                continue
        mine = {self.process.pid}
        for _ in range(5):
            mine |= {pid for pid, parent in parents.items() if parent in mine}
        return {pid: commands[pid] for pid in mine if pid in commands}

    def pid(self, command: str) -> int:
        return next(pid for pid, line in self.processes().items() if command in line)

    def logs(self) -> str:
        return "".join(path.read_text("utf-8", "replace") for path in self.folder.glob("*.log*"))


def until(condition: Any) -> Any:
    """Wait for a condition: at most a minute, so that a hanging test fails in the end."""
    for _ in range(600):
        try:
            result = condition()
        except (OSError, StopIteration):
            result = None
        if result:
            return result
        time.sleep(0.1)
    raise AssertionError("waited a minute in vain")


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    running = Service()
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGINT)
        running.process.wait(30)


def test_it_prints_the_addresses_of_a_page_with_the_guide_and_of_the_guide_alone(service: Service) -> None:
    addresses = re.findall(r"http://127\.0\.0\.1:\d+/webhooks/guide/\w+", service.printed)
    assert [address.rpartition("/")[2] for address in addresses] == ["demo", "app"]
    for address in addresses:
        with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(address, timeout=5) as page:
            assert b"ALS Guide" in page.read()  # where the widget is built
    assert service.say("what stage is my mum at?")[0]["text"].startswith("I can help you")


def test_everything_listens_on_loopback_alone(service: Service) -> None:
    inodes = set()
    for pid in service.processes():
        for link in Path(f"/proc/{pid}/fd").iterdir():
            if (match := re.match(r"socket:\[(\d+)\]", os.readlink(link))) is not None:
                inodes.add(match[1])
    listening = []
    for table, loopback in (("tcp", socket.inet_aton("127.0.0.1")[::-1].hex()), ("tcp6", "0" * 24 + "01000000")):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[3] == LISTENS and fields[9] in inodes:
                listening.append(fields[1].split(":")[0].lower() == loopback)
    assert len(listening) == 2  # Rasa and the action server
    assert all(listening)


@pytest.mark.parametrize("command", ["rasa_sdk", "rasa run"])
def test_a_process_that_dies_is_started_again(service: Service, command: str) -> None:
    pid = service.pid(command)
    os.kill(pid, signal.SIGKILL)
    until(lambda: service.pid(command) != pid)
    staged = f"{SECRET}: she was diagnosed, both arms weak, speech and legs fine, no tube, no mask. What stage?"
    until(lambda: "King's stage 1" in service.say(staged)[-1]["text"])


def test_a_staging_goes_on_where_it_was_when_the_guide_was_killed(service: Service) -> None:
    for text in ("what stage is my mum at?", "yes", "her hands and her speech", "no, they are fine"):
        service.say(text, "anna")
    pid = service.pid("rasa run")
    os.kill(pid, signal.SIGKILL)
    until(lambda: service.pid("rasa run") != pid)
    assert "breathing mask" in until(lambda: service.say("no tube", "anna"))[-1]["text"]
    assert "for your mum fits King's stage 2" in service.say("no mask", "anna")[-1]["text"]


def test_nothing_that_people_type_is_in_the_logs(service: Service) -> None:
    for text in (f"{SECRET} is there a cure", f"/{SECRET}", f'/inform{{"{SECRET}": 1}}', f"{SECRET} " * 2000):
        service.say(text)
    browser = Browser(f"{service.address}/webhooks/guide")
    for body in (
        {"text": f"{SECRET} is there a cure"},
        {"text": f"{SECRET} " * 200},
        {"button": SECRET},
        {SECRET: SECRET},
    ):
        browser.ask("POST", "message", body)
    browser.ask("POST", "message", data=f'{{"text": "{SECRET}', headers={"Content-Type": "application/json"})
    browser.ask("GET", f"history?{SECRET}")
    browser.ask("GET", SECRET)
    assert SECRET in browser.history()[1]["text"]
    browser.ask("POST", "end", {})
    pages = [
        requests.get(f"{service.address}/{path}", timeout=30) for path in ("health/live", "health/ready", "metrics")
    ]
    assert [page.status_code for page in pages] == [200, 200, 200]
    logs = service.logs()
    assert "Rasa server is up and running" in logs
    assert SECRET not in logs + "".join(page.text for page in pages)


def test_the_guides_log_is_lines_of_json_and_has_no_line_for_what_went_well(service: Service) -> None:
    Browser(f"{service.address}/webhooks/guide").say("is there a cure?")
    lines = (service.folder / "guide.log").read_text("utf-8").splitlines()
    running = max(i for i, line in enumerate(lines) if "Rasa server is up and running" in line)
    events = [json.loads(line) for line in lines[running:]]
    assert all({"time", "level", "logger", "event"} <= set(event) for event in events)
    assert not [event for event in events if "cure" in event["event"]]


def test_a_taken_port_is_said_in_one_sentence(service: Service) -> None:
    port = service.address.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "scripts/serve.py", "run"],
        cwd=ROOT, env=os.environ | {"GUIDE_PORT": port}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip() == f"GUIDE_PORT={port} cannot be used: name another port, or none to get a free one."


def test_ctrl_c_stops_everything(service: Service) -> None:
    pids = service.processes()
    service.process.send_signal(signal.SIGINT)
    assert service.process.wait(30) == 0
    assert not [command for pid, command in pids.items() if Path(f"/proc/{pid}").exists()]


def test_the_terminal_shows_whole_replies_and_takes_numbers_for_buttons() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/serve.py", "chat"],
        cwd=ROOT, input="she is not breathing\nwhat stage is she at\n2\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "999 in the UK)" in done.stdout.replace("\n", " ")
    assert "so I will not suggest one" in done.stdout
    assert done.stdout.rstrip().endswith("Goodbye.")
