"""Reading what a feed sends: every message by itself, so that a broken one does not refuse the others."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from cases.domain.exchange import (
    Action,
    Body,
    Broken,
    Envelope,
    Fault,
    Handover,
    Link,
    Message,
    Opening,
    Progress,
    Registration,
    ToldParty,
    Withholding,
)
from cases.domain.policies import LONGEST_DETAIL
from cases.domain.publication import Ground, Publication
from cases.domain.statuses import Kind, Status
from cases.rest.serializers_exchange import CASE_NAME, LARGEST_NUMBER, LONGEST_TEXT, MESSAGE_ID, MESSAGES, UNIT_CODE, EnvelopeSerializer
from foundation.encryption.keys import index_key
from foundation.rest.serializers import UNPRINTABLE

_ENVELOPE: Final = ("message_id", "case", "source_sequence")


class MessageReader:
    """Reads raw messages. Serializers are made once: making one costs more than reading with it."""

    def __init__(self) -> None:
        self._serializers: dict[str, EnvelopeSerializer] = {action: serializer() for action, serializer in MESSAGES.items()}
        self._envelope = EnvelopeSerializer()

    def read(self, item: Any) -> Message | Broken:
        """Return the message, or what is wrong with it."""
        if not isinstance(item, dict):
            return Broken(envelope=None, message_id=None, faults=(Fault(field=None, code="invalid", message=_("A message is an object.")),))
        plain = read_plain(item)
        if plain is not None:
            return Message(envelope=_envelope(item), body=plain)
        return self.read_thoroughly(item)

    def read_thoroughly(self, item: dict[str, Any]) -> Message | Broken:
        """Return the same, by the serializers, which find every fault and name it."""
        action = item.get("action")
        serializer = self._serializers.get(action) if isinstance(action, str) else None
        try:
            values = (serializer or self._envelope).run_validation(item)
        except ValidationError as error:
            return _broken(item, error.detail)
        return Message(envelope=_envelope(item), body=_BODIES[values["action"]](values["content"]))


def _broken(item: dict[str, Any], detail: Any) -> Broken:
    is_known = not any(name in detail for name in _ENVELOPE)
    message_id = item.get("message_id") if "message_id" not in detail else None
    return Broken(envelope=_envelope(item) if is_known else None, message_id=message_id, faults=tuple(_faults(detail)))


def _faults(detail: Any, path: tuple[str, ...] = ()) -> Iterator[Fault]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _faults(inner, path if name == "non_field_errors" else (*path, str(name)))
    else:
        for place, inner in enumerate(detail):
            if isinstance(inner, ErrorDetail):
                yield Fault(field=".".join(path) or None, code=str(inner.code), message=str(inner))
            else:
                yield from _faults(inner, (*path, str(place)))


def _envelope(item: dict[str, Any]) -> Envelope:
    return Envelope(
        message_id=item["message_id"],
        source_case_id=item["case"]["source_case_id"],
        sequence=item["source_sequence"],
        # Keyed: what names a person must not be found in the database by trying ID numbers.
        digest=hmac.digest(index_key("exchange-message"), _canonical(item).encode(), hashlib.sha256),
    )


_canonical: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def _registration(content: dict[str, Any]) -> Body:
    parties = tuple(ToldParty(**party) for party in content.pop("parties", ()))
    return Registration(**content, parties=parties)


def _progress(content: dict[str, Any]) -> Body:
    text = content.pop("text", {"en": "", "zh": ""})
    return Progress(**content, text_en=text["en"], text_zh=text["zh"])


_BODIES: Final[dict[str, Callable[[dict[str, Any]], Body]]] = {
    Action.REGISTER: _registration,
    Action.LINK: lambda content: Link(**content),
    Action.PROGRESS: _progress,
    Action.WITHHOLD: lambda content: Withholding(**content),
    Action.PUBLICATION: lambda content: Opening(**content),
    Action.TRANSFER: lambda content: Handover(**content),
}

# --- the short way ----------------------------------------------------------------------------------------------------
# Nearly all messages are plain progress or plain registrations, and the serializers take as long for one as everything else does
# together. What is plainly right is read here; whatever is not goes to the serializers, which alone refuse. A test holds both to one
# reading.

_MESSAGE: Final = {*_ENVELOPE, "action", "content"}
_MOMENT: Final = re.compile(r"(19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_is_message_id: Final = re.compile(MESSAGE_ID).search
_is_case_name: Final = re.compile(CASE_NAME).search
_is_unit_code: Final = re.compile(UNIT_CODE).search

Check = Callable[[Any], bool]


def read_plain(item: dict[str, Any]) -> Progress | Registration | None:
    """Return what a plain message tells, or ``None`` for whatever has to be read thoroughly."""
    if item.keys() != _MESSAGE or not _has_plain_envelope(item):
        return None
    action, content = item["action"], item["content"]
    if type(content) is not dict:
        return None
    try:
        if action == "progress" and _is_plain(content, _PROGRESS):
            return _plain_progress(content)
        if action == "register" and _is_plain(content, _REGISTRATION):
            return Registration(**content | {"reported_at": datetime.fromisoformat(content["reported_at"])})
    except (KeyError, TypeError, ValueError):
        # No such day, or a name that must be there is not.
        return None
    return None


def _plain_progress(content: dict[str, Any]) -> Progress:
    fields = content | {"at": datetime.fromisoformat(content["at"])}
    if text := fields.pop("text", None):
        fields |= {"text_en": text["en"], "text_zh": text["zh"]}
    return Progress(**fields)


def _has_plain_envelope(item: dict[str, Any]) -> bool:
    message_id, case, number = item["message_id"], item["case"], item["source_sequence"]
    if type(message_id) is not str or type(case) is not dict or case.keys() != {"source_case_id"} or type(number) is not int:
        return False
    is_named = _is_text(case["source_case_id"], longest=80) and _is_case_name(case["source_case_id"]) is not None
    return is_named and len(message_id) <= 64 and _is_message_id(message_id) is not None and 1 <= number <= LARGEST_NUMBER


def _is_plain(content: dict[str, Any], checks: Mapping[str, Check]) -> bool:
    return all(name in checks and checks[name](value) for name, value in content.items())


def _is_text(value: object, *, longest: int) -> bool:
    return type(value) is str and 0 < len(value) <= longest and value == value.strip() and UNPRINTABLE.search(value) is None


def _is_moment(value: object) -> bool:
    return type(value) is str and _MOMENT.fullmatch(value) is not None


def _one_of(choices: type[TextChoices]) -> Check:
    values = frozenset(choices.values)
    return lambda value: type(value) is str and value in values


def _up_to(longest: int) -> Check:
    return lambda value: _is_text(value, longest=longest)


def _is_in_both_languages(value: object) -> bool:
    return type(value) is dict and value.keys() == {"en", "zh"} and all(_is_text(each, longest=LONGEST_TEXT) for each in value.values())


_PROGRESS: Final[dict[str, Check]] = {
    "at": _is_moment,
    "status": _one_of(Status),
    "text": _is_in_both_languages,
    "phrase": _up_to(60),
    "detail": _up_to(LONGEST_DETAIL),
    "ground": _one_of(Ground),
}
_REGISTRATION: Final[dict[str, Check]] = {
    "kind": _one_of(Kind),
    "category": _up_to(60),
    "unit": lambda value: type(value) is str and _is_unit_code(value) is not None,
    "reported_at": _is_moment,
    "status": _one_of(Status),
    "publication": _one_of(Publication),
    "ground": _one_of(Ground),
}
