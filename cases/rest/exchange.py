"""The way in for the police's own case systems. How to speak to it: docs/exchange.md."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.domain.exchange import (
    LARGEST_BATCH,
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
from cases.operations.exchange_intake import Answer
from cases.operations.take_exchange_batch import take_exchange_batch
from cases.rest.serializers_exchange import MESSAGES, AnswersSerializer, BatchSerializer, EnvelopeSerializer
from foundation import clock
from foundation.accounts.actors import actor_of_feed
from foundation.accounts.authentication import FeedSignature, IsFeed
from foundation.accounts.models import Feed
from foundation.encryption.keys import index_key
from foundation.errors import RuleViolated

_ENVELOPE: Final = ("message_id", "case", "source_sequence")


class ExchangeCases(APIView):
    """Takes batches of messages about the cases of one bureau."""

    authentication_classes = [FeedSignature]
    permission_classes = [IsFeed]
    max_body = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    @extend_schema(
        operation_id="exchange_cases",
        summary="Push cases and their progress",
        description="Up to 500 messages, each with an answer of its own: 200 means that every message has one, not that all were applied. "
        "A message acts once, however often it is sent. Messages of one case act in the order of `source_sequence`; one that is ahead "
        "waits and blocks no other case. The signature is that of RFC 9421 with Ed25519 over Content-Digest; see docs/exchange.md.",
        request=BatchSerializer,
        responses={200: AnswersSerializer},
    )
    def post(self, request: Request) -> Response:
        """Take a batch."""
        feed = cast(Feed, request.auth)
        reader = MessageReader()
        items = [reader.read(item) for item in _messages(cast(Mapping[str, Any], request.data))]
        answers = take_exchange_batch(actor=actor_of_feed(feed), feed=feed, items=items, now=clock.now())
        return Response({"results": [_written(answer) for answer in answers]})


def _messages(data: Mapping[str, Any]) -> list[Any]:
    """Return the raw messages of a batch; raise for anything that is not a batch."""
    errors = {str(name)[:60]: [ErrorDetail(_("There is no such field."), code="unknown_field")] for name in data if name != "messages"}
    if errors:
        raise ValidationError(errors)
    messages = data.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ValidationError({"messages": [ErrorDetail(_("Send a list of at least one message."), code="invalid")]})
    if len(messages) > LARGEST_BATCH:
        raise RuleViolated(_("Send at most 500 messages at once."), code="too_many_messages", field="messages")
    return messages


class MessageReader:
    """Reads raw messages, each by itself. Serializers are made once: making one costs more than reading with it."""

    def __init__(self) -> None:
        self._serializers: dict[str, EnvelopeSerializer] = {action: serializer() for action, serializer in MESSAGES.items()}
        self._envelope = EnvelopeSerializer()

    def read(self, item: Any) -> Message | Broken:
        """Return the message, or what is wrong with it."""
        if not isinstance(item, dict):
            return Broken(envelope=None, message_id=None, faults=(Fault(field=None, code="invalid", message=_("A message is an object.")),))
        action = item.get("action")
        serializer = self._serializers.get(action) if isinstance(action, str) else None
        try:
            values = (serializer or self._envelope).run_validation(item)
        except ValidationError as error:
            return _broken(item, error.detail)
        return Message(envelope=_envelope(item), body=_BODIES[values["action"]](values["content"]))


def _broken(item: dict[str, Any], detail: Any) -> Broken:
    faults = tuple(_faults(detail))
    is_known = not any(name in detail for name in _ENVELOPE)
    message_id = item.get("message_id") if "message_id" not in detail else None
    return Broken(envelope=_envelope(item) if is_known else None, message_id=message_id, faults=faults)


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
    text = json.dumps(item, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Envelope(
        message_id=item["message_id"],
        source_case_id=item["case"]["source_case_id"],
        sequence=item["source_sequence"],
        # Keyed: what names a person must not be found in the database by trying ID numbers.
        digest=hmac.digest(index_key("exchange-message"), text.encode(), hashlib.sha256),
    )


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


def _written(answer: Answer) -> dict[str, Any]:
    return {
        "message_id": answer.message_id,
        "state": answer.state,
        "code": answer.code or None,
        "field": answer.field or None,
        "is_repeated": answer.is_repeated,
        "case": answer.reference,
        "sequence": answer.sequence,
        "waiting_for": answer.waiting_for,
        "errors": [{"field": fault.field, "code": fault.code, "message": fault.message} for fault in answer.faults],
    }
