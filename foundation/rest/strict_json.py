"""JSON with one meaning only (RFC 8259, I-JSON RFC 7493): what two parsers could read differently is refused."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from foundation.errors import Text

DEEPEST: Final = 32
LARGEST_INTEGER: Final = 2**63 - 1
LONGEST_NUMBER: Final = 40
_NOT_STORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class NotStrictJSON(ValueError):
    """The bytes are not JSON, or not of one meaning; ``message`` says what to mend."""

    def __init__(self, message: Text) -> None:
        super().__init__()
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


def loads(data: bytes) -> Any:
    """Return the value that the bytes stand for, or raise :class:`NotStrictJSON`.

    Refused: other encodings than UTF-8, a byte-order mark, a name twice in one object, NaN and Infinity, numbers beyond
    64 bits, more than 32 levels, and characters that a text in the database cannot hold (NUL, lone surrogates).
    """
    if data.startswith(b"\xef\xbb\xbf"):
        raise NotStrictJSON(_("The text starts with a byte-order mark; send it without one."))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotStrictJSON(_("The text is not UTF-8 from byte %(position)d on.") % {"position": error.start}) from error
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant, parse_int=_integer, parse_float=_fraction)
    except RecursionError as error:
        raise _too_deep() from error
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise NotStrictJSON(_("This is not JSON: see line %(line)d, column %(column)d.") % place) from error
    _check(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, value in pairs).most_common(1)[0][0]
        raise NotStrictJSON(_("“%(name)s” stands twice in one object.") % {"name": twice[:60]})
    return found


def _no_constant(text: str) -> None:
    raise NotStrictJSON(_("%(text)s is not a number in JSON.") % {"text": text})


def _integer(text: str) -> int:
    # The length is checked first: turning a million digits into a number is work that a stranger could order.
    if len(text) > LONGEST_NUMBER or abs(number := int(text)) > LARGEST_INTEGER:
        raise _too_large()
    return number


def _fraction(text: str) -> float:
    if len(text) > LONGEST_NUMBER or not math.isfinite(number := float(text)):
        raise _too_large()
    return number


def _too_large() -> NotStrictJSON:
    return NotStrictJSON(_("A number is too large or too long."))


def _too_deep() -> NotStrictJSON:
    return NotStrictJSON(_("The text is nested deeper than %(levels)d levels.") % {"levels": DEEPEST})


def _check(value: Any) -> None:
    """Walk the value level by level, so that depth costs no stack."""
    level, depth = [value], 0
    while level:
        inner: list[Any] = []
        is_deeper = False
        for each in level:
            if isinstance(each, dict):
                inner += [*each.keys(), *each.values()]
                is_deeper = True
            elif isinstance(each, list):
                inner += each
                is_deeper = True
            elif isinstance(each, str) and _NOT_STORABLE.search(each):
                raise NotStrictJSON(_("A text holds a character that cannot be stored."))
        depth += is_deeper
        if depth > DEEPEST:
            raise _too_deep()
        level = inner
