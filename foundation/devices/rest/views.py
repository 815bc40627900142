"""``/api/v1/kiosks/…`` and ``/api/v1/feeds/enrol/``. How to speak to them: docs/devices.md."""

from __future__ import annotations

from typing import ClassVar, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.accounts.models import Machine
from foundation.devices.actors import actor_of_kiosk, actor_of_machine
from foundation.devices.authentication import FEED_WINDOW, KIOSK_WINDOW, IsKiosk, KioskSignature
from foundation.devices.families import FEEDS, KIOSKS, Family
from foundation.devices.models import Kiosk
from foundation.devices.operations.enrol import enrol
from foundation.devices.operations.hear_heartbeat import hear_heartbeat
from foundation.devices.rest.serializers import EnrolledSerializer, EnrolmentSerializer, HeartbeatAnswerSerializer, HeartbeatSerializer
from foundation.rest.permissions import IsPublic
from foundation.signatures.verify import check_is_signed, verify_request
from foundation.web.client_address import client_address, source_network

_PROOF = [
    OpenApiParameter(name, location=OpenApiParameter.HEADER, required=True, type={"type": "string", "maxLength": 4096}, description=told)
    for name, told in (
        ("Signature-Input", 'RFC 9421, over @method, @authority, @path and Content-Digest, with `keyid="enrolment"`.'),
        ("Signature", "Made with the private half of the key in the body: proof that the machine holds it."),
        ("Content-Digest", "RFC 9530, `sha-256`."),
    )
]
_TOLD = (
    "The machine makes a pair of keys, keeps the private half, and signs this one request with it. The code was shown to an officer once, "
    "is good for an hour, once, for one machine. A code that is unknown, used, run out or another machine's is answered the same 404. "
    "A key that the machine had before is dead at once."
)


class Enrol(APIView):
    """A machine brings its key."""

    authentication_classes = ()
    permission_classes = (IsPublic,)
    family: ClassVar[Family]
    window: ClassVar[int]

    def take(self, request: Request) -> Response:
        """Check that whoever sends the key holds it, and enrol."""
        plain, now = request._request, clock.now()
        check_is_signed(plain)
        plain.body  # noqa: B018 - read before the parser, which would leave nothing to digest
        serializer = EnrolmentSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        key: bytes = serializer.validated_data["public_key"]
        proof = verify_request(plain, find_key={"enrolment": key}.get, now=now, window=self.window, stale_code="clock_skew")
        machine = enrol(
            family=self.family,
            code=serializer.validated_data["code"],
            public_key=key,
            proof=proof,
            source=source_network(client_address(plain)),
            now=now,
        )
        plain.actor = actor_of_machine(machine)  # type: ignore[attr-defined]
        return Response(EnrolledSerializer(self._answer(machine) | {"time": now}).data, status=201)

    def _answer(self, machine: Machine) -> dict[str, object]:
        return {
            "key_id": machine.key_id,
            "reference": machine.reference,
            "name": machine.name,
            "state": machine.state,
            "window_seconds": self.window,
        }


class KioskEnrol(Enrol):
    """For terminals."""

    family = KIOSKS
    window = KIOSK_WINDOW

    @extend_schema(
        operation_id="enrol_kiosk",
        summary="Enrol a terminal with its code",
        description=_TOLD,
        tags=["devices"],
        auth=[],
        parameters=_PROOF,
        request=EnrolmentSerializer,
        responses={201: EnrolledSerializer},
    )
    def post(self, request: Request) -> Response:
        """Enrol a terminal."""
        return self.take(request)


class FeedEnrol(Enrol):
    """For case systems."""

    family = FEEDS
    window = FEED_WINDOW

    @extend_schema(
        operation_id="enrol_feed",
        summary="Enrol a case system with its code",
        description=_TOLD,
        tags=["devices"],
        auth=[],
        parameters=_PROOF,
        request=EnrolmentSerializer,
        responses={201: EnrolledSerializer},
    )
    def post(self, request: Request) -> Response:
        """Enrol a feed."""
        return self.take(request)


class Heartbeat(APIView):
    """A terminal says how it is, once a minute."""

    authentication_classes = (KioskSignature,)
    permission_classes = (IsKiosk,)

    @extend_schema(
        operation_id="kiosk_heartbeat",
        summary="Say how the terminal is",
        description="Once a minute, give or take ten seconds, signed by the terminal's key. The answer tells the hall's time and what "
        "the screen is to say.",
        tags=["devices"],
        request=HeartbeatSerializer,
        responses={200: HeartbeatAnswerSerializer},
    )
    def post(self, request: Request) -> Response:
        """Take a heart-beat."""
        serializer = HeartbeatSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        kiosk = cast(Kiosk, request.auth)
        answer = hear_heartbeat(actor=actor_of_kiosk(kiosk), kiosk=kiosk, now=clock.now(), **serializer.validated_data)
        return Response(HeartbeatAnswerSerializer(answer).data)
