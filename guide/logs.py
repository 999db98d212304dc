"""Logs as JSON lines on standard output, without anything that people type and without ids of conversations."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime

FRAMES = 8
"""Innermost places of an exception that are logged."""
_NAMED = re.compile(r"(sender|conversation)( ID)? '[^']*'")  # as Rasa writes it when it gives up on a conversation


class JsonLines(logging.Formatter):
    """One object a line: time (UTC), level, logger, event; for failures `failure`, its kind (see guide.metrics).

    Of an exception the type and the places in code are logged, never its message: that may quote what was typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _NAMED.sub(r"\1 …", record.getMessage()),
        }
        if hasattr(record, "failure"):
            line["failure"] = record.failure
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])[-FRAMES:]
            line["error"] = record.exc_info[0].__name__
            line["at"] = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
        return json.dumps(line, ensure_ascii=False)


def set_up() -> None:
    """Write all logs of this process so, in place of the coloured lines that Rasa sets up."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], force=True)
