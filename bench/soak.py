"""`make soak`: people of several kinds talk to the running guide for MINUTES (20). README.md says how to read it.

Prints a line a minute, writes bench/results/soak.json and soak.md (a shorter trial: to .run/bench/results), and exits 1
on any error or growth.
"""

import json
import os
import random
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scipy import stats

from bench.bots import CREDENTIALS, ROOT
from bench.machine import about
from tests.test_service import Service
from tests.web import Browser

FULL_MINUTES = 20
MINUTES = int(os.environ.get("MINUTES") or FULL_MINUTES)
PEOPLE = 6
"""Who talk at the same time."""
THINK = (0.1, 0.6)
"""Seconds between two messages of a person, at least and at most."""
EVERY = 5
"""Seconds between two looks at the processes."""
MOST_GROWTH = 0.02
"""What a process may grow in the last three quarters, as a share of itself."""
TITLES = {"rasa run": "guide", "rasa_sdk": "actions", "supervisord": "supervisor", "serve.py": "starter"}
QUESTIONS = [
    json.loads(line)["text"] for line in (ROOT / "evaluation" / "dev.jsonl").read_text("utf-8").splitlines() if line
]
ODD = [
    "\u202eis there a cure\u202c", "🧑\u200d🦽 mum 😭😭 legs ❤️", "cu\u200bre\u0000?", "е\u0301ѕt іl рossіblе",
    "/restart", '/inform{"bulbar": "affected"}', "\ud83d", "\U0010ffff\U000e0041", "   .   ", "ﷺ" * 60, "ไม่มีวิธีรักษาหรือ",
    "a\u0300" * 400,
]  # fmt: skip


class WrongAnswerError(AssertionError):
    """The guide answered otherwise than it has to."""


@dataclass
class Log:
    """What the people met. Used by all of their threads."""

    took: list[tuple[float, float]] = field(default_factory=list)
    """When an answer came (seconds since the start), and how many milliseconds it took."""
    errors: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)


