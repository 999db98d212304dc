"""The web channel over HTTP, with the trained guide: what a browser sends, gets, and is refused."""

import http.client
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import requests
from rasa.core.agent import Agent
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import UserUttered

from guide.channel.settings import RATES
from guide.channel.tokens import AUDIENCE, LIFETIME, Tokens, _derived, new_session
from guide.phrases import SOURCES
from guide.store import conversations
from tests.conftest import ROOT, ActionServer
from tests.web import KEYS, Browser, serving

CANARY = "xylophone"
ASIDE = ["Why do you ask?", "Skip", "Back", "Stop"]


@pytest.fixture(scope="module")
def address(agent: Agent) -> Iterator[str]:
    with serving(agent) as running:
        yield running


def conversation(browser: Browser) -> str:
    return str(jwt.decode(browser.token, options={"verify_signature": False})["sub"])


@pytest.fixture
def browser(address: str, action_server: ActionServer) -> Browser:
    action_server.become("up")
    return Browser(address, country="GB")


# The conversation


def test_it_begins_with_a_greeting_that_nobody_asked_for(browser: Browser) -> None:
    (greeting,) = browser.begun["opening"]["messages"]
    assert greeting["text"].startswith("Hello. Ask me about ALS in your own words, or press a button.")
    assert browser.begun["emergency"] == [{"label": "999", "tel": "999"}]
    assert browser.history() == [greeting]
    assert browser.press("Is there a cure?")[0]["text"].startswith("No, there is no cure for ALS yet.")


@pytest.mark.parametrize(("country", "known", "numbers"), [
    (None, None, ["112", "911", "999"]), ("us", "US", ["911"]), ("FR", "FR", ["15"]),
    ("XX", None, ["112", "911", "999"]),
])  # fmt: skip
def test_the_numbers_are_those_of_the_country(
    address: str, country: str | None, known: str | None, numbers: list[str]
) -> None:
    begun = Browser(address, country=country).begun
    assert (begun["country"], [number["tel"] for number in begun["emergency"]]) == (known, numbers)


def test_the_numbers_follow_the_country_that_the_person_names(browser: Browser) -> None:
    answer = browser.ask("POST", "message", {"text": "we live in the US"}).json()
    assert (answer["country"], answer["emergency"][0]["tel"]) == ("US", "911")
    assert browser.ask("GET", "history").json()["emergency"][0]["tel"] == "911"


def test_the_whole_staging_by_buttons(browser: Browser) -> None:
    (question,) = browser.press("Work out the stage")
    assert [button["title"] for button in question["buttons"]] == ["Yes", "No", "Not sure", *ASIDE]
    assert [button["title"] for button in question["buttons"] if button["aside"]] == ASIDE
    (question,) = browser.press("Yes")
    assert (question["ask"], question["regions"]) == ("regions", None)
    (question,) = browser.press("Arms or hands")
    assert (question["ask"], question["regions"]) == ("regions", {"upper_limb": "affected"})
    browser.press("Only speech or swallowing")
    browser.press("No")
    result = browser.press("No")[-1]
    assert "King's stage 2" in result["text"]
    assert (result["staging"]["kings"], result["staging"]["mitos"]) == (["2"], [])
    assert result["staging"]["reasons"]["affected"] == ["bulbar", "upper_limb"]
    assert result["reviewed"] == "2026-11"
    assert "Brain 135:847-852" in [source["publisher"] for source in result["sources"]]
    why = next(button for button in result["buttons"] if button["title"] == "Why this stage?")
    assert not why["aside"]


def test_the_whole_staging_in_words(browser: Browser) -> None:
    staged = (
        "She was diagnosed. Both arms are weak, not sure about her legs, speech fine, no tube, no mask. What stage?"
    )
    result = browser.say(staged)[-1]
    assert result["staging"]["kings"] == ["1", "2"]


def test_the_whole_staging_by_the_body_map(browser: Browser) -> None:
    browser.press("Work out the stage")
    browser.press("Yes")
    replies = browser.send({"regions": {"bulbar": "affected", "lower_limb": "unknown"}})
    assert "feeding tube" in replies[-1]["text"]
    browser.press("No")
    assert browser.press("No")[-1]["staging"]["kings"] == ["1", "2"]
    shown = [message["text"] for message in browser.history() if message["from"] == "person"]
    assert shown[2] == "speech or swallowing: affected; arms or hands: not affected; legs or feet: not sure"


