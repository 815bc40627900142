"""Searching the two logs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.accounts.queries import names_of
from foundation.accounts.step_up import require_recent_authentication
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.audit.operations.search_log import ORDERING, Log, Search, bureaus_of, search_log, take_log
from foundation.audit.queries import posts_of
from foundation.audit.subjects import kind_called
from foundation.audit.web.log_files import file_of
from foundation.clock import city_date
from foundation.errors import DomainError, NotAllowed, RuleViolated
from foundation.faces.desk import DeskView
from foundation.keyset import keyset_page

PAGE: Final = 50
REFUSED: Final = 422
# A reference, a code, a badge number; a run of digits as long as an ID number or a phone is refused: it would stay in the address.
_WORD: Final = re.compile(r"(?!.*\d{11})[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}")


class WordField(forms.CharField):
    """One public reference or code."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "govuk-input--width-20"})
        super().__init__(required=False, max_length=80, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Return it without blanks; refuse what is none."""
        text = str(super().clean(value) or "").strip()
        if text and not _WORD.fullmatch(text):
            raise forms.ValidationError(_("Give a public reference, a code or a badge number: an ID number or a phone is never searched."))
        return text


class DayField(forms.DateField):
    """A day in the city."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d"), **kwargs)


class SearchForm(forms.Form):
    """What is looked for."""

    mark_optional = False

    log = forms.ChoiceField(label=_("Log"), choices=[(Log.DEEDS.value, _("What was done")), (Log.LOOKS.value, _("Who looked"))])
    subject = WordField(label=pgettext_lazy("log", "About"), help_text=_("The number of a case, a complaint or an account."))
    actor = WordField(label=_("By whom"), help_text=_("A badge number, or the number of an account."))
    action = WordField(label=_("Deed or reason"), help_text=_("Such as case.publish, denied or enquiry."))
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))

    def search(self) -> Search:
        """Return what was asked for."""
        given = self.cleaned_data
        return Search(**{**given, "log": Log(given["log"])})


class Logs(DeskView):
    """``/desk/audit/``: today's deeds, or what the form asks for. The search itself is written into the log."""

    current = "logs"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form and a page of rows."""
        if not bureaus_of(self.actor):
            raise NotAllowed(capability="audit.read")
        form = SearchForm(_with_defaults(request.GET, city_date(self.now)))
        if not form.is_valid():
            return self.page("audit/desk/logs.html", {"form": form}, status=REFUSED)
        cursor = request.GET.get("cursor") or None
        try:
            rows = search_log(actor=self.actor, search=form.search(), now=self.now, is_first_page=cursor is None)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            return self.page("audit/desk/logs.html", {"form": form}, status=REFUSED)
        page = keyset_page(query=rows, ordering=ORDERING, size=PAGE, cursor=cursor)
        is_looks = form.cleaned_data["log"] == Log.LOOKS
        context = {
            "form": form,
            "is_looks": is_looks,
            "rows": (_looks if is_looks else _deeds)(page.items),
            "file_url": f"{reverse('oversight:log-file')}{_address(form)}",
            "next_url": _address(form, page.next) if page.next else "",
            "previous_url": _address(form, page.previous) if page.previous else "",
        }
        return self.page("audit/desk/logs.html", context)


class LogFile(DeskView):
    """``/desk/audit/log.csv``: all rows of a search at once, for who proved just now who they are."""

    current = "logs"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Send the file, or show the form with why there is none."""
        if not bureaus_of(self.actor):
            raise NotAllowed(capability="audit.read")
        require_recent_authentication(request)
        form = SearchForm(_with_defaults(request.GET, city_date(self.now)))
        if not form.is_valid():
            return self.page("audit/desk/logs.html", {"form": form}, status=REFUSED)
        search = form.search()
        try:
            rows = take_log(actor=self.actor, search=search, now=self.now)
        except RuleViolated as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            return self.page("audit/desk/logs.html", {"form": form}, status=REFUSED)
        answer = StreamingHttpResponse(file_of(search.log, rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{search.log}-{search.first}-{search.last}.csv"'
        return answer


def _with_defaults(given: QueryDict, today: date) -> QueryDict:
    data = given.copy()
    data.setdefault("log", Log.DEEDS.value)
    data.setdefault("last", today.isoformat())
    data.setdefault("first", (today - timedelta(days=6)).isoformat())
    return data


def _address(form: SearchForm, cursor: str = "") -> str:
    query = QueryDict(mutable=True)
    for name, value in form.cleaned_data.items():
        if value:
            query[name] = value.isoformat() if isinstance(value, date) else value
    if cursor:
        query["cursor"] = cursor
    return f"?{query.urlencode()}"


def _deeds(entries: list[AuditEntry]) -> list[dict[str, Any]]:
    names = names_of(entry.actor_reference for entry in entries)
    return [
        {
            "entry": entry,
            "who": names.get(entry.actor_reference, entry.actor_reference),
            "about": _about(entry.subject_kind),
            "changes": [(name, _words(before), _words(after)) for name, (before, after) in entry.changes.items()],
        }
        for entry in entries
    ]


def _looks(entries: list[AccessEntry]) -> list[dict[str, Any]]:
    posts = posts_of(entry.viewer_reference for entry in entries)
    found = []
    for entry in entries:
        held = next((post for post in posts.get(entry.viewer_reference, []) if post.was_held_at(entry.at)), None)
        found.append(
            {"entry": entry, "who": entry.viewer_name or entry.viewer_reference, "post": held, "about": _about(entry.subject_kind)}
        )
    return found


def _words(value: Any) -> str:
    """Return a value of a change in one line; nothing for none."""
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return "" if value is None else str(value)


def _about(kind: str) -> str:
    known = kind_called(kind)
    return str(known.title) if known else kind
