"""``/api/v1/desk/officers/…`` and ``/posts/``: the desk's pages about officers, for programs of officers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.accounts.models import Role
from foundation.accounts.operations.change_contact import change_contact
from foundation.accounts.operations.decide_post import approve_post, refuse_post
from foundation.accounts.operations.end_sign_ins import end_sign_ins_of
from foundation.accounts.operations.grant_role import give_post, take_post_away
from foundation.accounts.operations.invite_officer import invite_officer, reset_sign_in
from foundation.accounts.operations.switch_account import disable_account, enable_account
from foundation.accounts.queries import officer_for, officers_for, proposal_for, proposals_for
from foundation.accounts.rest import officer_shapes as shapes
from foundation.accounts.rights import DISABLE, GRANT, READ, check_may_change
from foundation.accounts.step_up import require_recent_authentication
from foundation.accounts.told import told, with_posts
from foundation.errors import DomainError, NotAllowed
from foundation.faces.api import OfficerView
from foundation.organisations.queries import organisation_by_code
from foundation.rest.pagination import CursorPages, single
from foundation.rest.serializers import StrictSerializer

LONGEST_WORDS = 60
_WORDS = OpenApiParameter(
    "q", OpenApiTypes.STR, description="Words of the name, the badge number or the user name, in at most 60 characters."
)
_ROLES = inline_serializer("Roles", {"results": shapes.RoleSerializer(many=True), "next": serializers.CharField(allow_null=True)})


class AccountsView(OfficerView):
    """A route about officers."""

    def check(self, capability: str) -> None:
        """Raise ``NotAllowed`` unless a post of the caller holds the capability anywhere."""
        if not self.actor.paths_for(capability):
            raise NotAllowed(capability=capability)

    def answer(self, reference: str) -> Response:
        """Answer with the officer as they are now."""
        return Response(shapes.OfficerAccountSerializer(told(officer_for(self.actor, reference), now=self.now)).data)


class PostsView(AccountsView):
    """What each post is for and what it allows."""

    @extend_schema(operation_id="list_posts", summary="List posts and what they allow", responses=_ROLES)
    def get(self, request: Request) -> Response:
        """Return all of them. The list is short and has no pages."""
        self.check(READ)
        return Response({"results": shapes.RoleSerializer(Role.objects.order_by("pk"), many=True).data, "next": None})


class OfficersView(AccountsView):
    """The officers at the caller's organisations and below."""

    ordering = ("display_name", "pk")
    pagination_class = CursorPages

    @extend_schema(
        operation_id="list_officers",
        summary="List officers",
        parameters=[_WORDS],
        responses=shapes.OfficerAccountRowSerializer(many=True),
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Return them by name."""
        self.check(READ)
        pages, words = CursorPages(), single(request, "q")[:LONGEST_WORDS].replace("\0", "")
        rows = pages.paginate_queryset(officers_for(self.actor, READ, words=words), request, self)
        return pages.get_paginated_response(shapes.OfficerAccountRowSerializer(with_posts(rows), many=True).data)

    @extend_schema(
        operation_id="invite_officer",
        summary="Set up an officer's account",
        request=shapes.NewOfficerSerializer,
        responses={201: shapes.InvitationSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make the account, without any post; the answer holds the code that opens it once, within 72 hours, and nothing else does.

        Shortly after a second factor (`step_up_required`).
        """
        self.check(GRANT)
        require_recent_authentication(request._request)
        given = taken(shapes.NewOfficerSerializer, request)
        unit = organisation_by_code(code=given.pop("unit"))
        try:
            officer, code = invite_officer(actor=self.actor, unit=unit, now=self.now, display_name=given.pop("name"), **given)
        except DomainError as error:
            error.field = "name" if error.field == "display_name" else error.field
            raise
        made = {"officer": officer.reference, "username": officer.username, "code": code}
        return Response(shapes.InvitationSerializer(made).data, status=201)


class OneOfficerView(AccountsView):
    """One officer."""

    @extend_schema(operation_id="read_officer", summary="See an officer's account and posts", responses=shapes.OfficerAccountSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Return it."""
        return self.answer(reference)


class _Action(AccountsView):
    """A route that does one thing to an account, shortly after a second factor, and answers with the account as it is then."""

    takes: ClassVar[type[StrictSerializer]] = shapes.ReasonSerializer
    capability: ClassVar[str] = DISABLE

    def act(self, reference: str, given: Mapping[str, Any]) -> object:
        """Make the one call."""
        raise NotImplementedError

    def done(self, reference: str, outcome: Any) -> Response:
        """Answer; ``outcome`` is what the call returned."""
        return self.answer(reference)

    def carry_out(self, request: Request, reference: str) -> Response:
        """Do it."""
        officer = officer_for(self.actor, reference)
        if self.capability == GRANT:
            self.check(GRANT)
        else:
            check_may_change(self.actor, self.capability, officer)
        require_recent_authentication(request._request)
        return self.done(reference, self.act(reference, taken(self.takes, request)))


class GivePostView(_Action):
    """Giving a post."""

    takes = shapes.GivePostSerializer
    capability = GRANT

    @extend_schema(
        operation_id="give_post",
        summary="Give an officer a post",
        request=shapes.GivePostSerializer,
        responses=shapes.OfficerAccountSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Give it: the officer may do what it allows from the next request on. A post of weight waits for a second officer instead."""
        return self.carry_out(request, reference)

    def act(self, reference: str, given: Mapping[str, Any]) -> object:
        """Give it."""
        return give_post(actor=self.actor, officer=reference, now=self.now, **given)


class TakePostView(_Action):
    """Taking a post away."""

    takes = shapes.TakePostSerializer
    capability = GRANT

    @extend_schema(
        operation_id="take_post_away",
        summary="Take a post away from an officer",
        request=shapes.TakePostSerializer,
        responses=shapes.OfficerAccountSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Take it: the officer's next request no longer allows what it allowed."""
        return self.carry_out(request, reference)

    def act(self, reference: str, given: Mapping[str, Any]) -> object:
        """Take it."""
        return take_post_away(actor=self.actor, officer=reference, now=self.now, **given)


class WaitingView(AccountsView):
    """Posts that wait for a second officer."""

    ordering = ("proposed_at", "reference")
    pagination_class = CursorPages

    @extend_schema(
        operation_id="list_waiting_posts",
        summary="List posts that wait for a second officer",
        responses=shapes.ProposalSerializer(many=True),
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Return those at the units where the caller may give posts, the oldest first."""
        self.check(GRANT)
        pages = CursorPages()
        rows = pages.paginate_queryset(proposals_for(self.actor), request, self)
        return pages.get_paginated_response(shapes.ProposalSerializer(rows, many=True).data)


class ApprovePostView(AccountsView):
    """What the second officer sends."""

    @extend_schema(
        operation_id="approve_post",
        summary="Give a post that another officer proposed",
        request=shapes.AccountDeedSerializer,
        responses=shapes.OfficerAccountSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Give it; who proposed it is refused (`two_officers`). Shortly after a second factor (`step_up_required`)."""
        proposal = proposal_for(self.actor, reference)
        require_recent_authentication(request._request)
        taken(shapes.AccountDeedSerializer, request)
        approve_post(actor=self.actor, reference=reference, now=self.now)
        return self.answer(proposal.user.reference)


class RefusePostView(AccountsView):
    """What lets nothing come of it."""

    @extend_schema(
        operation_id="refuse_post",
        summary="Refuse a post that waits, or take an own proposal back",
        request=shapes.ReasonSerializer,
        responses=shapes.OfficerAccountSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Refuse it with the reason."""
        proposal = proposal_for(self.actor, reference)
        require_recent_authentication(request._request)
        refuse_post(actor=self.actor, reference=reference, now=self.now, **taken(shapes.ReasonSerializer, request))
        return self.answer(proposal.user.reference)


class DisableView(_Action):
    """Switching an account off."""

    @extend_schema(
        operation_id="disable_officer",
        summary="Switch an officer's account off",
        request=shapes.ReasonSerializer,
        responses=shapes.OfficerAccountSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Switch it off: the officer is signed out everywhere at once."""
        return self.carry_out(request, reference)

    def act(self, reference: str, given: Mapping[str, Any]) -> object:
        """Switch it off."""
        return disable_account(actor=self.actor, officer=reference, now=self.now, **given)


class EnableView(_Action):
    """Switching an account on again."""

    @extend_schema(
        operation_id="enable_officer",
        summary="Switch an officer's account on again",
        request=shapes.ReasonSerializer,
        responses=shapes.OfficerAccountSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Switch it on, with the posts that nobody took away meanwhile."""
        return self.carry_out(request, reference)

    def act(self, reference: str, given: Mapping[str, Any]) -> object:
        """Switch it on."""
        return enable_account(actor=self.actor, officer=reference, now=self.now, **given)


class ResetView(_Action):
    """Opening an account anew."""

    @extend_schema(
        operation_id="reset_officer",
        summary="Reset an officer's sign-in",
        request=shapes.ReasonSerializer,
        responses=shapes.InvitationSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Remove password and second factor and end every session; the answer holds the code that opens the account anew."""
        return self.carry_out(request, reference)

    def act(self, reference: str, given: Mapping[str, Any]) -> object:
        """Reset it."""
        return reset_sign_in(actor=self.actor, officer=reference, now=self.now, **given)

    def done(self, reference: str, outcome: Any) -> Response:
        """Answer with the code: it is nowhere else."""
        officer = officer_for(self.actor, reference)
        return Response(shapes.InvitationSerializer({"officer": reference, "username": officer.username, "code": outcome}).data)


class EndSessionsView(_Action):
    """Ending the sessions of an officer."""

    takes = shapes.AccountDeedSerializer

    @extend_schema(
        operation_id="end_sessions_of_officer",
        summary="End all sessions of an officer",
        request=shapes.AccountDeedSerializer,
        responses=shapes.OfficerAccountSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """End them; the officer can sign in again at once."""
        return self.carry_out(request, reference)

    def act(self, reference: str, given: Mapping[str, Any]) -> object:
        """End them."""
        return end_sign_ins_of(actor=self.actor, officer=reference, now=self.now)


class ContactView(_Action):
    """Changing an officer's phone."""

    takes = shapes.PhoneSerializer

    @extend_schema(
        operation_id="change_phone_of_officer",
        summary="Change an officer's phone",
        request=shapes.PhoneSerializer,
        responses=shapes.OfficerAccountSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Change it. No two officers who serve have the same."""
        return self.carry_out(request, reference)

    def act(self, reference: str, given: Mapping[str, Any]) -> object:
        """Change it."""
        return change_contact(actor=self.actor, officer=reference, now=self.now, **given)


def taken(shape: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """Return what was sent, checked."""
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
