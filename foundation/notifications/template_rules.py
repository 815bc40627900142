"""What no message may say or be, whoever writes it: held against every template each time the hall is checked.

A text on a phone is read over shoulders and forged by others. So it holds no link, names nobody, says nothing of what a matter is about
and fits one segment; the same holds for every other way out, as far as it has those limits (docs/decisions/0025).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from foundation.notifications.gsm import segment_is_one
from foundation.notifications.kinds import NoticeKind, kinds
from foundation.notifications.models.delivery import OUTWARD, Channel
from foundation.notifications.templates import LANGUAGES, PLACEHOLDER, VALUE_KINDS, Template

LONGEST_THING: Final = 20
# Codes are asked for by somebody, and notices of them stand nowhere.
ONLY_AS_TEXT: Final = {"one-time-code": (Channel.SMS, Channel.EMAIL), "counter-code": (Channel.SMS,)}
_LINK: Final = re.compile(r"(?i)://|www\.|\b[a-z0-9-]+\.(?:cn|com|net|org|gov|edu|info|top|xyz|io|me|cc)\b|[\w.]+@[\w.]+")
# Values that say nothing of a matter.
_HARMLESS: Final = frozenset({"code", "count"})

Words = Callable[[], Iterable[str]]
_forbidden: list[Words] = []


def forbid(words: Words) -> None:
    """Let a service name words that give away what a matter is about, such as the titles of its kinds of cases."""
    _forbidden.append(words)


def faults(templates: Mapping[str, Template], *, signs: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the templates, one sentence each; ``signs`` are the signatures before texts by language."""
    found = [fault for template in templates.values() for fault in _faults_of(template, signs=signs)]
    return [*found, *_missing(templates)]


def _missing(templates: Mapping[str, Template]) -> Iterator[str]:
    known = {kind.code: _channels_of(kind) for kind in kinds()} | ONLY_AS_TEXT
    for event, channels in known.items():
        template = templates.get(event)
        for channel in channels:
            if template is None or channel not in template.wordings:
                yield f"{event}: no words for {channel}"
    for event in sorted(set(templates) - set(known)):
        yield f"{event}: no such event"


def _channels_of(kind: NoticeKind) -> tuple[Channel, ...]:
    return (Channel.IN_APP, Channel.EMAIL) if kind.for_officers else tuple(Channel)


def _faults_of(template: Template, *, signs: Mapping[str, str]) -> Iterator[str]:
    is_for_officers = any(kind.code == template.event and kind.for_officers for kind in kinds())
    for channel, wording in template.wordings.items():
        for language in LANGUAGES:
            subject, text = wording.in_language(language)
            for fault in _faults_of_text(channel, subject, text, template.values, is_for_officers=is_for_officers):
                yield f"{template.event} over {channel} in {language}: {fault}"
            filled = _filled(text, template.values)
            if channel == Channel.SMS and not segment_is_one(signs[language] + filled):
                yield f"{template.event} over {channel} in {language}: longer than one segment with its signature"
            if channel == Channel.WECHAT and max(len(_filled(subject, template.values)), len(filled)) > LONGEST_THING:
                yield f"{template.event} over {channel} in {language}: longer than WeChat shows"


def _faults_of_text(channel: str, subject: str, text: str, values: Mapping[str, str], *, is_for_officers: bool) -> Iterator[str]:
    whole = f"{subject}\n{text}"
    if not text or (channel != Channel.SMS and not subject):
        yield "empty"
    if _LINK.search(whole):
        yield "holds a link or an address"
    if channel not in OUTWARD:
        return
    named = sorted(set(PLACEHOLDER.findall(whole)))
    for name in [] if is_for_officers else named:
        if values[name] not in _HARMLESS:
            yield f"names {name}, which says of which matter"
    for word in sorted({word for words in _forbidden for word in words() if _holds_word(whole, word)}):
        yield f"says “{word}”, which tells what a matter is about"


def _holds_word(text: str, word: str) -> bool:
    return bool(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)) if word.isascii() else word in text


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: VALUE_KINDS[values[found[1]]].longest, text)
