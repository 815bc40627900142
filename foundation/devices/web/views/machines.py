"""The page of one machine, the code it enrols with, and one page for each thing that can become of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.accounts.models import Feed, Machine
from foundation.accounts.step_up import require_recent_authentication
from foundation.devices.families import KIOSKS, Family
from foundation.devices.models import Kiosk
from foundation.devices.models.kiosk import PartState
from foundation.devices.operations.change_state import change_state
from foundation.devices.operations.issue_enrolment_code import issue_enrolment_code
from foundation.devices.queries import history_of, is_silent, last_deed_at, machine_for, waiting_code_of
from foundation.devices.web.forms import ReasonForm
from foundation.devices.workflow import MACHINES, MAY_ENROL
from foundation.errors import Conflict, DomainError, NotFound
from foundation.faces.desk import DeskView
from foundation.faces.fields import refuse

REFUSED: Final = 422
CONFLICT: Final = 409
COLOURS: Final = {"registered": "blue", "active": "green", "suspended": "yellow", "lost": "red", "retired": "grey"}


class MachineView(DeskView):
    """A page about one machine, for whoever looks after it; for everybody else it is not there."""

    family: Family = KIOSKS

    @property
    def current(self) -> str:  # type: ignore[override]
        """The line of the desk's menu that the page belongs to."""
        return f"{self.family.kind}s"

    def machine(self, reference: str) -> Any:
        """Return the machine; raise ``Hidden``."""
        return machine_for(self.actor, self.family, reference)

    def draw(self, template: str, machine: Machine, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Draw a page with what every page about a machine shows."""
        kind = self.family.kind
        common = {
            "machine": machine,
            "is_kiosk": kind == KIOSKS.kind,
            "list_url": "devices:kiosks" if kind == KIOSKS.kind else "desk:feeds",
            "page_url": f"devices:{kind}",
            "state_colour": COLOURS[machine.state],
            "hall_host": settings.HALL_HOST,
        }
        return self.page(f"devices/{template}", common | context, status=status)


class MachinePage(MachineView):
    """How a machine is, what can be done with it, and what became of it so far."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show it. The number of queries does not depend on its history."""
        machine = self.machine(reference)
        kind = self.family.kind
        deeds = [edge for edge in MACHINES.available(machine.state) if edge.owner == "desk"]
        context = {
            "deeds": [{"label": edge.label, "url": f"devices:{kind}-{edge.name}"} for edge in deeds],
            "may_enrol": machine.state in MAY_ENROL,
            "code_url": f"devices:{kind}-code",
            "waiting_code": waiting_code_of(machine, now=self.now),
            "history": history_of(machine),
            "is_silent": isinstance(machine, Kiosk) and is_silent(machine, now=self.now),
            "parts": _parts(machine),
            "last_deed_at": last_deed_at(machine) if isinstance(machine, Feed) else None,
        }
        return self.draw("machine.html", machine, context)


@dataclass(frozen=True, kw_only=True)
class _Part:
    name: str
    label: str | Promise
    is_well: bool


PARTS: Final = {
    "paper": pgettext_lazy("of a printer", "Paper"),
    "printer": _("Printer"),
    "id_reader": _("ID card reader"),
    "scanner": _("Code scanner"),
    "screen": _("Screen"),
    "network": _("Network"),
}


def _parts(machine: Machine) -> list[tuple[str | Promise, _Part]]:
    """Return the parts of a terminal with how they are; a name that we have no word for is shown as it came."""
    if not isinstance(machine, Kiosk):
        return []
    states = {state.value: state for state in PartState}
    return [
        (PARTS.get(name, name), _Part(name=name, label=states[state].label, is_well=state == PartState.OK))
        for name, state in sorted(machine.parts.items())
    ]


class EnrolmentCodePage(MachineView):
    """The code with which the machine brings its key, shown this once."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Say what the code does, before there is one."""
        machine = self.machine(reference)
        require_recent_authentication(request)
        return self.draw("enrolment_code.html", machine, {"may_enrol": machine.state in MAY_ENROL})

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Make it and show it: it is nowhere else, so there is nothing to return to."""
        machine = self.machine(reference)
        require_recent_authentication(request)
        try:
            machine, code = issue_enrolment_code(actor=self.actor, family=self.family, reference=reference, now=self.now)
        except Conflict as refusal:
            messages.error(request, refusal.message)
            return redirect(f"devices:{self.family.kind}", reference)
        waiting = waiting_code_of(machine, now=self.now)
        return self.draw("enrolment_code.html", machine, {"code": code.printed, "until": waiting and waiting.expires_at})


@dataclass(frozen=True, kw_only=True)
class Deed:
    """How one action is told on its page."""

    title: str | Promise
    lead: str | Promise
    said: str | Promise
    is_warning: bool = False
    is_opening: bool = False


DEEDS: Final = {
    "suspend": Deed(
        title=_("Suspend"),
        lead=_("From its next request on nothing that it sends is taken. It keeps its key and can be resumed."),
        said=_("It is suspended."),
        is_warning=True,
    ),
    "resume": Deed(title=_("Resume"), lead=_("What it sends is taken again from now on."), said=_("It is active again."), is_opening=True),
    "lose": Deed(
        title=_("Report as lost"),
        lead=_("From its next request on nothing that it sends is taken, and every try raises an alarm. Its key never works again."),
        said=_("It is reported lost."),
        is_warning=True,
    ),
    "find": Deed(
        title=_("It was found"),
        lead=_("Its old key stays dead: whoever had it may have copied the key. It enrols anew with a code."),
        said=_("It waits for a new key now. Make an enrolment code for it."),
        is_opening=True,
    ),
    "retire": Deed(
        title=_("Retire for good"),
        lead=_("It is never heard again, and cannot be brought back. Its record is kept."),
        said=_("It is retired."),
        is_warning=True,
    ),
}


class ChangeState(MachineView):
    """One action, with its reason."""

    action: ClassVar[str] = "suspend"

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Ask why; send back from a page whose action the machine's state no longer allows."""
        machine = self._confirmed(request, reference)
        try:
            MACHINES.named(self.action, machine.state)
        except Conflict as refusal:
            messages.error(request, refusal.message)
            return redirect(f"devices:{self.family.kind}", reference)
        return self._draw(machine, ReasonForm())

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Do it, or say why it cannot be done."""
        machine = self._confirmed(request, reference)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._draw(machine, form, status=REFUSED)
        try:
            change_state(actor=self.actor, family=self.family, reference=reference, action=self.action, now=self.now, **form.cleaned_data)
        except NotFound:
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(self.machine(reference), form, status=CONFLICT if isinstance(error, Conflict) else REFUSED)
        messages.success(request, str(DEEDS[self.action].said))
        return redirect(f"devices:{self.family.kind}", reference)

    def _confirmed(self, request: HttpRequest, reference: str) -> Machine:
        """Return the machine; what lets it speak again asks first who is at the desk, what silences it must be quick."""
        machine: Machine = self.machine(reference)
        if DEEDS[self.action].is_opening:
            require_recent_authentication(request)
        return machine

    def _draw(self, machine: Machine, form: ReasonForm, *, status: int = 200) -> HttpResponse:
        deed = DEEDS[self.action]
        context = {"form": form, "title": deed.title, "lead": deed.lead, "submit": deed.title, "is_warning": deed.is_warning}
        return self.draw("action.html", machine, context, status=status)
