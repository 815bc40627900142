"""``/api/v1/desk/people/…``: the counter's pages about how people are reached, for programs of officers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.accounts.operations.change_phone_at_counter import (
    check_number_for_counter,
    remove_phone_at_counter,
    set_phone_at_counter,
)
from foundation.accounts.operations.find_person import check_may_look_for, find_person, look_at_person, person_at_the_counter
from foundation.accounts.reached import reached
from foundation.accounts.residents import AT_THE_COUNTER
from foundation.accounts.rest import people_shapes as shapes
from foundation.accounts.rest.officers import taken
from foundation.accounts.step_up import require_recent_authentication
from foundation.accounts.web.asking import ask, asked_for, prove
from foundation.accounts.web.opening import language_of_page
from foundation.errors import Hidden, NotFound
from foundation.faces.api import OfficerView
from foundation.notifications.channels.sms import can_send


class PeopleView(OfficerView):
    """A route about one person, for who may change how people are reached and proved just now who they are themselves."""

    def open(self, request: Request, reference: str) -> None:
        """Let pass, or raise ``Hidden`` or ``StepUpRequired``."""
        person_at_the_counter(self.actor, reference)
        require_recent_authentication(request._request)

    def answer(self, reference: str) -> Response:
        """Answer with the person as they are reached now, as a look that is written down."""
        user = look_at_person(actor=self.actor, reference=reference, now=self.now)
        return Response(shapes.PersonSerializer(reached(user, now=self.now)).data)


class FindView(OfficerView):
    """Finding a person."""

    @extend_schema(
        operation_id="find_person",
        summary="Find a person by the ID number",
        request=shapes.FindSerializer,
        responses=shapes.FoundSerializer,
    )
    def post(self, request: Request) -> Response:
        """Return the reference of the person with this ID number, shortly after a second factor (`step_up_required`).

        Each search is recorded, also one that finds nobody (404, `person_unknown`).
        """
        check_may_look_for(self.actor)
        require_recent_authentication(request._request)
        user = find_person(actor=self.actor, now=self.now, **taken(shapes.FindSerializer, request))
        if user is None:
            raise NotFound(_("The hall does not know this number."), code="person_unknown", field="id_number")
        return Response(shapes.FoundSerializer({"reference": user.reference}).data)


class PersonView(PeopleView):
    """One person."""

    @extend_schema(operation_id="read_person", summary="See how a person is reached", responses=shapes.PersonSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Return it, masked; the look is recorded, and the person can see it."""
        self.open(request, reference)
        return self.answer(reference)


class CodeView(PeopleView):
    """Sending a code to a new number."""

    @extend_schema(
        operation_id="send_counter_code",
        summary="Send a code to the number that a person is to have",
        request=shapes.NewPhoneSerializer,
        responses=shapes.CodeSentSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Send six digits, which the person reads out; they are good in this session, for this person, for ten minutes."""
        self.open(request, reference)
        if not can_send():
            raise Hidden
        number = check_number_for_counter(actor=self.actor, person=reference, **taken(shapes.NewPhoneSerializer, request))
        ask(request._request, purpose=AT_THE_COUNTER, number=number, now=self.now, about=reference)
        return Response(shapes.CodeSentSerializer({"to": asked_for(request._request, AT_THE_COUNTER, about=reference)}).data)


class SetView(PeopleView):
    """Setting the number."""

    @extend_schema(
        operation_id="set_phone_of_person",
        summary="Set the phone number of a person at the counter",
        request=shapes.ProvedPhoneSerializer,
        responses=shapes.PersonSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Let the number that the code was sent to sign the person in at once. It and the one before are told."""
        self.open(request, reference)
        given = taken(shapes.ProvedPhoneSerializer, request)
        proved = prove(request._request, purpose=AT_THE_COUNTER, typed=given.pop("code"), now=self.now, about=reference)
        set_phone_at_counter(actor=self.actor, person=reference, proved=proved, language=language_of_page(), now=self.now, **given)
        return self.answer(reference)


class RemoveView(PeopleView):
    """Removing the number."""

    @extend_schema(
        operation_id="remove_phone_of_person",
        summary="Remove the phone number of a person at the counter",
        request=shapes.RemovePhoneSerializer,
        responses=shapes.PersonSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Forget it: it signs nobody in from now on, and is told so."""
        self.open(request, reference)
        given = taken(shapes.RemovePhoneSerializer, request)
        remove_phone_at_counter(actor=self.actor, person=reference, language=language_of_page(), now=self.now, **given)
        return self.answer(reference)
