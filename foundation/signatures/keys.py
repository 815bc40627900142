"""Whether 32 bytes are an Ed25519 public key that somebody can hold the private half of.

The library takes any 32 bytes. Among them are points of small order, under which anybody can sign anything, points outside the
group that keys are made in, numbers that are no point at all, and second ways of writing a point. A key comes in rarely, so it is
examined to the end: RFC 8032, 5.1.3 (decoding, canonical form) and membership in the group of prime order.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.errors import RuleViolated

KEY_BYTES: Final = 32
_P: Final = 2**255 - 19
_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ROOT: Final = pow(2, (_P - 1) // 4, _P)

# Extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z (RFC 8032, 5.1.4).
_Point = tuple[int, int, int, int]
_NEUTRAL: Final[_Point] = (0, 1, 1, 0)


def check_public_key(key: bytes) -> bytes:
    """Return the key; raise ``RuleViolated(code="public_key", field="public_key")`` if it is none. Takes a few milliseconds."""
    if len(key) != KEY_BYTES:
        raise RuleViolated(_("An Ed25519 public key has 32 bytes."), code="public_key", field="public_key")
    point = _decode(key)
    if point is None or _is_neutral(point) or not _is_neutral(_times(_ORDER, point)):
        raise RuleViolated(_("These 32 bytes are no Ed25519 public key that can be trusted."), code="public_key", field="public_key")
    return key


def _decode(key: bytes) -> _Point | None:
    number = int.from_bytes(key, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P == -u % _P:
        x = x * _ROOT % _P
    if v * x * x % _P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _plus(left: _Point, right: _Point) -> _Point:
    a = (left[1] - left[0]) * (right[1] - right[0]) % _P
    b = (left[1] + left[0]) * (right[1] + right[0]) % _P
    c = 2 * left[3] * right[3] * _D % _P
    d = 2 * left[2] * right[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    result = _NEUTRAL
    while number:
        if number & 1:
            result = _plus(result, point)
        point = _plus(point, point)
        number >>= 1
    return result


def _is_neutral(point: _Point) -> bool:
    return point[0] % _P == 0 and (point[1] - point[2]) % _P == 0
