"""``docs/limits.md``, written from the rules so that it cannot differ from them."""

from __future__ import annotations

from datetime import timedelta

from foundation.limits.rules import RULES, SLOW_HASH_WAIT, SLOW_HASHES_PER_CORE, Rule

_HEAD = """# Limits

Written by `manage.py write_limits` from `foundation/limits/rules.py`; a test compares the two.

A window opens with the first attempt. The last attempt that it holds locks the target; an attempt that turns out right is
given back and lifts the lock it made. A rule without a lock holds in every stretch of that length: an attempt has room again
when the oldest of those within it is that old. A locked target answers 429 with `Retry-After`, and attempts at it do not count.
Attempts are counted in PostgreSQL before the work they pay for: exactly, whoever calls at the same moment.

| scope | what is limited | attempts | in | then locked for | what counts | why |
| --- | --- | ---: | --- | --- | --- | --- |
"""
_TAIL = f"""
Argon2 hashes at once in one process: {SLOW_HASHES_PER_CORE} per core; who waits longer than {SLOW_HASH_WAIT.seconds} seconds is told 503
with `Retry-After`.
"""


def render() -> str:
    """Return the page."""
    return _HEAD + "".join(map(_row, RULES)) + _TAIL


def _row(rule: Rule) -> str:
    lock = _words(rule.window) + (f", doubling up to {_words(rule.longest_lock)}" if rule.is_doubling else "")
    lock = "no lock" if rule.is_sliding else lock
    return f"| `{rule.scope}` | {rule.target} | {rule.allowed} | {_words(rule.window)} | {lock} | {rule.attempt} | {rule.reason} |\n"


def _words(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
