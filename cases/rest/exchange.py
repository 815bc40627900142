"""The way in for the police's own case systems. How to speak to it: docs/exchange.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.domain.exchange import LARGEST_BATCH
from cases.operations.exchange_intake import Answer
from cases.operations.take_exchange_batch import take_exchange_batch
from cases.rest.exchange_messages import MessageReader
from cases.rest.serializers_exchange import ExchangeAnswersSerializer, ExchangeBatchSerializer
from foundation import clock
from foundation.accounts.actors import actor_of_feed
from foundation.accounts.models import Feed
from foundation.devices.authentication import FeedSignature, IsFeed
from foundation.errors import RuleViolated


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
        request=ExchangeBatchSerializer,
        responses={200: ExchangeAnswersSerializer},
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
