"""The guide as deploy/ runs it, on this machine: nginx, guides, action servers, PostgreSQL, Redis, on free ports."""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import yaml

from tests.web import Browser, check

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
LOST = (502, 503, 504)
"""What nginx says where a process was gone before it answered."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], Any], what: str) -> None:
    """Wait for a condition: at most two minutes, so that a hanging test fails in the end."""
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.1)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """A program that can be killed and started again."""

    def __init__(
        self,
        folder: Path,
        port: int,
        *command: str,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        self.port, self._command, self._user = port, command, user
        self._environment = os.environ | (environment or {})
        self._log = folder / f"{Path(command[0]).name}-{port}.log"
        self.start()

    def start(self) -> None:
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT if self._user is None else "/",
                env=self._environment,
                stdout=log,
                stderr=log,
                user=self._user,
                start_new_session=True,
            )

    def wait_for(self) -> None:
        """Return when it takes connections."""
        until(lambda: is_open(self.port) or self._process.poll() is not None, f"{self._command[:4]} to start")
        assert self._process.poll() is None, f"it ended: {self.log()[-2000:]}"

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal and wait until the process is gone."""
        self.send(number)
        self._process.wait(60)

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")


class Stack:
    """What compose.yaml starts."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._processes = folder, list[Process]()
        folder.chmod(0o711)  # PostgreSQL has a folder in it, and a user of its own
        self.programs = Path(subprocess.check_output([ROOT / "scripts" / "servers"], text=True).strip())
        self.secret = secrets.token_hex(32)
        self.tls, self.plain, self._inner = free_port(), free_port(), free_port()
        self.address = f"https://localhost:{self.tls}/webhooks/guide"
        self.certificate = self._make_certificate()

    def start(self, guides: int, limits: Mapping[str, str]) -> None:
        """Start everything. `limits`: of the channel's settings; one address asks for everybody here."""
        self.postgres, self.redis = self._start_postgres(), self._start_redis()
        self.database = f"postgresql://guide@127.0.0.1:{self.postgres.port}/postgres"
        self._write_credentials(limits)
        self._environment = {
            "ACTIONS_URL": f"http://127.0.0.1:{self._inner}/webhook",
            "GUIDE_DATA": str(self.folder / "data"),
            "GUIDE_DATABASE": self.database,
            "GUIDE_REDIS": f"redis://127.0.0.1:{self.redis.port}/0",
            "GUIDE_SECRET": self.secret,
        }
        self.actions = [self._start_actions() for _ in range(2)]
        self.guides = [self._start_guide() for _ in range(guides)]
        for process in (*self.actions, *self.guides):
            process.wait_for()
        self._write_nginx_conf()
        self.nginx = self._run(self.tls, NGINX, "-e", "stderr", "-c", str(self.folder / "nginx.conf"))
        self.nginx.wait_for()

    def add_guide(self) -> Process:
        """Start one more process and tell nginx of it."""
        guide = self._start_guide()
        guide.wait_for()
        self.guides.append(guide)
        self._write_nginx_conf()
        self.nginx.send(signal.SIGHUP)
        return guide

    def stop(self) -> None:
        """End all that was started, the last first."""
        for process in reversed(self._processes):
            if process.is_running:
                process.send(signal.SIGCONT)
                process.end(
                    signal.SIGINT if process is self._processes[0] else signal.SIGTERM
                )  # PostgreSQL's "at once"

    def access_log(self) -> str:
        return (self.folder / "access.log").read_text()

    def served(self, guide: Process) -> int:
        """Messages that a process has answered."""
        return len(re.findall(rf" POST message 200 .* 127\.0\.0\.1:{guide.port} 200$", self.access_log(), re.MULTILINE))

    def _run(self, port: int, *command: str, **how: Any) -> Process:
        process = Process(self.folder, port, *command, **how)
        self._processes.append(process)
        return process

    def _make_certificate(self) -> str:
        command = (
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
        )
        files = "-addext subjectAltName=DNS:localhost -keyout privkey.pem -out fullchain.pem"
        subprocess.run(f"{command} {files}".split(), cwd=self.folder, check=True, capture_output=True)
        return str(self.folder / "fullchain.pem")

    def _start_postgres(self) -> Process:
        data, port = self.folder / "postgres", free_port()
        data.mkdir(mode=0o700)
        user = "postgres" if os.geteuid() == 0 else None  # it will not run as root
        if user:
            shutil.chown(data, user)
        initdb = [self.programs / "initdb", "-D", data, "-U", "guide", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        subprocess.run(initdb, cwd="/", check=True, capture_output=True, user=user)
        options = [
            "-D",
            str(data),
            "-p",
            str(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
        ]
        process = self._run(port, str(self.programs / "postgres"), *options, user=user)
        process.wait_for()
        return process

    def _start_redis(self) -> Process:
        port = free_port()
        options = [
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(self.folder),
        ]
        process = self._run(port, "redis-server", *options)
        process.wait_for()
        return process

    def _start_actions(self) -> Process:
        port = free_port()
        command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
        return self._run(port, *command, environment={"SANIC_HOST": "127.0.0.1"})

    def _start_guide(self) -> Process:
        port = free_port()
        command = [sys.executable, "-m", "guide.lean", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port)]
        files = ["--model", "models/guide.tar.gz", "--credentials", str(self.folder / "credentials.yml")]
        return self._run(port, *command, *files, environment=self._environment)

    def _write_credentials(self, limits: Mapping[str, str]) -> None:
        """Those of deploy/, with the address and the limits of here."""
        credentials = yaml.safe_load((DEPLOY / "credentials.yml").read_text("utf-8"))
        credentials["guide.channel.web.WebChannel"] |= {
            "public_url": f"https://localhost:{self.tls}",
            "limits": dict(limits),
        }
        (self.folder / "credentials.yml").write_text(yaml.safe_dump(credentials), "utf-8")

    def _write_nginx_conf(self) -> None:
        """That of deploy/, with the ports and files of here."""
        text = (DEPLOY / "nginx.conf").read_text("utf-8")
        for name, processes in (("guide", self.guides), ("actions", self.actions)):
            line = re.search(rf"^ *server {name}-1:\d+(.*)$", text, re.MULTILINE)
            assert line
            servers = "\n".join(f"        server 127.0.0.1:{process.port}{line[1]}" for process in processes)
            text = re.sub(rf"^ *server {name}-2:.*\n", "", text, flags=re.MULTILINE).replace(line[0], servers)
        for there, here in (
            ("listen 8080;", f"listen 127.0.0.1:{self.plain};"),
            ("listen 8443 ", f"listen 127.0.0.1:{self.tls} "),
            ("listen 5055;", f"listen 127.0.0.1:{self._inner};"),
            ("/tmp/", f"{self.folder}/"),
            ("/etc/nginx/tls/", f"{self.folder}/"),
            ("/dev/stdout", f"{self.folder}/access.log"),
        ):
            assert there in text
            text = text.replace(there, here)
        (self.folder / "nginx.conf").write_text(text, "utf-8")


@contextmanager
def running(guides: int, limits: Mapping[str, str]) -> Iterator[Stack]:
    """The stack, while it runs; nothing of it is left behind."""
    with tempfile.TemporaryDirectory(prefix="guide-") as folder:
        stack = Stack(Path(folder))
        try:
            stack.start(guides, limits)
            yield stack
        finally:
            stack.stop()


class Visitor(Browser):
    """A browser that sends a message again where its answer did not arrive, as the widget does at a press."""

    def __init__(self, stack: Stack) -> None:
        self._certificate, self.lost = stack.certificate, 0
        super().__init__(stack.address, site="example", country="GB")

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if path == "message":
            body = {**body, "id": uuid.uuid4().hex}
        for _ in range(100):
            try:
                response = requests.request(
                    method,
                    f"{self.address}/{path}",
                    json=body,
                    headers=headers,
                    verify=self._certificate,
                    timeout=45,
                    **more,
                )
            except requests.ConnectionError:
                response = None
            if response is not None and response.status_code not in LOST:
                check(method, path, response)
                return response
            self.lost += 1
            if path == "message":
                body = {**body, "again": True}
            time.sleep(0.2)
        raise AssertionError("nobody answers")
