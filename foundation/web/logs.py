"""One line per event on standard output, for the hall's own events and for those of the libraries it stands on.

Production writes JSON; the demo writes a line that a person reads. Neither holds personal data, a query string or a
line break that somebody typed. Django calls :func:`configure` with ``settings.LOGGING``.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor

from foundation.trace import current_trace_id
from foundation.web.redaction import redact_event, visible

# A traceback of a deep recursion must not fill the disk.
LONGEST_TRACE: Final = 30
_ROOT = str(Path(__file__).resolve().parents[2]) + "/"
# Their lines repeat what the hall's own say, with the path that somebody typed.
QUIETER: Final = {"django.request": logging.ERROR, "django.security.DisallowedHost": logging.ERROR, "django.server": logging.WARNING}


def _add_trace_id(_logger: Any, _method: str, event: EventDict) -> EventDict:
    trace_id = current_trace_id()
    if trace_id:
        event.setdefault("trace_id", trace_id)
    return event


def _rewrite_library_events(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Libraries write into their lines what somebody typed: Django the path, Celery the exception's text and the result."""
    name, facts = event.get("logger", ""), getattr(event.get("_record"), "data", None)
    if name == "django.request":
        event["event"] = "request.failed"
    elif name == "celery.app.trace" and isinstance(facts, dict):
        event["event"] = "task.finished" if "runtime" in facts else "task.failed"
        event["task"], event["task_id"] = facts.get("name"), facts.get("id")
        if "runtime" in facts:
            event["duration_ms"] = round(facts["runtime"] * 1000, 1)
    return event


class ExceptionSummary:
    """Processor: replace a traceback by its exceptions and where they were raised.

    The text of an exception often quotes what a person typed, and a database's quotes the row. It is written only where
    ``with_texts`` says so: on a developer's own machine.
    """

    def __init__(self, *, with_texts: bool) -> None:
        self.with_texts = with_texts

    def __call__(self, _logger: Any, _method: str, event: EventDict) -> EventDict:
        """Turn ``exc_info`` into ``exception`` and ``at``."""
        info = event.pop("exc_info", None)
        error = self._error(info)
        if error is not None:
            event["exception"] = self._names(error)
            frames = traceback.extract_tb(error.__traceback__)[-LONGEST_TRACE:]
            event["at"] = [f"{frame.filename.removeprefix(_ROOT)}:{frame.lineno} {frame.name}" for frame in frames]
        return event

    @staticmethod
    def _error(info: Any) -> BaseException | None:
        if isinstance(info, BaseException):
            return info
        if isinstance(info, tuple):
            return info[1] if isinstance(info[1], BaseException) else None
        return sys.exc_info()[1] if info else None

    def _names(self, error: BaseException | None) -> list[str]:
        names: list[str] = []
        while error is not None and len(names) < LONGEST_TRACE:
            name = f"{type(error).__module__}.{type(error).__qualname__}"
            names.append(f"{name}: {error}" if self.with_texts else name)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return names


def _as_line(_logger: Any, _method: str, event: EventDict) -> str:
    """Render an event for a person at a terminal: time, level, event, then ``key=value``."""
    time = str(event.pop("time"))[11:19]
    head = f"{time} {event.pop('level')!s:<7} {event.pop('event')}"
    event.pop("logger", None)
    return visible(" ".join([head, *(f"{key}={value}" for key, value in event.items())]))


def _as_json(logger: Any, method: str, event: EventDict) -> str:
    first = {key: event.pop(key) for key in ("time", "level", "event") if key in event}
    # JSON lets line separators stand as they are; a reader that splits lines at them would be deceived.
    return visible(str(structlog.processors.JSONRenderer(ensure_ascii=False)(logger, method, {**first, **event})))


class _StandardOutput(logging.StreamHandler[TextIO]):
    """Writes to whatever ``sys.stdout`` is at the moment, so that a redirection takes effect."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Standard output."""
        return sys.stdout


def _shared(*, with_texts: bool) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _add_trace_id,
        _rewrite_library_events,
        ExceptionSummary(with_texts=with_texts),
    ]


def configure(options: Mapping[str, Any]) -> None:
    """Set up all logging. ``options``: ``level``, and ``format`` (``json`` or ``line``)."""
    is_line = options.get("format") == "line"
    shared = _shared(with_texts=is_line)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact_event, _as_line if is_line else _as_json],
    )
    handler = _StandardOutput()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(options.get("level", "INFO"))
    for name, level in QUIETER.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
