"""Starts the guide: `serve.py run` for the web (action server and Rasa), `serve.py chat` for this terminal.

Everything listens on loopback alone, on free ports unless GUIDE_PORT and ACTIONS_PORT name some. supervisord restarts
whichever process dies; Ctrl-C stops all.
"""

import getpass
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WAIT = 120
"""Seconds until a start counts as failed: ten times what a slow machine takes."""
COLOUR = re.compile(r"\x1b\[[\d;]*m")
"""What makes a line red in a terminal."""


def port(name: str) -> int:
    """The port that the environment variable names, or a free one. Exits with a sentence where it cannot be had."""
    wanted = os.environ.get(name, "0")
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", int(wanted)))
            return int(probe.getsockname()[1])
    except (OSError, ValueError, OverflowError):
        sys.exit(f"{name}={wanted} cannot be used: name another port, or none to get a free one.")


def ask(url: str, patience: float) -> tuple[int, bytes]:
    """Status and body of an address of this machine. Raises OSError. (urllib would stay in memory all the while.)"""
    host, _, path = url.removeprefix("http://").partition("/")
    name, _, its_port = host.partition(":")
    with socket.create_connection((name, int(its_port)), patience) as line:
        line.sendall(f"GET /{path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        with line.makefile("rb") as reply:
            head, _, body = reply.read().partition(b"\r\n\r\n")
    if not head:
        raise ConnectionError("no answer")
    return int(head.split()[1]), body


def answers(url: str) -> bool:
    try:
        return ask(url, 2)[0] == 200
    except OSError:
        return False


def wait_for(url: str, manager: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the address answers; exit with a sentence when it does not come up."""
    deadline = time.monotonic() + WAIT
    while not answers(url):
        if manager.poll() is not None or has_ended(log) or time.monotonic() > deadline:
            stop(manager)
            last = COLOUR.sub("", log.read_text("utf-8", "replace").strip().rpartition("\n")[2]) if log.exists() else ""
            sys.exit(f"The guide did not start. {last}\nMore in {log.relative_to(ROOT)}")
        time.sleep(0.2)


def has_ended(log: Path) -> bool:
    """Whether the process of this log has ended: at its first start it would do so again and again."""
    events = log.with_name("supervisord.log")
    return events.exists() and f"exited: {log.stem} " in events.read_text("utf-8")


def has_model(address: str) -> bool:
    """Whether the guide could load its model: Rasa starts without it, and then answers nothing."""
    status, body = ask(f"{address}/health/ready", WAIT)
    return status != 503 or json.loads(body)["model"] is not None  # 404: these addresses are switched off


def stop(manager: subprocess.Popen[bytes]) -> None:
    if manager.poll() is None:
        manager.send_signal(signal.SIGTERM)
    manager.wait()


def main(mode: str) -> None:
    actions, guide = port("ACTIONS_PORT"), port("GUIDE_PORT")
    run = ROOT / ".run" / str(guide)
    run.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "ACTIONS_PORT": str(actions),
        "ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook",
        "GUIDE_CREDENTIALS": os.environ.get("GUIDE_CREDENTIALS", "credentials.yml"),
        "GUIDE_PORT": str(guide),
        "GUIDE_PYTHON": sys.executable,
        "GUIDE_RUN": str(run),
        "GUIDE_SERVER": "true" if mode == "run" else "false",
        "GUIDE_USER": getpass.getuser(),
    }
    print("Starting the guide: about ten seconds ...", flush=True)
    for ending in ENDINGS:  # said anew, since a shell may have SIGINT ignored
        signal.signal(ending, signal.default_int_handler)
    manager = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-c", str(ROOT / "scripts" / "supervisord.conf")],
        cwd=ROOT,
        env=environment,
        start_new_session=True,  # Ctrl-C is ours: we stop it in order
    )
    try:
        wait_for(f"http://127.0.0.1:{actions}/health", manager, run / "actions.log")
        if mode == "chat":
            chat = subprocess.Popen(
                [sys.executable, "-m", "guide.lean", "scripts.chat", environment["ACTIONS_URL"]], cwd=ROOT
            )
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the conversation, which then ends
            chat.wait()
            return
        address = f"http://127.0.0.1:{guide}"
        wait_for(f"{address}/", manager, run / "guide.log")
        if not has_model(address):
            sys.exit("The model, models/guide.tar.gz, is damaged. Remove it and try again: it is then trained anew.")
        print("\nThe guide is running. Ctrl-C stops it.\n")
        print(f"  on the page of an invented charity   {address}/webhooks/guide/demo")
        print(f"  alone                                {address}/webhooks/guide/app\n", flush=True)
        manager.wait()
    except KeyboardInterrupt:
        print("\nStopping the guide.", flush=True)
    finally:
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)  # whoever is impatient may press Ctrl-C again
        stop(manager)
        if sys.exc_info()[0] is not SystemExit:  # where the start failed the logs say why
            shutil.rmtree(run)


if __name__ == "__main__":
    main(sys.argv[1])
