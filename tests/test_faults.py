"""What people meet while something is broken: an answer, and nothing of what was answered is lost.

docs/reliability.md lists all faults, those too whose tests stand elsewhere.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore

import guide.channel.limits
import guide.channel.turns
import guide.store
from guide.agent import MODEL
from guide.database import Database, FolderError, configured_url
from guide.store import Conversations
from tests.conftest import ROOT, ActionServer
from tests.test_service import until
from tests.test_store import DOMAIN, say, texts, until_stored
from tests.web import WIDE, Browser, serving

STAGING = ("what stage is my mum at?", "yes", "her hands and her speech", "no, they are fine", "no tube")
PLANES = 17


@contextmanager
def storing(agent: Agent, url: str | None = None) -> Iterator[Conversations]:
    """The agent with a store of its own: as the environment says, or at `url`."""
    before, store = agent.tracker_store, Conversations(agent.domain, database=url)
    agent.tracker_store = agent.processor.tracker_store = FailSafeTrackerStore(store)
    try:
        yield store
    finally:
        agent.tracker_store = agent.processor.tracker_store = before


@pytest.fixture
def file(agent: Agent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The SQLite file of a guide that keeps its conversations as `make run` does."""
    monkeypatch.setenv("GUIDE_DATA", str(tmp_path / "data"))
    with storing(agent):
        yield tmp_path / "data" / "conversations.db"


class Silent:
    """A server that takes connections and never says a word, on a port of its own."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.held: list[socket.socket] = []
        threading.Thread(target=self._hold, daemon=True).start()

    def _hold(self) -> None:
        with suppress(OSError):
            while True:
                self.held.append(self._listening.accept()[0])

    @property
    def is_waited_for(self) -> bool:
        """Whether the client that came last has not hung up."""
        self.held[-1].setblocking(False)
        with suppress(BlockingIOError):
            while self.held[-1].recv(1024):
                pass
            return False
        return True

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        for line in (self._listening, *self.held):
            line.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.close()


# At start


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project as it stands, with a model and a folder of logs of its own."""
    for path in ROOT.iterdir():
        if path.name not in ("models", ".run", ".data", ".git"):
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / "models").mkdir()
    return tmp_path


