"""Keep personal data and secrets out of the logs (ASVS 5.0: 16.2.5, 16.4.1)."""

from __future__ import annotations

import re
from typing import Any, Final

REDACTED: Final = "[redacted]"

# Log keys whose value is never written, whatever it is.
FORBIDDEN_KEYS: Final = frozenset(
    {
        *("name", "full_name", "display_name", "username", "address", "phone", "mobile", "telephone", "email"),
        *("id_number", "id_card", "passport", "birth_date", "narrative", "message_text"),
        *("code", "inquiry_code", "token", "secret", "password", "otp", "key", "nonce", "signature"),
        *("authorization", "cookie", "cookies", "headers", "query", "query_string", "body", "data", "form"),
    }
)

# What the hall's secrets and people's numbers look like wherever they stand in a text.
_ALONE = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"
PATTERNS: Final = tuple(
    re.compile(_ALONE.format(pattern))
    for pattern in (
        r"\d{17}[\dXx]",  # resident identity number, GB 11643
        r"\d{6}(?:\d{2})(?:0[1-9]|1[0-2])\d{5}",  # its form of 15 digits
        r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}",  # mobile number
        r"[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){3}",  # typed inquiry code
        r"(?=[A-Za-z]*\d)[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{16}",  # the same without hyphens
    )
)
# Bidirectional overrides and line separators included: a viewer must see one line, in the order it was written.
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_KEPT_AS_THEY_ARE: Final = frozenset({"trace_id", "time", "level", "logger"})


def visible(text: str) -> str:
    """Write control characters, line breaks among them, as escapes: no input starts a line of its own."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def redact_text(text: str) -> str:
    """Replace every number of a person and every inquiry code in a text."""
    for pattern in PATTERNS:
        text = pattern.sub(REDACTED, text)
    return text


def redact(value: Any) -> Any:
    """Return a log value without personal data; containers are walked, anything unknown becomes its text."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**10 else redact_text(str(value))
    if isinstance(value, dict):
        return {redact_text(str(key)): REDACTED if str(key).lower() in FORBIDDEN_KEYS else redact(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item) for item in value]
    return redact_text(str(value))


def redact_event(_logger: Any, _method: str, event: Any) -> Any:
    """Structlog processor: redact every key of one log line."""
    return {
        key: value if key in _KEPT_AS_THEY_ARE else REDACTED if key.lower() in FORBIDDEN_KEYS else redact(value)
        for key, value in event.items()
    }
