"""`make capacity`: what one and two processes of the guide carry behind nginx, and what a message costs each part.

Writes the table, and the arithmetic from it to a nation's conversations, into docs/scaling.md. SECONDS (of each load)
makes a shorter trial, which is printed alone.
"""

import math
import os
import statistics
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import redis

from bench.bots import web
from bench.load import need_wrk, press
from bench.machine import about
from tests.deploy.stack import ROOT, Process, Stack, running

PAGE = ROOT / "docs" / "scaling.md"
BEGIN, END = "<!-- make capacity writes from here -->\n", "<!-- to here -->\n"
FULL_SECONDS = 30
SECONDS = int(os.environ.get("SECONDS") or FULL_SECONDS)
CLIENTS = 8
GUIDES = (1, 2)
PARTS = ("guide", "actions", "nginx", "PostgreSQL", "Redis")
CONVERSATION = (
    "hello, my mum has ALS",
    "what stage is she at?",
    "yes she was diagnosed in spring",
    "her hands and her speech",
    "no, they are fine",
    "is there a cure?",
    "no tube",
    "no mask",
    "what does riluzole do, and does it have side effects?",
    "thank you, bye",
)
"""Held again and again: questions, and a staging that the action server ends."""
TICK = os.sysconf("SC_CLK_TCK")
WIDE = dict.fromkeys(("conversation", "address", "sessions"), "1000000/minute")

# What the arithmetic assumes, and nobody has measured
CONVERSATIONS_A_DAY = 1_000_000
BUSIEST_HOUR = 0.10
"""Of a day's messages; an even day would have 0.042."""
BUSY = 0.5
"""How much of a core is used in the busiest hour: the rest is for bursts, and for the loss of a machine."""
DAYS_KEPT = 1
"""A conversation is erased a day after its last message."""


@dataclass(frozen=True)
class Carried:
    """What a number of processes did. Processor time in milliseconds a message, by part."""

    guides: int
    per_second: float
    p50: float
    p95: float
    p99: float
    cost: dict[str, float]
    memory: dict[str, float]
    """Resident megabytes of one process."""
    transactions: float
    """Of the database, a message."""
    commands: float
    """Of Redis, a message."""
    kept: float
    """Bytes of the database a conversation, indexes too."""
    sent: float
    """Bytes of an answer, before TLS."""


def measure(guides: int) -> Carried:
    with running(guides, WIDE) as stack:
        door = web(stack.address, stack.secret, "example")
        press(door, CONVERSATION, CLIENTS, 2)  # to be warm
        parts = {
            "guide": stack.guides,
            "actions": stack.actions,
            "nginx": [stack.nginx],
            "PostgreSQL": [stack.postgres],
            "Redis": [stack.redis],
        }
        before, stores = {part: seconds(processes) for part, processes in parts.items()}, counts(stack)
        logged = len(stack.access_log())
        load = press(door, CONVERSATION, CLIENTS, SECONDS)
        used = {part: seconds(processes) - before[part] for part, processes in parts.items()}
        done = {name: count - stores[name] for name, count in counts(stack).items()}
        answers = stack.access_log()[logged:].splitlines()
        return Carried(
            guides=guides,
            per_second=load.per_second,
            p50=load.p50,
            p95=load.p95,
            p99=load.p99,
            cost={part: 1000 * time / len(answers) for part, time in used.items()},
            memory={part: resident(processes[0].pid) for part, processes in parts.items() if part in PARTS[:2]},
            transactions=done["transactions"] / len(answers),
            commands=done["commands"] / len(answers),
            kept=done["bytes"] / done["conversations"],
            sent=statistics.mean(int(line.split()[4]) for line in answers),
        )


def seconds(processes: list[Process]) -> float:
    """Processor time that these and their children have used."""
    mine, ticks = {process.pid for process in processes}, 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        # Each was started as the leader of a session; PostgreSQL's children make sessions of their own.
        if int(fields[3]) in mine or int(fields[1]) in mine:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


