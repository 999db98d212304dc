"""What counting a message against its rates costs, with the library's own memory and with ours, in turns.

`python -m bench.limits`. So many conversations had four messages in the last minute as a busy server has.
"""

import statistics
import time
from itertools import product

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from guide.channel.limits import SWEEP, Memory

CONVERSATIONS = 1800
MESSAGES = 300
ANSWERING = 0.008
"""Seconds that an answer takes."""
ROUNDS = 5
RATE = parse("1000000/minute")


def milliseconds(storage: MemoryStorage) -> float:
    """Processor time of this process for a message. Threads of the storage count too."""
    windows = MovingWindowRateLimiter(storage)
    for conversation, _ in product(range(CONVERSATIONS), range(4)):
        windows.hit(RATE, "address", "203.0.113.7")
        windows.hit(RATE, "conversation", str(conversation))
    start = time.process_time()
    for conversation in range(MESSAGES):
        windows.hit(RATE, "address", "203.0.113.7")
        windows.hit(RATE, "conversation", str(conversation))
        time.sleep(ANSWERING)
    return 1000 * (time.process_time() - start) / MESSAGES


def longest(storage: Memory) -> float:
    """Milliseconds in which one sweep of ours holds everybody up."""
    windows = MovingWindowRateLimiter(storage)
    for conversation, _ in product(range(CONVERSATIONS), range(4)):
        windows.hit(RATE, "conversation", str(conversation))
    storage.swept = time.monotonic() - SWEEP
    start = time.perf_counter()
    windows.hit(RATE, "conversation", "another")
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    times: dict[type[MemoryStorage], list[float]] = {MemoryStorage: [], Memory: []}
    for _ in range(ROUNDS):
        for kind, its in times.items():
            its.append(milliseconds(kind()))
    theirs, ours = (statistics.median(its) for its in times.values())
    sweep = statistics.median(longest(Memory()) for _ in range(ROUNDS))
    print(f"The library's memory {theirs:.2f} ms a message, ours {ours:.2f}: {ours / theirs:.2f} of it.")
    print(f"A sweep of ours, once in {SWEEP} s: {sweep:.1f} ms.")


if __name__ == "__main__":
    main()
