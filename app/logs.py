"""The service's log: lines for a person, or one JSON object per line with the ids of what it is about."""

import json
import logging
from datetime import UTC, datetime
from typing import Literal

ABOUT = ("run_id", "workspace_id", "worker")
"""What a log line may say that it is about (`extra` of the logging calls)."""


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, logger, message, what it is about, and the error if there was one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: record.__dict__[name] for name in ABOUT if name in record.__dict__},
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def set_up_log(form: Literal["text", "json"]) -> None:
    """Lets everything from INFO on be written to standard error in this form."""
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    handler.setFormatter(JsonLines() if form == "json" else plain)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
