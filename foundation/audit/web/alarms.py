"""The alarms that an overseer has to look into."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from foundation.accounts.queries import names_of
from foundation.audit.alarm_models import ALARM_READ, LONGEST_NOTE, Alarm
from foundation.audit.alarms import AlarmKind, kind_of_alarm
from foundation.audit.models import AccessEntry
from foundation.audit.operations.acknowledge_alarm import acknowledge_alarm
from foundation.audit.operations.search_log import bureaus_of
from foundation.audit.watch import HOUR
from foundation.errors import Conflict, DomainError, Hidden, NotAllowed, NotFound
from foundation.faces.desk import DeskView
from foundation.keyset import keyset_page

PAGE = 25
LOOKS_SHOWN = 100
REFUSED, CONFLICT = 422, 409


class NoteForm(forms.Form):
    """What the overseer found."""

    note = forms.CharField(
        label=_("What you found"),
        help_text=_("Whom you asked and what it was. Write no more about people than the reader has to know."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write what you found, in at most 1,000 characters.")},
    )


class AlarmView(DeskView):
    """A page of alarms, for who may read alarms somewhere."""

    current = "alarms"

    def check(self) -> None:
        """Let pass who may; raise ``NotAllowed``."""
        if not self.actor.paths_for(ALARM_READ):
            raise NotAllowed(capability=ALARM_READ)


class Alarms(AlarmView):
    """``/desk/alarms/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the alarms that are open, or with ``?closed=1`` those that somebody looked into; the latest first."""
        self.check()
        is_closed = request.GET.get("closed") == "1"
        found = Alarm.objects.visible_to(self.actor)
        query = found.filter(acknowledged_at__isnull=False) if is_closed else found.open()
        page = keyset_page(query=query, ordering=("-raised_at", "reference"), size=PAGE, cursor=request.GET.get("cursor") or None)
        kept = "closed=1&" if is_closed else ""
        context = {
            "alarms": [(alarm, kind_of_alarm(alarm.kind)) for alarm in page.items],
            "is_closed": is_closed,
            "next_url": f"?{kept}cursor={page.next}" if page.next else "",
            "previous_url": f"?{kept}cursor={page.previous}" if page.previous else "",
        }
        return self.page("audit/desk/alarms.html", context)


class AlarmPage(AlarmView):
    """``/desk/alarms/AL-…/``."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show what happened, what to do, and the looks behind it."""
        return self._draw(self._open(reference), NoteForm())

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Close it with a note."""
        alarm, form = self._open(reference), NoteForm(request.POST)
        if not form.is_valid():
            return self._draw(alarm, form, status=REFUSED)
        try:
            acknowledge_alarm(actor=self.actor, reference=reference, note=form.cleaned_data["note"], now=self.now)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            return self._draw(self._open(reference), form, status=CONFLICT if isinstance(error, Conflict) else REFUSED)
        messages.success(request, _("The alarm is closed, with your name and your note."))
        return redirect("oversight:alarms")

    def _open(self, reference: str) -> Alarm:
        self.check()
        found = Alarm.objects.filter(reference=reference)
        alarm = found.visible_to(self.actor).first()
        if alarm is None:
            raise Hidden(capability=ALARM_READ) if found.exists() else NotFound
        return alarm

    def _draw(self, alarm: Alarm, form: NoteForm, *, status: int = 200) -> HttpResponse:
        kind = kind_of_alarm(alarm.kind)
        officer = names_of([alarm.subject_reference]).get(alarm.subject_reference, "")
        context = {
            "alarm": alarm,
            "kind": kind,
            "about": officer or alarm.subject_name or alarm.subject_reference,
            "evidence": figures(alarm, kind),
            "looks": looks_behind(alarm),
            "most_looks": LOOKS_SHOWN,
            "may_search": alarm.bureau_code in bureaus_of(self.actor),
            "form": form,
        }
        return self.page("audit/desk/alarm.html", context, status=status)


def figures(alarm: Alarm, kind: AlarmKind) -> list[tuple[Any, Any]]:
    """Return the figures kept with an alarm, with their labels."""
    return [(kind.evidence.get(name, name), value) for name, value in alarm.evidence.items()]


def looks_behind(alarm: Alarm) -> list[AccessEntry]:
    """Return the officer's looks from an hour before the alarm until its last, the latest first; none for other alarms."""
    if alarm.kind != "many_looks":
        return []
    looks = AccessEntry.objects.filter(viewer_reference=alarm.subject_reference, at__gt=alarm.raised_at - HOUR, at__lte=alarm.last_at)
    return list(looks.order_by("-at", "-pk")[:LOOKS_SHOWN])
