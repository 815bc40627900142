"""Guesses at passwords and second factors, counted before the work they pay for: per account and per source, never per pair."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from foundation.errors import TooManyRequests, Unavailable
from foundation.limits.limiter import give_back, take
from foundation.limits.rules import PASSWORD_ACCOUNT, PASSWORD_SOURCE, SECOND_FACTOR_ACCOUNT, SECOND_FACTOR_SOURCE, Rule


@dataclass
class Attempt:
    """One guess; who made it says whether it was right."""

    is_right: bool = False


@contextmanager
def password_attempt(name: str, *, source: str, now: datetime) -> Iterator[Attempt]:
    """Count a guess at the password of whoever is called so, known or not; a right one is given back. Raises ``TooManyRequests``."""
    target = unicodedata.normalize("NFKC", name).strip().casefold()
    with _attempt(PASSWORD_SOURCE, source, PASSWORD_ACCOUNT, target, now) as attempt:
        yield attempt


@contextmanager
def second_factor_attempt(reference: str, *, source: str, now: datetime) -> Iterator[Attempt]:
    """Count a guess at the second factor of a user; a right one is given back. Raises ``TooManyRequests``."""
    with _attempt(SECOND_FACTOR_SOURCE, source, SECOND_FACTOR_ACCOUNT, reference, now) as attempt:
        yield attempt


@contextmanager
def _attempt(of_source: Rule, source: str, of_target: Rule, target: str, now: datetime) -> Iterator[Attempt]:
    permits = [take(of_source, target=source, now=now)]
    try:
        permits.append(take(of_target, target=target, now=now))
    except TooManyRequests:
        # Knocking at an account that is locked anyway shall not lock the whole station that the officer sits in.
        give_back(permits)
        raise
    attempt = Attempt()
    try:
        yield attempt
    except Unavailable:
        # Nothing was compared.
        give_back(permits)
        raise
    if attempt.is_right:
        give_back(permits)
