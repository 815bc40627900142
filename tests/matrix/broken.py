"""Views with the faults that the matrix is there to find. ``urlpatterns`` puts them before the real site."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.models import Case, Category
from cases.web.desk import CaseDeskView
from cases.web.views import case_page
from foundation.errors import NotAllowed
from foundation.rest.permissions import IsPublic


@login_not_required
def without_a_guard(request: HttpRequest, reference: str) -> HttpResponse:
    """Shows a case to the whole internet."""
    return HttpResponse("A case.")


class WithoutTheRightQuestion(CaseDeskView):
    """Asks whether it is an officer, and not whether the case is theirs."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        Case.objects.filter(reference=reference).update(is_counter_only=True)
        return HttpResponse("Done.")


class ListOfEverything(CaseDeskView):
    """A worklist that forgot whose it is."""

    def get(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse({"cases": list(Case.objects.values_list("reference", flat=True))})

    post = get


class LookThatChanges(case_page.CasePage):
    """A page that changes something when it is only read."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        answer = super().get(request, reference)
        Category.objects.update(name_en="Changed")
        return answer


class ChangesFirst(CaseDeskView):
    """Refuses when it is too late."""

    def get(self, request: HttpRequest) -> HttpResponse:
        Category.objects.update(name_en="Changed")
        raise NotAllowed


class Everybody(APIView):
    """A route of the API that takes anybody's word."""

    authentication_classes = ()
    permission_classes = (IsPublic,)

    def post(self, request: HttpRequest, reference: str) -> Response:
        return Response({"status": "filed"})


urlpatterns = [
    path("desk/cases/<str:reference>/", without_a_guard),
    path("desk/cases/<str:reference>/take/", WithoutTheRightQuestion.as_view()),
    path("desk/find/", ListOfEverything.as_view()),
    path("desk/cases/<str:reference>/code/", LookThatChanges.as_view()),
    path("desk/feeds/", ChangesFirst.as_view()),
    path("api/v1/cases/<str:reference>/news/", Everybody.as_view()),
    path("desk/nobody-thought-of-this/", without_a_guard),
    path("", include("portal.urls")),
]