def test_no_region_affected_fits_no_stage(browser: Browser) -> None:
    browser.press("Work out the stage")
    browser.press("Yes")
    browser.send({"regions": {}})
    browser.press("No")
    assert browser.press("No")[-1]["staging"]["kings"] == []


def test_mitos_and_scores_are_drawn_too(browser: Browser) -> None:
    browser.say("which MiToS stage is she at?")
    for answer in ("Yes", "Yes", "No", "Not sure", "No"):
        browser.press(answer)
    assert browser.messages[-1]["staging"]["mitos"] == ["1", "2"]
    assert browser.messages[-1]["staging"]["kings"] == []
    result = browser.say("her ALSFRS-R scores are 4 3 4 4 3b 3 4 2 2 4 4 4")[-1]
    assert result["staging"]["kings"]
    assert result["staging"]["reasons"]["scores"] == [4, 3, 4, 4, 3, 3, 4, 2, 2, 4, 4, 4]


def test_medicines_come_as_a_table_and_danger_with_its_level(browser: Browser) -> None:
    medicines = browser.press("Approved medicines")[0]
    assert medicines["table"]["columns"]
    assert any("riluzole" in row[0].lower() for row in medicines["table"]["rows"])
    for text, level in (
        ("she is choking and going blue", "emergency"),
        ("I don't want to live any more", "crisis"),
        ("she has a fever since yesterday and takes riluzole", "urgent_today"),
    ):
        assert browser.say(text)[0]["level"] == level


def test_numbers_to_call_come_beside_the_text_and_stay_in_the_history(browser: Browser) -> None:
    emergency = {"label": None, "number": "999", "by": "call", "words": None}
    samaritans = {"label": "Samaritans", "number": "116 123", "by": "call", "words": None}
    assert browser.say("she is choking and going blue")[0]["calls"] == [emergency]
    crisis = browser.say("I don't want to live any more")[0]
    assert crisis["calls"][:2] == [emergency, samaritans]
    assert browser.history()[-1]["calls"] == crisis["calls"]
    irish = Browser(browser.address, country="IE").say("I don't want to live any more")[0]
    assert {"label": "Text About It", "number": "50808", "by": "text", "words": "HELLO"} in irish["calls"]
    assert browser.press("Is there a cure?")[0]["calls"] == []


def test_nobody_is_asked_for_a_country_that_is_known(browser: Browser) -> None:
    def titles(to: Browser, text: str) -> set[str]:
        return {button["title"] for button in to.say(text)[0]["buttons"]}

    unknown, known = Browser(browser.address), browser
    ours = {"I am in the US", "I am in the UK"}
    for text in ("she is choking and going blue", "I don't want to live any more"):
        assert ours <= titles(unknown, text)
        assert not ours & titles(known, text)
    assert {"United States", "United Kingdom"} <= titles(unknown, "which medicines are approved?")
    assert {"United States", "United Kingdom"} & titles(known, "which medicines are approved?") == {"United States"}


def test_a_message_sent_again_is_answered_once(browser: Browser, agent: Agent) -> None:
    browser.press("Work out the stage")
    yes = next(button["payload"] for button in browser.messages[-1]["buttons"] if button["title"] == "Yes")
    body = {"button": yes, "id": "0123456789abcdef"}
    first = browser.ask("POST", "message", body).json()
    before = browser.history()
    with serving(agent) as elsewhere:  # another server on the same store, as after a restart
        browser.address = elsewhere
        assert browser.ask("POST", "message", {**body, "again": True}).json() == first
        assert browser.history() == before
        # What never arrived the first time is answered now.
        new = browser.ask("POST", "message", {"text": "her arms", "id": "another-id", "again": True}).json()
        assert len(browser.history()) == len(before) + 1 + len(new["messages"])
    assert "error" not in new


