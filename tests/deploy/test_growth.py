"""deploy/nginx.conf in front of real processes: they are killed, added and restarted, and no conversation is lost."""

import contextlib
import os
import re
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPSConnection
from pathlib import Path

import pytest
import requests

from tests.deploy.stack import Process, Stack, Visitor, running, until

CANARY = "xylophone"
VISITORS = 20
SESSIONS = 400
STAGED = "She was diagnosed. Both arms are weak, speech and legs are fine, no feeding tube, no mask. What stage?"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    limits = {"conversation": "10000/minute", "address": "100000/minute", "sessions": f"{SESSIONS}/hour"}
    with running(guides=2, limits=limits) as started:
        yield started


def all_say(visitors: list[Visitor], *texts: str, meanwhile: Callable[[], object] = lambda: None) -> list[str]:
    """Everybody says these things at the same time. Returns what each heard last.

    `meanwhile` is called when the first of them has said all, and the others have not.
    """

    def say(visitor: Visitor) -> str:
        for text in texts:
            replies = visitor.say(text)
        return str(replies[-1]["text"])

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(say, visitor) for visitor in visitors]
        answers[0].result()
        meanwhile()
        return [answer.result() for answer in answers]


def check_nothing_is_lost(visitor: Visitor, said: list[str]) -> None:
    """The conversation that is kept is the one that the visitor saw: nothing is missing, nothing happened twice."""
    kept = visitor.history()
    assert [message["text"] for message in kept if message["from"] == "person"] == said
    assert [message["text"] for message in kept if message["from"] == "guide"] == [m["text"] for m in visitor.messages]


def test_conversations_go_on_while_processes_are_killed_added_and_restarted(stack: Stack) -> None:
    visitors = [Visitor(stack) for _ in range(VISITORS)]
    first, second = stack.guides
    said = ["what stage is my mum at?", "yes", "her hands and her speech"]
    all_say(visitors, *said)
    assert stack.served(first)
    assert stack.served(second)

    more = ["no, they are fine", "is there a cure?"]
    all_say(visitors, *more, meanwhile=lambda: first.end(signal.SIGKILL))
    said += more
    for visitor in visitors:
        check_nothing_is_lost(visitor, said)

    third = stack.add_guide()
    first.start()
    first.wait_for()
    heard = all_say(visitors, "no tube", meanwhile=second.end)
    said += ["no tube"]
    assert all("breathing mask" in text for text in heard)
    second.start()
    second.wait_for()
    until(
        lambda: Visitor(stack).say("is there a cure?") and stack.served(third), "the process that was added to be asked"
    )

    assert all("for your mum fits King's stage 2" in text for text in all_say(visitors, "no mask"))
    said += ["no mask"]
    for visitor in visitors:
        check_nothing_is_lost(visitor, said)


def test_a_conversation_meets_one_process(stack: Stack) -> None:
    asked = [stack.served(guide) for guide in stack.guides]
    until(
        lambda: (
            Visitor(stack).say("is there a cure?")
            and all(stack.served(guide) > count for guide, count in zip(stack.guides, asked, strict=True))
        ),
        "nginx to ask every process again, those that were killed too",
    )
    visitor = Visitor(stack)
    before = [stack.served(guide) for guide in stack.guides]
    for _ in range(5):
        visitor.say("is there a cure?")
    after = [stack.served(guide) for guide in stack.guides]
    assert sorted(late - early for early, late in zip(before, after, strict=True))[-1] == 5


def test_what_was_ended_at_one_process_is_ended_at_all(stack: Stack) -> None:
    visitor = Visitor(stack)
    visitor.say("is there a cure?")
    assert visitor.ask("POST", "end", {}).status_code == 204
    for guide in stack.guides:
        headers = {"Authorization": f"Bearer {visitor.token}"}
        history = requests.get(f"http://127.0.0.1:{guide.port}/webhooks/guide/history", headers=headers, timeout=30)
        assert history.status_code == 401


@pytest.mark.parametrize("happens", [signal.SIGKILL, signal.SIGSTOP])
def test_stages_are_suggested_while_an_action_server_is_dead_or_hangs(stack: Stack, happens: signal.Signals) -> None:
    visitors = [Visitor(stack) for _ in range(6)]
    victim: Process = stack.actions[0]
    victim.send(happens)
    try:
        assert all("fits King's stage 1" in text for text in all_say(visitors, STAGED))
    finally:
        if happens == signal.SIGKILL:
            victim.end(signal.SIGKILL)
            victim.start()
            victim.wait_for()
        else:
            victim.send(signal.SIGCONT)


def family(pid: int) -> list[int]:
    """The process and its children: PostgreSQL has one for each connection."""
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


@pytest.mark.parametrize("happens", [signal.SIGINT, signal.SIGSTOP])
@pytest.mark.parametrize("store", ["postgres", "redis"])
def test_conversations_go_on_while_a_store_is_gone_or_hangs(stack: Stack, store: str, happens: signal.Signals) -> None:
    visitor, server = Visitor(stack), getattr(stack, store)
    visitor.say("is there a cure?")
    hanging = family(server.pid) if happens == signal.SIGSTOP else []
    for pid in hanging:
        os.kill(pid, signal.SIGSTOP)
    if not hanging:
        server.end(happens)
    try:
        assert "fits King's stage 1" in visitor.say(STAGED)[-1]["text"]
        assert Visitor(stack).say("she is choking and going blue")[0]["level"] == "emergency"
    finally:
        for pid in hanging:
            os.kill(pid, signal.SIGCONT)
        if not hanging:
            server.start()
            server.wait_for()
    said = ["is there a cure?", STAGED]
    until(lambda: [m["text"] for m in visitor.history() if m["from"] == "person"] == said, "what was said to be stored")
    visitor.say("is there a cure?")
    check_nothing_is_lost(visitor, [*said, "is there a cure?"])


