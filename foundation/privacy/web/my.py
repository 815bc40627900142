"""What residents see of what the hall holds of them, and what they can ask of it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.step_up import require_recent_authentication
from foundation.encryption.masking import mask_name, mask_number
from foundation.errors import Conflict, DomainError, Hidden, NotAllowed, NotFound
from foundation.faces import my
from foundation.faces.my import MyView
from foundation.organisations.queries import bureaus
from foundation.privacy import copies
from foundation.privacy.correctables import label_of, places_of
from foundation.privacy.operations.ask_correction import ask_correction, withdraw_correction
from foundation.privacy.operations.close_account import close_account
from foundation.privacy.operations.take_copy import take_copy
from foundation.privacy.permissions import own_holder
from foundation.privacy.queries import own_corrections
from foundation.privacy.registry import entries
from foundation.privacy.rendering import document
from foundation.privacy.web.forms import AskForm, CloseForm, refuse

REFUSED, CONFLICT = 422, 409
MOST_LISTED = 50


def register() -> None:
    """Tell a resident's own pages."""
    my.register("my-data:data", gettext_lazy("My data"), order=80)


class DataView(MyView):
    """A page about one's data."""

    current = "my-data:data"


class Data(DataView):
    """``/my/data/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what can be done, what is kept, and how far requests are."""
        holder = own_holder(self.actor)
        tables = [(table.entry, len(table.rows)) for table in copies.copy_for(holder, now=self.now).tables if table.rows]
        context = {
            "tables": tables,
            "corrections": own_corrections(self.actor)[:MOST_LISTED],
            "values": [(place, _masked(place.target, place.present)) for place in places_of(holder)],
            "left_out": copies.left_out(),
            "now": self.now,
        }
        return self.page("privacy/my/data.html", context)


class Download(DataView):
    """The copy itself, made for this answer and kept nowhere."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send it as JSON, or as a page to read, to who confirmed within five minutes who they are."""
        require_recent_authentication(request)
        copy = take_copy(actor=self.actor, now=self.now)
        if request.POST.get("form") == "json":
            text, kind, name = json.dumps(document(copy), ensure_ascii=False, indent=1), "application/json", "my-data.json"
        else:
            text, kind, name = render_to_string("privacy/copy.html", {"copy": copy}), "text/html; charset=utf-8", "my-data.html"
        response = HttpResponse(text, content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class Ask(DataView):
    """Asking for a correction."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form; ``?place=`` chooses the value."""
        return self._draw(self._form(initial={"place": request.GET.get("place", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send the request, or show what was typed with why it cannot be."""
        form = self._form(request.POST)
        if not form.is_valid():
            return self._draw(form, status=REFUSED)
        given = form.cleaned_data
        try:
            correction = ask_correction(
                actor=self.actor,
                place=given["place"],
                wanted=given["wanted"],
                reason=given["reason"],
                bureau=given.get("bureau", ""),
                now=self.now,
            )
        except (NotAllowed, Hidden):
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(form, status=CONFLICT if isinstance(error, Conflict) else REFUSED)
        messages.success(request, _("Your request is with the unit."))
        return redirect("my-data:correction", correction.reference)

    def _form(self, data: Any = None, **kwargs: Any) -> AskForm:
        return AskForm(data, places=places_of(own_holder(self.actor)), bureaus=bureaus(), **kwargs)

    def _draw(self, form: AskForm, *, status: int = 200) -> HttpResponse:
        return self.page("privacy/my/ask.html", {"form": form}, status=status)


class CorrectionPage(DataView):
    """One request of one's own."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show how far it is, and the answer."""
        correction = own_corrections(self.actor).filter(reference=reference).first()
        if correction is None:
            raise Hidden
        context = {"correction": correction, "label": label_of(correction.target), "now": self.now}
        return self.page("privacy/my/correction.html", context)


class Withdraw(DataView):
    """Taking a request back."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Do it."""
        try:
            withdraw_correction(actor=self.actor, reference=reference, now=self.now)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Your request is withdrawn."))
        return redirect("my-data:correction", reference)


class Close(DataView):
    """Closing one's account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say what goes and what stays."""
        require_recent_authentication(request)
        return self._draw(CloseForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Close it, sign out, and say what was done."""
        require_recent_authentication(request)
        form = CloseForm(request.POST)
        if not form.is_valid():
            return self._draw(form, status=REFUSED)
        closing = close_account(actor=self.actor, now=self.now)
        logout(request)
        return render(request, "privacy/closed.html", {"closing": closing})

    def _draw(self, form: CloseForm, *, status: int = 200) -> HttpResponse:
        listed = [entry for entry in entries().values() if entry.belongs_to and entry.personal_fields and not entry.is_unused]
        goes = [entry for entry in listed if _goes(entry)]
        stays = [entry for entry in listed if entry not in goes]
        return self.page("privacy/my/close.html", {"form": form, "goes": goes, "stays": stays}, status=status)


def _goes(entry: Any) -> bool:
    return entry.name == "Person" or any(keep.with_ for keep in entry.keeps)


def _masked(target: str, value: str) -> str:
    """Show one's own values so that who looks over a shoulder learns little."""
    name = target.rpartition(".")[2]
    if name == "detail":
        return value
    return mask_name(value) if name == "name" else mask_number(value)