def test_who_hangs_up_finds_the_answer_once(browser: Browser, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    database, storing, stored = conversations(agent).database, threading.Event(), threading.Event()
    append = database.append

    def append_late(*arguments: Any) -> int:
        storing.set()
        time.sleep(0.3)  # for the server to notice that the line is gone
        last = append(*arguments)
        stored.set()
        return last

    monkeypatch.setattr(database, "append", append_late)
    body = {"text": "is there a cure?", "id": "0123456789abcdef"}
    address, token = urlsplit(browser.address), {"Authorization": f"Bearer {browser.token}"}
    line = http.client.HTTPConnection(str(address.hostname), address.port)
    line.request("POST", f"{address.path}/message", json.dumps(body), {"Content-Type": "application/json", **token})
    assert storing.wait(10)
    line.close()
    assert stored.wait(10)
    before = len(browser.messages)
    answer = browser.ask("POST", "message", {**body, "again": True}).json()
    assert [message["text"][:20] for message in answer["messages"]] == ["No, there is no cure"]
    assert len(browser.history()) == before + 2


def test_history_is_what_was_answered_with_buttons_that_work(browser: Browser) -> None:
    browser.press("Is there a cure?")
    browser.say("/restart")
    browser.say("approved medicines")
    told = browser.history()
    assert [message["text"] for message in told if message["from"] == "person"] == [
        "Is there a cure?", "/restart", "approved medicines",
    ]  # fmt: skip
    assert [message for message in told if message["from"] == "guide"] == browser.messages
    browser.messages = [message for message in told if message["from"] == "guide"]
    assert browser.press("Is there a cure?")[0]["sources"]


@pytest.mark.parametrize("text", ["/restart", '/inform{"niv":"no"}', "/ask_prognosis", "/session_start", " //back"])
def test_what_looks_like_an_order_is_text(browser: Browser, agent: Agent, run: Any, text: str) -> None:
    assert browser.say(text)[0]["text"]
    assert browser.history()[1]["text"] == text
    tracker = run(agent.tracker_store.retrieve(conversation(browser)))
    message = next(event for event in tracker.events if isinstance(event, UserUttered))
    assert message.text == text.strip(" /")
    assert message.intent["confidence"] < 1  # as it is of an order


def test_the_note_as_page_and_as_text(browser: Browser) -> None:
    browser.say("She was diagnosed. Both arms are weak, speech and legs are fine, no tube, no mask. What stage?")
    assert browser.say("make me a note for the appointment")[-1]["note"]
    page, text = browser.ask("GET", "note?format=html"), browser.ask("GET", "note?format=text")
    assert page.headers["Content-Disposition"] == 'attachment; filename="note.html"'
    assert text.headers["Content-Disposition"] == 'attachment; filename="note.txt"'
    assert page.text.startswith("<!doctype html>")
    for note in (page.text, text.text):
        assert "King's stage 1" in note.replace("&#39;", "'")


def test_two_tabs_are_answered_quickly_and_in_order(browser: Browser, action_server: ActionServer) -> None:
    action_server.become("slow")  # the first message takes two seconds
    staged = "She was diagnosed. Both arms are weak, speech and legs are fine, no tube, no mask. What stage?"
    texts = [staged, "is there a cure?", "approved medicines", "hello"]
    start = time.monotonic()
    with ThreadPoolExecutor(len(texts)) as tabs:
        answers = []
        for text in texts:
            answers.append(tabs.submit(browser.ask, "POST", "message", {"text": text}))
            time.sleep(0.2)
        assert all(answer.result().json()["messages"] for answer in answers)
    assert 2 < time.monotonic() - start < 3.5  # in Rasa's own queue the last one waits three seconds more
    assert [message["text"] for message in browser.history() if message["from"] == "person"] == texts


@pytest.mark.parametrize("text", ["\U0001f62d" * 1000, "e\u0301" * 1000, "\u202e\u0000\ufeff?", "\ud83d", "a " * 1000])
def test_strange_texts_are_answered(browser: Browser, text: str) -> None:
    assert browser.say(text)[0]["text"]
    shown = browser.history()[1]["text"]
    assert shown == text.replace("\ud83d", "\ufffd")


# Erasing


def test_the_end_erases_the_conversation_and_its_token(agent: Agent, browser: Browser, run: Any) -> None:
    other = Browser(browser.address)
    for one in (browser, other):
        one.say(f"{CANARY}, is there a cure?")
    kept = set(run(agent.tracker_store.keys()))
    assert browser.ask("POST", "end", {}).status_code == 204
    assert len(kept - set(run(agent.tracker_store.keys()))) == 1
    for method, path, body in (("POST", "message", {"text": "hello"}), ("GET", "history", None), ("POST", "end", {})):
        assert browser.ask(method, path, body).json()["error"] == "token"
    assert len(kept - set(run(agent.tracker_store.keys()))) == 1
    assert other.history()[1]["text"].startswith(CANARY)


# Refusals


def refused(response: requests.Response) -> tuple[int, str]:
    body = response.json()
    assert set(body) == {"error", "message"}
    assert len(body["message"]) > 10
    return response.status_code, body["error"]


HELLO = {"text": "hello"}
WRONG: dict[str, Any] = {
    "no object": [HELLO],
    "null": None,
    "nothing": {},
    "null text": {"text": None},
    "nested text": {"text": {"text": "hello"}},
    "a number": {"text": 1},
    "no word": {"text": " / \n"},
    "two things": {"text": "hello", "button": "x"},
    "an unknown field": {"text": "hello", "sender": "default"},
    "an unknown region": {"regions": {"head": "affected"}},
    "an unknown finding": {"regions": {"bulbar": "worse"}},
    "a null finding": {"regions": {"bulbar": None}},
    "no button of ours": {"button": "/restart"},
    "a button with half a character": {"button": "\ud83d.x"},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_body_that_is_no_message_is_refused(browser: Browser, what: str) -> None:
    body = json.dumps(WRONG[what])
    headers = {"Content-Type": "application/json"}
    assert refused(browser.ask("POST", "message", data=body, headers=headers)) == (400, "bad_request")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"text": "\xff"}', b"[" * 9000, b'{"text": NaN}'])
def test_bad_json_is_refused(browser: Browser, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert refused(browser.ask("POST", "message", data=body, headers=headers)) == (400, "bad_request")


def test_what_is_too_long_is_refused(browser: Browser) -> None:
    assert browser.say("a" * 2000)
    assert refused(browser.ask("POST", "message", {"text": "a" * 2001})) == (413, "too_large")
    headers = {"Content-Type": "application/json"}
    padded = json.dumps(HELLO).encode() + b" " * 16_384
    assert refused(browser.ask("POST", "message", data=padded, headers=headers)) == (413, "too_large")
    chunks = (b" " * 1000 for _ in range(100))
    assert refused(browser.ask("POST", "message", data=chunks, headers=headers)) == (413, "too_large")
    huge = b" " * 900_000
    assert refused(browser.ask("POST", "message", data=huge, headers=headers | {"Authorization": "x"})) == (
        401,
        "token",
    )


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_refused(browser: Browser, kind: str) -> None:
    response = browser.ask("POST", "message", data=json.dumps(HELLO), headers={"Content-Type": kind})
    assert refused(response) == (415, "content_type")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil.example", "http://["]
)
@pytest.mark.parametrize("path", ["session", "message", "end"])
def test_another_origin_is_refused(browser: Browser, origin: str, path: str) -> None:
    body = HELLO if path == "message" else {}
    assert refused(browser.ask("POST", path, body, headers={"Origin": origin})) == (403, "origin")


def test_our_own_origin_is_taken(browser: Browser, agent: Agent) -> None:
    own = browser.address.removesuffix("/webhooks/guide")
    response = browser.ask("POST", "message", HELLO, headers={"Origin": own})
    assert response.status_code == 200
    assert not [name for name in response.headers if name.lower().startswith("access-control-allow")]
    with serving(agent, public_url="https://guide.example.org") as behind_a_proxy:
        inside = Browser(behind_a_proxy)
        headers = {"Origin": "https://guide.example.org"}
        assert inside.ask("POST", "message", HELLO, headers=headers).status_code == 200
        headers = {"Origin": behind_a_proxy.removesuffix("/webhooks/guide")}
        assert refused(inside.ask("POST", "message", HELLO, headers=headers)) == (403, "origin")


def tokens(**changed: Any) -> str:
    now = int(time.time())
    claims = {"sub": "x", "aud": AUDIENCE, "site": "demo", "country": None, "iat": now, "exp": now + LIFETIME}
    claims = {name: value for name, value in {**claims, **changed}.items() if value != "none"}
    return jwt.encode(claims, _derived(KEYS[0], "session"), algorithm="HS256")


FORGED = {
    "missing": "",
    "no token": "Bearer",
    "another scheme": f"Basic {tokens()}",
    "rubbish": "Bearer a.b.c",
    "no ASCII": "Bearer \xe9.\xe9.\xe9",
    "another key": f"Bearer {Tokens(['another key'.ljust(40)]).issue(new_session('demo', None))}",
    "the key itself, not derived": f"Bearer {jwt.encode({'sub': 'x'}, KEYS[0], algorithm='HS256')}",
    "unsigned": "Bearer " + jwt.encode({"sub": "x", "aud": AUDIENCE, "site": "demo"}, None, algorithm="none"),
    "another audience": f"Bearer {tokens(aud='another')}",
    "another site": f"Bearer {tokens(site='another')}",
    "no conversation": f"Bearer {tokens(sub='none')}",
    "no expiry": f"Bearer {tokens(exp='none')}",
    "a day old": f"Bearer {tokens(iat=int(time.time()) - LIFETIME - 1, exp=int(time.time()) - 1)}",
}


@pytest.mark.parametrize("what", FORGED)
def test_a_token_that_is_not_ours_is_refused(address: str, what: str) -> None:
    stranger = Browser.__new__(Browser)
    stranger.address, stranger.token = address, ""
    headers = {"Authorization": FORGED[what].encode()} if FORGED[what] else {}
    for method, path, body in (("POST", "message", HELLO), ("GET", "history", None), ("POST", "end", {})):
        response = stranger.ask(method, path, body, headers=headers)
        assert refused(response) == (401, "token")
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_can_be_changed_without_ending_conversations(agent: Agent, address: str) -> None:
    with serving(agent, keys=KEYS[1:]) as before:
        browser = Browser(before)
    browser.address = address
    assert browser.press("Is there a cure?")
    with serving(agent, keys=("only a new key, which knows no old one",)) as after:
        browser.address = after
        assert refused(browser.ask("POST", "message", HELLO)) == (401, "token")


def test_a_button_of_another_conversation_or_a_changed_one_is_refused(browser: Browser) -> None:
    signed = Browser(browser.address).messages[0]["buttons"][0]["payload"]
    order, _, signature = browser.messages[0]["buttons"][0]["payload"].partition(".")
    other = browser.messages[0]["buttons"][1]["payload"].partition(".")[0]
    for button in (
        signed,
        f"{other}.{signature}",
        f"{order}.{signature[:-1]}",
        order,
        f"{order}.",
        f"x{order}.{signature}",
    ):
        assert refused(browser.ask("POST", "message", {"button": button})) == (400, "bad_request")
    assert len(browser.history()) == 1


def test_sites(agent: Agent) -> None:
    with serving(agent, sites={"one": ("https://one.example",), "two": ("self", "https://two.example")}) as address:
        browser = Browser(address, site="two")
        assert refused(browser.ask("POST", "session", {})) == (400, "bad_request")
        assert refused(browser.ask("POST", "session", {"site": "three"})) == (403, "origin")
        for site, ancestors in (("one", "https://one.example"), ("two", "'self' https://two.example")):
            policy = requests.get(f"{address}/app?site={site}", timeout=5).headers["Content-Security-Policy"]
            assert policy.endswith(f"frame-ancestors {ancestors}")
        for query in ("", "?site=three"):
            assert requests.get(f"{address}/app{query}", timeout=5).status_code == 404


def test_methods_addresses_and_parameters_that_are_not_ours(browser: Browser) -> None:
    for method, path in (
        ("GET", "message"),
        ("PUT", "session"),
        ("DELETE", "end"),
        ("OPTIONS", "message"),
        ("POST", "app"),
    ):
        response = requests.request(method, f"{browser.address}/{path}", timeout=5)
        assert refused(response) == (405, "method")
        assert response.headers["Allow"] in ("GET", "POST")
    for path in ("", "/", "/nothing", "/message/x", "/files", "/files/", "/files/app.html", "/files/..%2fapp.html"):
        response = requests.get(f"{browser.address}{path}", timeout=5)
        assert refused(response) == (404, "not_found")
    for path in ("history?a=1", "note", "note?format=pdf", "note?format=html&format=text", "message?x"):
        method = "POST" if path.startswith("message") else "GET"
        body = HELLO if method == "POST" else None
        assert refused(browser.ask(method, path, body)) == (400, "bad_request")
    headers = {"Authorization": f"Bearer {browser.token}"}
    response = requests.get(f"{browser.address}/history", json=HELLO, headers=headers, timeout=5)
    assert refused(response) == (400, "bad_request")


# Limits


def test_who_asks_too_often_waits(agent: Agent) -> None:
    with serving(agent, rates={**RATES, "conversation": "3/minute", "sessions": "2/minute"}) as address:
        browser, other = Browser(address), Browser(address)
        for _ in range(3):
            assert browser.say("hello")
        response = browser.ask("POST", "message", HELLO)
        assert refused(response) == (429, "too_many")
        assert 50 < int(response.headers["Retry-After"]) <= 60
        assert response.headers["Retry-After"] in response.json()["message"]
        assert other.say("hello")
        assert refused(other.ask("POST", "session", {})) == (429, "too_many")
        assert browser.ask("POST", "end", {}).status_code == 204  # that is always possible


def test_addresses_are_counted_behind_a_proxy(agent: Agent) -> None:
    rates = {**RATES, "sessions": "1/minute"}
    for hops, second in ((0, 429), (1, 200)):
        with serving(agent, rates=rates, trusted_hops=hops) as address:
            for client, status in (("9.9.9.9, 1.1.1.1", 200), ("9.9.9.9, 2.2.2.2", second), ("8.8.8.8, 1.1.1.1", 429)):
                headers = {"X-Forwarded-For": client}
                assert requests.post(f"{address}/session", json={}, headers=headers, timeout=5).status_code == status


# Failures inside


@pytest.mark.parametrize("state", ["down", "error", "rubbish", "slow"])
def test_without_the_action_server_a_kind_sentence_comes(
    browser: Browser, action_server: ActionServer, state: str
) -> None:
    action_server.become(state)
    staged = "She was diagnosed. Both arms are weak, speech and legs are fine, no tube, no mask. What stage?"
    assert "I cannot work out the stage just now" in browser.say(staged)[-1]["text"]


def test_any_failure_inside_is_said_kindly_and_logged_without_words(
    browser: Browser, agent: Agent, monkeypatch: Any, caplog: Any, capfd: Any
) -> None:
    def fail(*args: Any, **more: Any) -> None:
        raise ValueError(CANARY)

    with monkeypatch.context() as broken, caplog.at_level(logging.DEBUG, "guide"):
        broken.setattr(MessageProcessor, "_run_prediction_loop", fail)
        answer = browser.ask("POST", "message", {"text": f"{CANARY} hello"}).json()
        assert answer["error"] == "unavailable"
        assert answer["messages"][-1]["text"].startswith("I am sorry.")
        assert "call 999 now" in answer["messages"][-1]["text"]
        broken.setattr(agent, "nlg", None)
        for method, path, body in (("GET", "history", None), ("POST", "session", {})):
            assert refused(browser.ask(method, path, body)) == (503, "unavailable")
        broken.setattr(agent, "processor", None)
        answer = browser.ask("POST", "message", {"text": f"{CANARY} hello"}).json()
        assert answer["error"] == "unavailable"
    assert "A message was not answered: ValueError" in caplog.text
    assert CANARY not in caplog.text + "".join(capfd.readouterr())
    assert browser.say("hello")


def test_what_was_said_before_a_failure_is_shown(browser: Browser, agent: Agent, monkeypatch: Any) -> None:
    async def fail(*args: Any) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(MessageProcessor, "save_tracker", fail)
        answer = browser.ask("POST", "message", {"text": "she is not breathing"}).json()
    assert answer["messages"][0]["level"] == "emergency"
    assert answer["error"] == "unavailable"


# The description


@pytest.mark.parametrize("operation", [["--exclude-operation-id", "end"], ["--include-operation-id", "end"]])
def test_schemathesis_finds_nothing(browser: Browser, operation: list[str], tmp_path: Path) -> None:
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "--no-color",
        "--config-file", str(ROOT / "tests" / "schemathesis.toml"),
        "run", str(ROOT / "guide" / "channel" / "openapi.json"),
        "--url", browser.address, "-H", f"Authorization: Bearer {browser.token}",
        "-n", "40", "--seed", "1", *operation,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_description_is_served_and_every_source_fits_it(browser: Browser) -> None:
    served = requests.get(f"{browser.address}/openapi.json", timeout=5).json()
    assert served == json.loads((ROOT / "guide" / "channel" / "openapi.json").read_text("utf-8"))
    assert all(set(source) >= {"title", "publisher", "url", "date"} for source in SOURCES.values())
