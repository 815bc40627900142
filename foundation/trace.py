"""The trace id of the request or task at hand (W3C Trace Context), carried beside the call and never through the domain."""

from __future__ import annotations

from contextvars import ContextVar

_trace_id: ContextVar[str] = ContextVar("trace_id", default="")


def current_trace_id() -> str:
    """Return 32 hexadecimal digits, or nothing outside a request or task."""
    return _trace_id.get()


def set_trace_id(trace_id: str) -> None:
    """Remember the trace id for what follows in this request or task."""
    _trace_id.set(trace_id)