class Person:
    """One conversation after another, each of a kind drawn by lot."""

    def __init__(self, address: str, seed: int, log: Log, start: float, over: threading.Event) -> None:
        self._address, self._log, self._start, self._over = address, log, start, over
        self._lot = random.Random(seed)
        self._kinds: list[Callable[[Browser], None]] = [
            self.questions, self.questions, self.staging, self.buttons, self.scores, self.emergency, self.crisis,
            self.odd, self.long_texts, self.refused, self.long_talk,
        ]  # fmt: skip

    def talk(self) -> None:
        while not self._over.is_set():
            kind = self._lot.choice(self._kinds)
            try:
                browser = Browser(self._address, country=self._lot.choice(["GB", "US", "DE", None]))
                kind(browser)
                if self._lot.random() < 0.5:
                    self.end(browser)
            except Exception as error:  # whatever it is, it is what the soak looks for
                self._log.errors[f"{kind.__name__}: {type(error).__name__} {str(error)[:120]}"] += 1
            self._log.kinds[kind.__name__] += 1

    def send(self, browser: Browser, body: dict[str, Any], expect: str = "") -> None:
        """Send a message and wait for its answer, as a person does who reads what came before."""
        if self._over.wait(self._lot.uniform(*THINK)):
            return
        start = time.perf_counter()
        answer = browser.ask("POST", "message", body)
        now = time.perf_counter()
        self._log.took.append((now - self._start, (now - start) * 1000))
        need(answer.status_code == 200, f"status {answer.status_code}")
        told = answer.json()
        browser.messages += told["messages"]
        need("error" not in told and told["messages"], "a message was not answered")
        need(expect in " ".join(message["text"] for message in told["messages"]), f"not said: {expect}")

    def say(self, browser: Browser, text: str, expect: str = "") -> None:
        self.send(browser, {"text": text}, expect)

    def press(self, browser: Browser, title: str) -> None:
        buttons = [b["payload"] for message in browser.messages for b in message["buttons"] if b["title"] == title]
        need(buttons or self._over.is_set(), f"no button {title}")
        if buttons:
            self.send(browser, {"button": buttons[-1]})

    # The kinds of conversation

    def questions(self, browser: Browser) -> None:
        for text in self._lot.sample(QUESTIONS, self._lot.randint(2, 8)):
            self.say(browser, text)
        need(browser.history(), "no history")

    def staging(self, browser: Browser) -> None:
        self.say(browser, "what stage is my mum at? she was diagnosed in spring")
        self.say(browser, "her hands and her speech")
        self.say(browser, "no, the legs are fine", "feeding tube")
        self.say(browser, "is there a cure?", "no cure for ALS")
        self.say(browser, "no tube", "mask")
        self.say(browser, "no mask", "King's stage 2")
        self.say(browser, "actually her legs are weak too", "King's stage 3")
        for form in ("html", "text"):
            need(browser.ask("GET", f"note?format={form}").content, "no note")

    def buttons(self, browser: Browser) -> None:
        self.press(browser, "Work out the stage")
        self.press(browser, "Yes")
        self.send(browser, {"regions": {"bulbar": "affected", "lower_limb": "unknown"}}, "feeding tube")
        self.press(browser, "No")
        self.press(browser, "No")

    def scores(self, browser: Browser) -> None:
        self.say(
            browser,
            "her ALSFRS-R from the letter: 4 4 4 3 3 3 3 2 2 4 4 4, she has no feeding tube. what stage is that?",
        )
        self.say(browser, "stop")

    def emergency(self, browser: Browser) -> None:
        self.say(browser, "she can't breathe and her lips are blue", "call")
        self.say(browser, "the crew is here, thank you")

    def crisis(self, browser: Browser) -> None:
        self.say(browser, "I don't want to live any more")
        self.say(browser, self._lot.choice(QUESTIONS))

    def odd(self, browser: Browser) -> None:
        for text in self._lot.sample(ODD, 4):
            self.say(browser, text)
        for data in (b"\xff\xfe{", b'{"text": "cut', b"[" * 3000, b'{"text": 1}', b""):
            answer = browser.ask("POST", "message", headers={"Content-Type": "application/json"}, data=data)
            need(answer.status_code == 400, f"status {answer.status_code} for odd bytes")

    def long_texts(self, browser: Browser) -> None:
        self.say(browser, (" ".join(self._lot.sample(QUESTIONS, 20)))[:1999].strip())
        for length, status in ((2001, 413), (20_000, 413)):
            answer = browser.ask("POST", "message", {"text": "x " * (length // 2) + "y"})
            need(answer.status_code == status, f"status {answer.status_code} for {length} characters")

    def refused(self, browser: Browser) -> None:
        for token, status in (("rubbish", 401), (browser.token[:-4] + "AAAA", 401)):
            answer = browser.ask("GET", "history", headers={"Authorization": f"Bearer {token}"})
            need(answer.status_code == status, f"status {answer.status_code} for a forged token")
        answer = browser.ask("POST", "message", {"button": "forged.button"})
        need(answer.status_code == 400, f"status {answer.status_code} for a forged button")
        for path in ("openapi.json", "nothing"):
            browser.ask("GET", path)

    def long_talk(self, browser: Browser) -> None:
        for text in self._lot.choices(QUESTIONS, k=60):
            self.say(browser, text)

    def end(self, browser: Browser) -> None:
        need(browser.ask("POST", "end", {}).status_code == 204, "not ended")
        answer = browser.ask("POST", "message", {"text": "hello"})
        need(answer.status_code == 401, f"status {answer.status_code} after the end")


def need(condition: Any, what: str) -> None:
    if not condition:
        raise WrongAnswerError(what)


def look(service: Service) -> dict[str, float]:
    """Megabytes and open descriptors of every process, and megabytes of the database."""
    found: dict[str, float] = {}
    for pid, command in service.processes().items():
        name = next((title for part, title in TITLES.items() if part in command), None)
        if name is None:
            continue
        status = Path(f"/proc/{pid}/status").read_text()
        found[f"{name} (MB)"] = int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6
        found[f"{name}, descriptors"] = len(os.listdir(f"/proc/{pid}/fd"))
    found["database (MB)"] = sum(path.stat().st_size for path in Path(service.data.name).rglob("*")) / 1e6
    return found


@dataclass(frozen=True)
class Trend:
    """How a figure went in the last three quarters of the soak (the first is for caches to fill)."""

    name: str
    typical: float
    rise: float
    """From the end of the first quarter to the end, by the robust line through all looks (Theil and Sen)."""
    surely: float
    """The least that the rise may be, with 95 % confidence."""

    @property
    def grows(self) -> bool:
        """The rise is surely there, and more than noise: MOST_GROWTH of the memory; ten descriptors."""
        most = 10 if self.name.endswith("descriptors") else MOST_GROWTH * self.typical
        return self.surely > 0 and self.rise > most


def trends(looks: list[dict[str, float]]) -> list[Trend]:
    """The trend of every figure but the database's, which keeps a day of conversations and has to grow."""
    late = looks[len(looks) // 4 :]
    found = []
    for name in late[-1]:
        points = [(at["second"], at[name]) for at in late if name in at]
        if name in ("second", "database (MB)") or len(points) < 3:
            continue
        seconds, figures = zip(*points, strict=True)
        slope, _, least, _ = stats.theilslopes(figures, seconds, 0.95)
        span = seconds[-1] - seconds[0]
        found.append(Trend(name, statistics.median(figures), float(slope) * span, float(least) * span))
    return found


def minute(log: Log, looks: list[dict[str, float]], number: int) -> dict[str, float]:
    """The figures of one minute."""
    took = sorted(ms for second, ms in log.took if number <= second / 60 < number + 1)
    at = {"p50": took[len(took) // 2], "p95": took[int(len(took) * 0.95)]} if took else {}
    rest = {name: round(figure, 1) for name, figure in looks[-1].items() if name != "second"}
    return {"minute": number + 1, "messages": len(took), "errors": sum(log.errors.values()), **at, **rest}


def main() -> None:
    described, log, looks, minutes = about(), Log(), [], []
    service, over = Service(CREDENTIALS), threading.Event()
    pids, start = set(service.processes()), time.perf_counter()
    address = f"{service.address}/webhooks/guide"
    people = [Person(address, number, log, start, over) for number in range(PEOPLE)]
    threads = [threading.Thread(target=person.talk, daemon=True) for person in people]
    for thread in threads:
        thread.start()
    try:
        while (second := time.perf_counter() - start) < MINUTES * 60:
            looks.append({"second": second, **look(service)})
            if second // 60 > len(minutes):
                minutes.append(minute(log, looks, len(minutes)))
                print(" · ".join(f"{name} {figure:g}" for name, figure in minutes[-1].items()), flush=True)
            time.sleep(EVERY)
        over.set()
        for thread in threads:
            thread.join(60)
        if hanging := sum(thread.is_alive() for thread in threads):
            log.errors["people still waiting a minute after the end"] += hanging
        minutes.append(minute(log, looks, len(minutes)))
        if set(service.processes()) != pids:
            log.errors["a process died and was started again"] += 1
        logged = sum(line.count('"level": "error"') or " ERROR " in line for line in service.logs().splitlines())
        if logged:
            log.errors["lines at level error in the logs"] += logged
    finally:
        service.process.terminate()
        service.process.wait()
        service.data.cleanup()
    found = trends(looks)
    folder = ROOT / ("bench/results" if MINUTES >= FULL_MINUTES else ".run/bench/results")
    folder.mkdir(parents=True, exist_ok=True)
    kept = {"about": described, "conversations": dict(log.kinds), "errors": dict(log.errors), "minutes": minutes}
    (folder / "soak.json").write_text(
        json.dumps({**kept, "trends": [vars(t) for t in found]}, indent=1) + "\n", "utf-8"
    )
    (folder / "soak.md").write_text(as_markdown(described, log, minutes, found), "utf-8")
    print(f"\n{(folder / 'soak.md').read_text('utf-8')}\nWritten to {folder.relative_to(ROOT)}/.")
    if log.errors or any(trend.grows for trend in found):
        sys.exit(1)


def as_markdown(described: dict[str, str], log: Log, minutes: list[dict[str, float]], found: list[Trend]) -> str:
    took = sorted(ms for _, ms in log.took)
    lines = [
        f"# Soak of {MINUTES} minutes", "",
        *(f"- {name}: {value}" for name, value in described.items()),
        f"- {len(took)} messages of {PEOPLE} people, p50 {took[len(took) // 2]:.0f} ms, "
        f"p95 {took[int(len(took) * 0.95)]:.0f} ms",
        f"- conversations: {', '.join(f'{count} {kind}' for kind, count in sorted(log.kinds.items()))}",
        f"- errors: {sum(log.errors.values()) or 'none'}",
        *(f"  - {count} times {error}" for error, count in log.errors.items()), "",
        "| in the last three quarters | typical | rise | at least (95 %) | |", "|---|---|---|---|---|",
        *(
            f"| {t.name} | {t.typical:.1f} | {t.rise:+.2f} | {t.surely:+.2f} | {'**grows**' if t.grows else 'flat'} |"
            for t in found
        ), "",
    ]  # fmt: skip
    names = list(minutes[-1])
    lines += [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    lines += [f"| {' | '.join(f'{row.get(name, 0):.0f}' for name in names)} |" for row in minutes]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
