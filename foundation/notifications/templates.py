"""The words of every message, by event, channel and language: data in ``seeds/notifications``, for lawyers to correct.

A placeholder such as ``{code}`` is filled with a value of a declared kind and with nothing else: a code, a public reference, a day. No
kind takes free words, so nothing that somebody typed ever becomes part of a message, nor is anything but these files read as a template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.conf import settings

from foundation.languages import Bilingual
from foundation.notifications.channels.base import Message

NOTHING: Final = Bilingual(en="", zh="")
LANGUAGES: Final = ("zh-hans", "en")
PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


class MissingTemplate(Exception):
    """Nobody wrote what to say."""


class MissingValue(Exception):
    """What is to be said needs a value that is not there, or is not of its kind."""


@dataclass(frozen=True, kw_only=True)
class ValueKind:
    """What may stand in a placeholder; ``longest`` is an example that no value exceeds."""

    pattern: re.Pattern[str]
    longest: str


VALUE_KINDS: Final = {
    "code": ValueKind(pattern=re.compile(r"[0-9]{6}"), longest="888888"),
    "reference": ValueKind(pattern=re.compile(r"[A-Za-z0-9-]{1,40}"), longest="W" * 40),
    "day": ValueKind(pattern=re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), longest="2026-12-28"),
    "count": ValueKind(pattern=re.compile(r"[0-9]{1,6}"), longest="888888"),
}


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What is said of an event over one channel; ``subject`` is empty where a channel has none."""

    text: Bilingual
    subject: Bilingual = NOTHING

    def in_language(self, language: str) -> tuple[str, str]:
        """Return subject and text."""
        is_chinese = language.startswith("zh")
        return (self.subject.zh, self.text.zh) if is_chinese else (self.subject.en, self.text.en)


@dataclass(frozen=True, kw_only=True)
class Template:
    """All wordings of one event by channel, and the kinds of the values that they name."""

    event: str
    values: Mapping[str, str]
    wordings: Mapping[str, Wording]


@cache
def all_templates() -> dict[str, Template]:
    """Return every template by its event; raise ``BrokenSeed`` with file and line."""
    from foundation.notifications.template_files import read_templates

    return read_templates(settings.SEEDS / "notifications")


def render(event: str, channel: str, language: str, values: Mapping[str, Any]) -> Message:
    """Return what is said of an event over a channel; raise :class:`MissingTemplate` or :class:`MissingValue`.

    ``values`` may hold more than the wording names. Each placeholder is filled once: what a value holds is text, never a placeholder.
    """
    template = all_templates().get(event)
    wording = template.wordings.get(channel) if template else None
    if template is None or wording is None or language not in LANGUAGES:
        raise MissingTemplate(f"{event} over {channel} in {language}")
    kinds = template.values

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        value = str(values.get(name, ""))
        if not VALUE_KINDS[kinds[name]].pattern.fullmatch(value):
            raise MissingValue(name)
        return value

    subject, text = (PLACEHOLDER.sub(fill, part) for part in wording.in_language(language))
    return Message(subject=subject, text=text, language=language, event=event)
