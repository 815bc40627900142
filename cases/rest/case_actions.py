"""One route an action: the steps of the transition tables, and what else is done to a timeline, a term or a publication."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from cases.domain.workflow import WORKFLOWS
from cases.models import Case
from cases.operations.correct_entry import correct_entry, release_entry, withhold_entry
from cases.operations.move_deadline import extend_term, resume_clock, stop_clock
from cases.operations.publish_progress import publish_progress
from cases.operations.set_publication import set_publication
from cases.operations.take_case import take_case
from cases.operations.transfer_case import merge_case, transfer_case
from cases.phrases import words_for
from cases.queries import case_for_reading
from cases.rest import serializers_reports as takes
from cases.rest.cases import CasesOfficerView
from cases.rest.serializers_cases import CaseRowSerializer
from foundation.accounts.models import User
from foundation.accounts.step_up import require_recent_authentication
from foundation.errors import RuleViolated
from foundation.organisations.queries import organisation_by_code
from foundation.rest.serializers import StrictSerializer

Given = Mapping[str, Any]
STEPS = sorted({transition.name for table in WORKFLOWS.values() for transition in table.transitions})


def described(operation_id: str, summary: str, serializer: type[StrictSerializer], **more: Any) -> Callable[[type[Any]], type[Any]]:
    """Say in the OpenAPI document what an action takes and gives; what it does stands above the class."""

    def describe(view: type[Any]) -> type[Any]:
        described = extend_schema(
            operation_id=operation_id, summary=summary, description=view.__doc__, request=serializer, responses=CaseRowSerializer, **more
        )
        decorated: type[Any] = extend_schema_view(post=described)(view)
        return decorated

    return describe


class CaseAction(CasesOfficerView):
    """A route that does one thing to a case and answers with the case as it is then."""

    takes: ClassVar[type[StrictSerializer]] = takes.NothingSerializer
    asks_who_it_is = False

    @abstractmethod
    def act(self, reference: str, given: Given) -> object:
        """Make the one call."""

    def post(self, request: Request, reference: str, **kwargs: Any) -> HttpResponseBase:
        """Do it."""
        if self.asks_who_it_is:
            require_recent_authentication(request._request)
        serializer = self.takes(data=request.data)
        serializer.is_valid(raise_exception=True)
        self.act(reference, serializer.validated_data)
        # Whoever hands a case over may no longer read it by now; what it came to is still theirs to know.
        case = Case.objects.select_related("unit", "category", "officer", "merged_into").get(reference=reference)
        return Response(CaseRowSerializer(case).data)


@described(
    "publish_a_step",
    "Move a case by a step of its transition table",
    takes.StepSerializer,
    parameters=[OpenApiParameter("action", str, "path", enum=STEPS)],
)
class Step(CaseAction):
    """Publish a step. ``available_actions`` of the case names those that may follow."""

    takes = takes.StepSerializer

    def act(self, reference: str, given: Given) -> object:
        """Publish it."""
        action = str(self.kwargs.get("action", ""))
        kind = case_for_reading(actor=self.actor, reference=reference).kind
        words = words_for(kind=kind, action=action, phrase=given["phrase"], detail=given["detail"])
        named = {name: given[name] for name in ("ground", "at", "seen_length")}
        return publish_progress(actor=self.actor, reference=reference, now=self.now, action=action, words=words, **named)


@described("publish_news", "Publish news without a step", takes.StepSerializer)
class News(Step):
    """Publish news of a case."""


@described("correct_entry", "Put right what an entry said", takes.CorrectionSerializer)
class Correct(CaseAction):
    """Publish a correction."""

    takes = takes.CorrectionSerializer

    def act(self, reference: str, given: Given) -> object:
        """Publish it."""
        kind = case_for_reading(actor=self.actor, reference=reference).kind
        words = words_for(kind=kind, phrase=given["phrase"], detail=given["detail"])
        named = {name: given[name] for name in ("sequence", "seen_length")}
        return correct_entry(actor=self.actor, reference=reference, words=words, now=self.now, **named)


@described("withhold_entry", "Take an entry's words out of the people's sight", takes.WithholdSerializer)
class Withhold(CaseAction):
    """Withhold an entry's words."""

    takes = takes.WithholdSerializer

    def act(self, reference: str, given: Given) -> object:
        """Withhold them."""
        return withhold_entry(actor=self.actor, reference=reference, now=self.now, **given)


@described("release_entry", "Let an entry's words be seen again", takes.ReleaseSerializer)
class Release(CaseAction):
    """Release an entry's words."""

    takes = takes.ReleaseSerializer

    def act(self, reference: str, given: Given) -> object:
        """Release them."""
        return release_entry(actor=self.actor, reference=reference, now=self.now, **given)


@described("set_publication", "Decide how far a case is open", takes.PublicationSerializer)
class Publication(CaseAction):
    """Open, narrow or close a case."""

    takes = takes.PublicationSerializer

    def act(self, reference: str, given: Given) -> object:
        """Set it."""
        return set_publication(actor=self.actor, reference=reference, now=self.now, **given)


@described("take_case", "Take a case in hand, or give it to a colleague", takes.OfficerChoiceSerializer)
class Take(CaseAction):
    """Say who handles a case."""

    takes = takes.OfficerChoiceSerializer

    def act(self, reference: str, given: Given) -> object:
        """Give it."""
        wanted = given["officer"] or self.actor.reference
        officer = User.objects.filter(reference=wanted, kind=User.Kind.OFFICER).first()
        if officer is None:
            raise RuleViolated(_("There is no such officer."), code="officer_unknown", field="officer")
        return take_case(actor=self.actor, reference=reference, officer=officer, now=self.now)


@described("extend_term", "Extend the legal term of a case's stage", takes.ExtensionSerializer)
class Extend(CaseAction):
    """Lengthen a term."""

    takes = takes.ExtensionSerializer

    def act(self, reference: str, given: Given) -> object:
        """Extend it."""
        return extend_term(actor=self.actor, reference=reference, now=self.now, **given)


@described("stop_clock", "Stop the clock for an expert examination", takes.NothingSerializer)
class StopClock(CaseAction):
    """Stop the clock."""

    def act(self, reference: str, given: Given) -> object:
        """Stop it."""
        return stop_clock(actor=self.actor, reference=reference, now=self.now)


@described("resume_clock", "Let the clock run again", takes.NothingSerializer)
class ResumeClock(CaseAction):
    """Let the clock run."""

    def act(self, reference: str, given: Given) -> object:
        """Start it."""
        return resume_clock(actor=self.actor, reference=reference, now=self.now)


@described("transfer_case", "Hand a case to another unit of the bureau", takes.TransferSerializer)
class Transfer(CaseAction):
    """Hand a case over."""

    takes = takes.TransferSerializer

    def act(self, reference: str, given: Given) -> object:
        """Hand it over."""
        named = {name: given[name] for name in ("detail", "seen_length")}
        unit = organisation_by_code(code=given["unit"])
        return transfer_case(actor=self.actor, reference=reference, unit=unit, now=self.now, **named)


@described("merge_case", "Join a case with another", takes.MergeSerializer)
class Merge(CaseAction):
    """Join two cases."""

    takes = takes.MergeSerializer

    def act(self, reference: str, given: Given) -> object:
        """Join them."""
        return merge_case(actor=self.actor, reference=reference, into=given["into"], now=self.now)
