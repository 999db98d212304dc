"""What deploy/Dockerfile puts into the image, run as it would be: no file to write to but in /tmp and /data, no rights.

Without Docker: the files are laid out as the last stage copies them, and bubblewrap shuts everything else out.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.stack import DEPLOY, ROOT, Process, free_port, is_open, until
from tests.web import Browser

STAGED = "She was diagnosed. Both arms are weak, speech and legs are fine, no feeding tube, no mask. What stage?"
LAST_STAGE = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ").rpartition("\nFROM ")[2]
BUILT = {"/guide/models": ROOT / "models", "/widget/dist": ROOT / "widget" / "dist"}
"""What other stages make, where it is here. The packages stay where they are."""
COMMAND: list[str] = json.loads(re.findall(r"^CMD (.*)$", LAST_STAGE, re.MULTILINE)[-1])
PROBE: list[str] = json.loads(re.findall(r"HEALTHCHECK .* CMD (.*)$", LAST_STAGE, re.MULTILINE)[-1])


def lay_out(image: Path) -> None:
    """Copy what the last stage copies."""
    for line in re.findall(r"^COPY (.*)$", LAST_STAGE, re.MULTILINE):
        *sources, target = line.split()
        from_stage = sources[0].startswith("--from=")
        if target == ".venv":
            continue
        for source in sources[from_stage:]:
            there = BUILT[source] if from_stage else ROOT / source
            here = image / target / there.name if target.endswith("/") else image / target
            if there.is_dir():
                shutil.copytree(there, here, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(there, here)


class Container:
    """Runs commands in the image. `extra`: environment variables beside those of the Dockerfile."""

    def __init__(self, image: Path, data: Path, extra: dict[str, str]) -> None:
        (image / ".venv").mkdir()
        setting = dict(re.findall(r"([A-Z_]+)=(\S+)", "".join(re.findall(r"^ENV (.*)$", LAST_STAGE, re.MULTILINE))))
        python = Path(os.path.realpath(ROOT / ".venv" / "bin" / "python")).parents[1]
        setting |= {"PATH": "/guide/.venv/bin:/usr/bin:/bin"} | extra
        self._sandbox = [
            "bwrap", "--unshare-all", "--share-net", "--die-with-parent",
            "--uid", "10001", "--gid", "10001", "--cap-drop", "ALL",
            "--ro-bind", "/usr", "/usr", "--ro-bind", "/etc", "/etc",
            *(part for name in ("bin", "lib", "lib64") for part in ("--symlink", f"usr/{name}", f"/{name}")),
            *(("--ro-bind", str(python), str(python)) if not python.is_relative_to("/usr") else ()),
            "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", str(data), "/data",
            "--ro-bind", str(image), "/guide", "--ro-bind", str(ROOT / ".venv"), "/guide/.venv", "--remount-ro", "/",
            "--chdir", "/guide", "--clearenv",
            *(part for name in setting for part in ("--setenv", name, setting[name])),
        ]  # fmt: skip

    def start(self, folder: Path, port: int, command: list[str]) -> Process:
        return Process(folder, port, *self._sandbox, *command)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*self._sandbox, *command], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Container, int]]:
    folder = tmp_path_factory.mktemp("image")
    image, data = folder / "guide", folder / "data"
    image.mkdir()
    data.mkdir()
    lay_out(image)
    guide_port, actions_port = free_port(), free_port()
    settings = {
        "GUIDE_SECRET": secrets.token_hex(32),
        "ACTIONS_URL": f"http://127.0.0.1:{actions_port}/webhook",
    }
    container = Container(image, data, settings)
    ports = {"5005": str(guide_port), "5055": str(actions_port)}
    serve_actions = re.findall(r"^# The action server: (.*)$", LAST_STAGE, re.MULTILINE)[0].split()
    processes = []
    try:
        for port, command in ((actions_port, serve_actions), (guide_port, COMMAND)):
            processes.append(container.start(folder, port, [ports.get(part, part) for part in command]))
            processes[-1].wait_for()
        yield container, guide_port
    finally:
        for process in processes:
            if process.is_running:
                process.end()


def test_the_image_serves_on_a_read_only_root(started: tuple[Container, int]) -> None:
    container, port = started
    visitor = Browser(f"http://127.0.0.1:{port}/webhooks/guide", site="example")
    assert "fits King's stage 1" in visitor.say(STAGED)[-1]["text"]
    assert visitor.ask("GET", "app?site=example").status_code == 200
    for path in ("/guide", "/guide/models", "/etc", "/"):
        assert "Read-only file system" in container.run("touch", f"{path}/made").stderr
    assert container.run("ls", "/data").stdout.split()[0] == "conversations.db"


def test_its_health_check_tells_a_guide_that_serves_from_one_that_does_not(started: tuple[Container, int]) -> None:
    container, port = started
    probe = [part.replace("5005", str(port)) for part in PROBE]
    until(lambda: is_open(port), "the guide")
    assert container.run(*probe).returncode == 0
    assert container.run(*(part.replace("5005", str(free_port())) for part in PROBE)).returncode != 0