def counts(stack: Stack) -> dict[str, int]:
    """What the two stores have done and hold."""
    connection = psycopg2.connect(stack.database)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()),"
            " pg_total_relation_size('conversation_events'),"
            " (SELECT count(DISTINCT conversation) FROM conversation_events)"
        )
        transactions, size, conversations = cursor.fetchone()
    connection.close()
    commands = redis.Redis(port=stack.redis.port).info("stats")["total_commands_processed"]
    return {"transactions": transactions, "bytes": size, "conversations": conversations, "commands": commands}


def as_markdown(carried: list[Carried]) -> str:
    last = carried[-1]
    on = about()
    rows = [
        f"| {one.guides} | {one.per_second:.0f} | {one.p50:.0f} / {one.p95:.0f} / {one.p99:.0f} "
        f"| {' / '.join(f'{one.cost[part]:.1f}' for part in PARTS)} |"
        for one in carried
    ]
    memory = ", ".join(f"{part} {megabytes:.0f} MB" for part, megabytes in last.memory.items())
    return "\n".join(
        [
            f"Measured {on['date']} at {on['commit']}: {on['machine']}, load before {on['load before']}.",
            f"Everything ran on this machine, {CLIENTS} clients too: a second process gets what the rest leaves of it.",
            "",
            f"| processes | messages a second | ms, p50 / p95 / p99 | processor ms a message: {' / '.join(PARTS)} |",
            "|---|---|---|---|",
            *rows,
            "",
            f"Memory of a process: {memory}. An answer has {last.sent / 1000:.1f} kB. A message takes "
            f"{last.transactions:.1f} transactions of the",
            f"database and {last.commands:.1f} commands of Redis; a conversation of {len(CONVERSATION)} messages "
            f"{last.kept / 1000:.0f} kB of the database, indexes too.",
            "",
            *arithmetic(last),
        ]
    )


def arithmetic(measured: Carried) -> list[str]:
    """From what a message costs to what a million conversations a day need."""
    messages = CONVERSATIONS_A_DAY * len(CONVERSATION)
    peak = messages * BUSIEST_HOUR / 3600
    cores = {part: peak * measured.cost[part] / 1000 / BUSY for part in PARTS}
    processes = {part: max(2, math.ceil(cores[part])) for part in measured.memory}
    stored = CONVERSATIONS_A_DAY * measured.kept
    rows = [
        ("conversations a day", f"assumed: {CONVERSATIONS_A_DAY:,}"),
        ("messages of a conversation", f"assumed: {len(CONVERSATION)}, of which one is answered by the action server"),
        ("messages a day", f"{messages:,}; {messages / 86400:.0f} a second on average"),
        (
            "messages a second in the busiest hour",
            f"{peak:.0f}, assumed that it has {BUSIEST_HOUR:.0%} of the day's messages",
        ),
        *((f"cores for {part}", f"{cores[part]:.1f}") for part in PARTS),
        *(
            (f"processes of {part}", f"{number}, with {number * measured.memory[part] / 1000:.1f} GB of memory")
            for part, number in processes.items()
        ),
        ("how busy those cores are", f"assumed: {BUSY:.0%}, the rest for bursts and for the loss of a machine"),
        ("database, transactions a second", f"{peak * measured.transactions:,.0f}"),
        ("database, size", f"{stored * DAYS_KEPT / 1e9:.0f} GB: what is older than a day is erased"),
        ("database, written a day", f"{stored / 1e9:.0f} GB, and as much again in its log at least"),
        ("Redis, commands a second", f"{peak * measured.commands:,.0f}; a few MB of memory"),
        ("bandwidth of answers in the busiest hour", f"{peak * measured.sent * 8 / 1e6:.1f} Mbit/s"),
    ]
    return ["| a million conversations a day | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def main() -> None:
    need_wrk()
    page = as_markdown([measure(guides) for guides in GUIDES])
    print(page)
    if SECONDS >= FULL_SECONDS:
        text = PAGE.read_text("utf-8")
        before, _, rest = text.partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{page}\n\n{END}{rest.partition(END)[2]}", "utf-8")
        print(f"\nWritten into {PAGE.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