def status(stack: Stack, path: str) -> int:
    """Of a request whose path is sent to the letter."""
    trust = ssl.create_default_context(cafile=stack.certificate)
    connection = HTTPSConnection("localhost", stack.tls, context=trust, timeout=30)
    connection.putrequest("GET", path)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.mark.parametrize("path", [
    "/", "/version", "/status", "/model", "/conversations/x/tracker", "/health/live", "/health/ready", "/metrics",
    "/webhook", "/webhooks/rest/webhook", "/webhooks/", "/webhooks/guide/../../metrics",
    "/webhooks/guide/..%2f..%2fmetrics", "/webhooks/guide/%2e%2e/%2e%2e/metrics", "//metrics",
    "/metrics?/webhooks/guide/app", "/metrics/../webhooks/guide/app", "/webhooks/guide/..", "/WEBHOOKS/GUIDE/app",
])  # fmt: skip
def test_nothing_but_the_channel_can_be_reached(stack: Stack, path: str) -> None:
    assert (
        requests.get(f"http://127.0.0.1:{stack.guides[0].port}/", timeout=30).status_code == 200
    )  # it is there, inside
    assert status(stack, path) == 404
    assert status(stack, "/webhooks/guide/app?site=example") == 200


def test_plain_http_leads_to_tls_and_old_tls_is_refused(stack: Stack) -> None:
    plain = requests.get(
        f"http://127.0.0.1:{stack.plain}/webhooks/guide/app?site=example", allow_redirects=False, timeout=30
    )
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://127.0.0.1/webhooks/guide/app?site=example")
    app = requests.get(f"{stack.address}/app?site=example", verify=stack.certificate, timeout=30)
    assert app.headers["Strict-Transport-Security"] == "max-age=63072000"
    old = ssl.create_default_context(cafile=stack.certificate)
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", stack.tls)) as line, pytest.raises((ssl.SSLError, ConnectionError)):
        old.wrap_socket(line, server_hostname="localhost")


def test_too_large_a_message_is_refused_kindly_by_the_guide_and_a_huge_one_by_nginx(stack: Stack) -> None:
    visitor = Visitor(stack)
    kind = visitor.ask("POST", "message", {"text": "a" * 20_000})
    assert (kind.status_code, kind.json()["error"]) == (413, "too_large")
    headers = {"Authorization": f"Bearer {visitor.token}", "Content-Type": "application/json"}
    huge = requests.post(
        f"{stack.address}/message", b"a" * 100_000, headers=headers, verify=stack.certificate, timeout=30
    )
    assert huge.status_code == 413
    assert "nginx" in huge.text


def test_clients_that_never_finish_a_request_are_hung_up_on_and_nobody_waits_for_them(stack: Stack) -> None:
    trust = ssl.create_default_context(cafile=stack.certificate)
    lines = []
    for _ in range(100):
        line = trust.wrap_socket(socket.create_connection(("127.0.0.1", stack.tls)), server_hostname="localhost")
        line.sendall(b"POST /webhooks/guide/message HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        lines.append(line)
    assert Visitor(stack).say("is there a cure?")[0]["text"].startswith("No, there is no cure")
    for line in lines:
        line.settimeout(60)
        with contextlib.suppress(ConnectionError):
            assert line.recv(100) == b""
        line.close()


def test_a_client_cannot_pass_for_another_address_and_all_processes_count_together(stack: Stack) -> None:
    def begin(number: int) -> int:
        headers = {"X-Forwarded-For": f"192.0.2.{number % 250}"}
        body = {"site": "example"}
        answer = requests.post(
            f"{stack.address}/session", json=body, headers=headers, verify=stack.certificate, timeout=30
        )
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(begin, range(SESSIONS + 20)))
    assert set(statuses) == {200, 429}
    assert statuses.count(200) <= SESSIONS  # some began before this test


def test_no_log_has_words_addresses_or_tokens(stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {CANARY}", "Referer": f"https://{CANARY}.example", "User-Agent": CANARY}
    for path in (f"history?{CANARY}", CANARY, f"files/{CANARY}.js", f"../{CANARY}"):
        requests.get(f"{stack.address}/{path}", headers=headers, verify=stack.certificate, timeout=30)
    requests.post(
        f"{stack.address}/message", json={"text": CANARY}, headers=headers, verify=stack.certificate, timeout=30
    )
    line = re.compile(
        r"\S+ [A-Z]+ (session|message|history|note|end|app|demo|loader\.js|openapi\.json|files|-) \d{3} \d+ B [\d.]+ s "
        r"(-|127\.0\.0\.1:\d+(, 127\.0\.0\.1:\d+)*) [\d, -]+"
    )
    log = stack.access_log().splitlines()
    assert len(log) > SESSIONS
    assert [entry for entry in log if not line.fullmatch(entry)] == []
    for process in (stack.nginx, *stack.guides, *stack.actions, stack.redis, stack.postgres):
        assert CANARY not in process.log()