def start(project: Path, **environment: str) -> tuple[str, str]:
    """Run the guide, which has to end by itself. Returns what it prints and what it complains of: no trace."""
    running = subprocess.Popen(
        [sys.executable, "scripts/serve.py", "run"],
        cwd=project,
        env=os.environ | {"GUIDE_DATA": str(project / ".data")} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        printed, complaint = running.communicate(timeout=180)
    except subprocess.TimeoutExpired:
        running.terminate()  # it stops what it started
        printed, complaint = running.communicate()
    assert running.returncode == 1
    assert "Traceback" not in printed + complaint
    return printed, complaint


def test_a_damaged_model_is_refused_at_start_in_one_sentence(project: Path) -> None:
    whole = MODEL.read_bytes()
    (project / "models" / MODEL.name).write_bytes(whole[: len(whole) // 2])
    printed, complaint = start(project)
    assert (
        complaint == "The model, models/guide.tar.gz, is damaged. Remove it and try again: it is then trained anew.\n"
    )
    assert "The guide is running" not in printed


def test_a_folder_that_is_none_is_said_in_one_sentence(project: Path) -> None:
    (project / "models" / MODEL.name).symlink_to(MODEL)
    _, complaint = start(project, GUIDE_DATA=str(project / "config.yml"))
    why, where = complaint.splitlines()
    assert why.startswith("The guide did not start. FolderError: Conversations cannot be kept in ")
    assert why.endswith("config.yml (GUIDE_DATA): File exists.")
    log = (project / where.removeprefix("More in ")).read_text("utf-8")
    assert "Traceback" not in log


@pytest.mark.parametrize("is_there", [False, True])
def test_a_folder_without_write_permission_is_said_in_one_sentence(
    is_there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("GUIDE_DATA", folder)
        if is_there:
            path = Path(folder, "conversations.db")
            path.touch()
            path.chmod(0o666)
        Path(folder).chmod(0o555)
        if user == 0:  # whom no permission stops
            os.seteuid(65534)
        try:
            with pytest.raises(FolderError, match=r"cannot be kept in .*: Permission denied\.$"):
                configured_url()
        finally:
            os.seteuid(user)
            Path(folder).chmod(0o755)


TRAINER = """#!/bin/sh
for folder; do :; done # the last argument, of --out
mkdir -p $folder && printf half >$folder/guide.tar.gz
case $(cat trainer) in
  fails) exit 1 ;;
  works) printf whole >$folder/guide.tar.gz ;;
  hangs) touch training && sleep 600 ;;
esac
"""


def test_a_training_that_fails_or_is_killed_leaves_the_model_as_it_was(tmp_path: Path) -> None:
    """The real Makefile, with a trainer in Rasa's place that can be made to fail."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in (
        "data/rules.yml",
        "data/findings.jsonl",
        "data/talks.jsonl",
        "config.yml",
        "domain.yml",
        "requirements.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for name in ("scripts/set-up", ".venv/installed", "models/guide.tar.gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("old")
    (tmp_path / "rasa").write_text(TRAINER)
    (tmp_path / "rasa").chmod(0o755)
    os.utime(tmp_path / "models" / "guide.tar.gz", (0, 0))  # what it learns from is newer
    make = ["make", "train", "PYTHON=./rasa"]

    def model_after(trainer: str, killed: bool = False) -> str:
        (tmp_path / "trainer").write_text(trainer)
        running = subprocess.Popen(make, cwd=tmp_path, start_new_session=True, stdout=-3, stderr=-3)
        if killed:
            until((tmp_path / "training").exists)
            os.killpg(running.pid, signal.SIGKILL)
        running.wait(60)
        return (tmp_path / "models" / "guide.tar.gz").read_text()

    assert model_after("fails") == "old"
    assert model_after("hangs", killed=True) == "old"
    assert model_after("works") == "whole"


# The database


def damage(file: Path, how: str) -> None:
    whole = file.read_bytes()
    pages = b"x" * (8 * 4096)
    wrong = {
        "rubbish": b"x" * len(whole),
        "cut": whole[: len(whole) // 2],
        "overwritten": whole[:8192] + pages + whole[8192 + len(pages) :],
    }
    file.write_bytes(wrong[how])


@pytest.mark.parametrize("how", ["rubbish", "cut", "overwritten"])
async def test_a_damaged_file_loses_no_conversation_that_goes_on(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDE_DATA", str(tmp_path))
    monkeypatch.setattr(guide.store, "RETRY", 0.05)
    store, file = Conversations(DOMAIN), tmp_path / "conversations.db"
    said = [f"{number} {'word ' * 300}" for number in range(30)]
    for text in said:
        await say(store, "anna", text)
    await say(store, "ben", "hello")
    store.database._empty_log()
    store.database.engine.dispose()
    damage(file, how)
    for text in ("one", "two"):
        await say(store, "anna", text)
    assert store.is_failing
    await until_stored(store)
    await say(store, "ben", "still here")  # after it was begun anew
    for of in (store, Conversations(DOMAIN)):
        assert await texts(of, "anna") == [*said, "one", "two"]
        assert await texts(of, "ben") == ["hello", "still here"]
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_file_that_was_damaged_while_the_guide_was_down_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDE_DATA", str(tmp_path))
    monkeypatch.setattr(guide.store, "RETRY", 0.05)
    (tmp_path / "conversations.db").write_bytes(b"x" * 100_000)
    store = Conversations(DOMAIN)
    await say(store, "anna", "one")
    await until_stored(store)
    assert await texts(Conversations(DOMAIN), "anna") == ["one"]


async def test_a_sound_file_is_never_erased(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDE_DATA", str(tmp_path))
    store = Conversations(DOMAIN)
    await say(store, "anna", "one")
    store.database._is_damaged = True  # as after an error of the disk that is over
    assert await store.keys() == ["anna"]


def test_a_database_that_never_answers_holds_up_nobody(
    agent: Agent, silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDE_DATABASE", f"postgresql://nobody@127.0.0.1:{silent.port}/none")
    monkeypatch.setattr(guide.store, "RETRY", 3600)
    with storing(agent) as store, serving(agent) as address, ThreadPoolExecutor(1) as waiting:
        person, other = Browser(address, country="GB"), Browser(address)
        until(lambda: silent.held and not silent.is_waited_for)  # it looked for old conversations, as at each start
        began = time.monotonic()
        emergency = waiting.submit(person.say, "she is choking and going blue")
        until(lambda: len(silent.held) == 2)
        assert other.ask("POST", "session", {}).status_code == 200
        assert silent.is_waited_for  # by that message; the other person got an answer meanwhile
        (reply,) = emergency.result()
        assert (reply["level"], reply["calls"][0]["number"]) == ("emergency", "999")
        assert time.monotonic() - began < 20  # seconds, not minutes
        assert store.is_failing
        for text in STAGING:
            heard = person.say(text)
        assert "breathing mask" in heard[-1]["text"]  # remembered all the same
        assert len(silent.held) == 2  # a database that failed is left alone for a while


# Redis


def test_a_redis_that_never_answers_is_asked_once_and_then_left_alone(
    agent: Agent, silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (guide.channel.limits, guide.channel.turns):
        monkeypatch.setattr(module, "RETRY", 3600)
    with serving(agent, redis=f"redis://127.0.0.1:{silent.port}/0") as address:
        person = Browser(address, country="GB")
        assert person.say("she is choking and going blue")[0]["level"] == "emergency"
        asked = len(silent.held)
        for text in STAGING:
            heard = person.say(text)
        assert "breathing mask" in heard[-1]["text"]
        assert asked == len(silent.held) == 2  # for the rates and for the turns


# The clock


def test_a_clock_that_is_set_back_and_forth_ends_no_conversation_and_bars_nobody(
    agent: Agent, file: Path, action_server: ActionServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    action_server.become("up")
    now, ahead = time.time, 3600.0
    monkeypatch.setattr(time, "time", lambda: now() + ahead)
    with serving(agent, rates={**WIDE, "conversation": "3/minute"}) as address:
        person = Browser(address)
        for text in STAGING[:3]:
            person.say(text)
        ahead = 0
        for text in STAGING[3:]:
            heard = person.say(text)
        assert "breathing mask" in heard[-1]["text"]
        ahead = 3 * 3600
        assert "for your mum fits King's stage 2" in person.say("no mask")[-1]["text"]
        assert [message["text"] for message in person.history() if message["from"] == "person"] == [
            *STAGING,
            "no mask",
        ]


# Many people, and one who means harm


def test_a_hundred_conversations_at_once_are_all_answered_and_kept(agent: Agent, file: Path) -> None:
    with serving(agent) as address:

        def talk(number: int) -> str:
            person = Browser(address)
            person.say(f"number {number}: what is riluzole?")
            person.say("is there a cure?")
            return person.token

        with ThreadPoolExecutor(100) as people:
            assert len(set(people.map(talk, range(100)))) == 100
    kept = [Database().load(name, whole=True).events for name in Database().conversations()]
    assert len(kept) == 100
    for number in range(100):
        (events,) = [events for events in kept if any(f"number {number}:" in event for event in events)]
        assert any("there is no cure for ALS yet" in event for event in events)


def test_while_one_client_floods_the_others_get_answers(agent: Agent) -> None:
    rates = {**WIDE, "address": "50/minute"}
    with serving(agent, rates=rates, trusted_hops=1) as address, ThreadPoolExecutor(8) as pool:
        flooder, person = Browser(address), Browser(address)

        def ask(_: int) -> int:
            body, headers = {"text": "is there a cure?"}, {"X-Forwarded-For": "192.0.2.1"}
            return flooder.ask("POST", "message", body, headers=headers).status_code

        flood = [pool.submit(ask, number) for number in range(400)]
        heard = [person.say("is there a cure?")[0]["text"] for _ in range(5)]
        assert not all(one.done() for one in flood)  # it was all the while
        assert all(text.startswith("No, there is no cure") for text in heard)
        assert sorted(one.result() for one in flood) == [200] * 50 + [429] * 350


def test_while_clients_never_finish_their_requests_the_others_get_answers(agent: Agent) -> None:
    head = b"POST /webhooks/guide/message HTTP/1.1\r\nHost: localhost\r\n"
    with serving(agent) as address:
        person = Browser(address)
        body = b"Content-Type: application/json\r\nContent-Length: 100\r\nAuthorization: Bearer "
        begun = [head + b"X-Slow: ", head + body + person.token.encode() + b'\r\n\r\n{"text": '] * 100
        port = int(address.split(":")[2].partition("/")[0])
        lines = [socket.create_connection(("127.0.0.1", port)) for _ in begun]
        for line, sent in zip(lines, begun, strict=True):
            line.sendall(sent)
        assert person.say("is there a cure?")[0]["text"].startswith("No, there is no cure")
        for line in lines:
            line.setblocking(False)
            with pytest.raises(BlockingIOError):  # it is still there, and waits
                line.recv(1)
            line.close()


def test_a_message_of_every_unicode_plane_is_answered_kept_and_shown(agent: Agent, file: Path) -> None:
    texts = [
        f"is there a cure? {''.join(chr(plane * 0x10000 + 0xE000 + at) for plane in range(PLANES))}"
        for at in (0, 0x1FFF)
    ]
    texts += [f"{chr(plane * 0x10000 + 0x42)} hello" for plane in range(PLANES)]
    with serving(agent) as address:
        person = Browser(address)
        for text in texts:
            assert person.say(text)[0]["text"]
        assert [message["text"] for message in person.history() if message["from"] == "person"] == texts
