"""People at the counter: found by the whole ID number, shown masked, and given another phone number or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import PhoneChange, User
from foundation.accounts.operations.change_phone_at_counter import (
    check_number_for_counter,
    remove_phone_at_counter,
    set_phone_at_counter,
)
from foundation.accounts.operations.find_person import check_may_look_for, find_person, look_at_person, person_at_the_counter
from foundation.accounts.reached import reached
from foundation.accounts.residents import AT_THE_COUNTER
from foundation.accounts.rights import CONTACT
from foundation.accounts.step_up import require_recent_authentication
from foundation.accounts.web.asking import ask, asked_for, prove
from foundation.accounts.web.opening import language_of_page
from foundation.accounts.web.people_forms import CounterCodeForm, FindPersonForm, NewPhoneForm, RemovePhoneForm, given_by
from foundation.encryption.masking import mask_name
from foundation.errors import Conflict, DomainError, Hidden, NotAllowed, NotFound
from foundation.faces.desk import DeskView
from foundation.faces.fields import refuse
from foundation.notifications.channels.sms import can_send

REFUSED, CONFLICT = 422, 409
Step = Callable[[], HttpResponse]


class PeopleView(DeskView):
    """A page about people, for who may change how they are reached and proved just now who they are themselves."""

    current = "people"
    unit_capability = CONTACT

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Remember the page's person, if it has one."""
        self.reference = str(kwargs.get("reference", ""))
        return super().dispatch(request, *args, **kwargs)

    def open(self) -> User:
        """Return the person's account; raise ``Hidden``, or ``StepUpRequired``."""
        user = person_at_the_counter(self.actor, self.reference)
        require_recent_authentication(self.request)
        return user

    def attempt(self, form: forms.Form, step: Step, again: Callable[[int], HttpResponse]) -> HttpResponse:
        """Take a step with a form, or show the form ``again`` with why it was refused."""
        if not form.is_valid():
            return again(REFUSED)
        try:
            return step()
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            if error.status not in {CONFLICT, REFUSED}:
                raise
            refuse(form, error)
            return again(CONFLICT if isinstance(error, Conflict) else REFUSED)


class Find(PeopleView):
    """``/desk/people/``. The number comes in a post: in an address it would stay in logs and histories."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the box."""
        self._check()
        return self._draw(FindPersonForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Lead to the person."""
        self._check()
        form = FindPersonForm(request.POST)
        return self.attempt(form, lambda: self._find(form), lambda status: self._draw(form, status=status))

    def _check(self) -> None:
        check_may_look_for(self.actor)
        require_recent_authentication(self.request)

    def _find(self, form: FindPersonForm) -> HttpResponse:
        user = find_person(actor=self.actor, id_number=form.cleaned_data["id_number"], now=self.now)
        if user is not None:
            return redirect("counter:person", user.reference)
        return self._draw(form, is_unknown=True)

    def _draw(self, form: FindPersonForm, *, status: int = 200, is_unknown: bool = False) -> HttpResponse:
        return self.page("accounts/desk/find_person.html", {"form": form, "is_unknown": is_unknown}, status=status)


class PersonPage(PeopleView):
    """``/desk/people/U-…/``."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show how the person is reached, masked; the look is recorded."""
        self.open()
        user = look_at_person(actor=self.actor, reference=reference, now=self.now)
        waiting = PhoneChange.objects.waiting().filter(person=user.person).first()
        context = {"person": reached(user, now=self.now), "waits_until": waiting and waiting.takes_effect_at, "can_send": can_send()}
        return self.page("accounts/desk/person.html", context)


class _StepView(PeopleView):
    """A step with one form about one person."""

    form_class: type[forms.Form]
    title: str | Promise
    lead: str | Promise
    submit: str | Promise
    is_warning = False

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show the form."""
        return self.draw(self.open(), self.form_class())

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Take the step."""
        user, form = self.open(), self.form_class(request.POST)
        return self.attempt(form, lambda: self.take(user, form), lambda status: self.draw(user, form, status=status))

    def take(self, user: User, form: Any) -> HttpResponse:
        """Make the one call and lead on."""
        raise NotImplementedError

    def draw(self, user: User, form: forms.Form, *, status: int = 200) -> HttpResponse:
        """Draw the page."""
        words = {"title": self.title, "lead": self.lead, "submit": self.submit, "is_warning": self.is_warning}
        context = {"form": form, "reference": user.reference, "caption": mask_name(user.display_name), **words}
        return self.page("accounts/desk/person_step.html", context, status=status)


class NewPhone(_StepView):
    """Naming the new number."""

    form_class = NewPhoneForm
    title = gettext_lazy("Set the phone number")
    lead = gettext_lazy("The identity document lies before you, and the person has the phone at hand.")
    submit = gettext_lazy("Send a code")

    def open(self) -> User:
        """Return the person's account; where no texts are sent there is nothing to prove a number by."""
        user = super().open()
        if not can_send():
            raise Hidden
        return user

    def take(self, user: User, form: NewPhoneForm) -> HttpResponse:
        """Send a code to it."""
        number = check_number_for_counter(actor=self.actor, person=user.reference, phone=form.cleaned_data["phone"])
        ask(self.request, purpose=AT_THE_COUNTER, number=number, now=self.now, about=user.reference)
        return redirect("counter:phone-code", user.reference)


class PhoneCode(_StepView):
    """Proving it."""

    form_class = CounterCodeForm
    title = gettext_lazy("Enter the code")
    submit = gettext_lazy("Set the phone number")

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show the form to who asked for a code, for this person."""
        user = self.open()
        if not self._to(user):
            return redirect("counter:new-phone", user.reference)
        return self.draw(user, self.form_class())

    def take(self, user: User, form: CounterCodeForm) -> HttpResponse:
        """Set the number."""
        proved = prove(self.request, purpose=AT_THE_COUNTER, typed=form.cleaned_data["code"], now=self.now, about=user.reference)
        changed = {"person": user.reference, "proved": proved, "language": language_of_page(), **given_by(form)}
        set_phone_at_counter(actor=self.actor, now=self.now, **changed)
        messages.success(self.request, _("The number signs the person in from now on. It and the one before were told."))
        return redirect("counter:person", user.reference)

    def draw(self, user: User, form: forms.Form, *, status: int = 200) -> HttpResponse:
        """Draw the page, with where the code went."""
        self.lead = _("A code went to %(number)s. It is valid for 10 minutes.") % {"number": self._to(user)} if self._to(user) else ""
        return super().draw(user, form, status=status)

    def _to(self, user: User) -> str:
        return asked_for(self.request, AT_THE_COUNTER, about=user.reference)


class RemovePhone(_StepView):
    """Removing it."""

    form_class = RemovePhoneForm
    title = gettext_lazy("Remove the phone number")
    lead = gettext_lazy("It signs the person in no more, at once, and every session of theirs ends. A last text tells the number so.")
    submit = gettext_lazy("Remove it")
    is_warning = True

    def take(self, user: User, form: RemovePhoneForm) -> HttpResponse:
        """Remove it."""
        given = {"person": user.reference, "language": language_of_page(), **given_by(form)}
        remove_phone_at_counter(actor=self.actor, now=self.now, **given)
        messages.success(self.request, _("The number is removed. Whoever held it was told."))
        return redirect("counter:person", user.reference)
