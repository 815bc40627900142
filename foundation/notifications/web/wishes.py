"""``/my/preferences/``: how a resident wishes to be told, and the mail address that serves for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from foundation.accounts.models import Person
from foundation.accounts.web.asking import ask, asked_for, prove
from foundation.accounts.web.resident_forms import say_refusal
from foundation.encryption.masking import mask_number
from foundation.errors import DomainError, Hidden
from foundation.faces.my import MyView
from foundation.notifications.channels import channel_called
from foundation.notifications.kinds import kinds
from foundation.notifications.masking import mask_address, mask_mail
from foundation.notifications.models import Channel, Contact, Refusal
from foundation.notifications.models.delivery import OUTWARD
from foundation.notifications.operations.set_address import remove_address, set_address
from foundation.notifications.operations.set_wishes import set_wishes
from foundation.notifications.owners import person_of
from foundation.notifications.preferences import wish_of
from foundation.notifications.web.forms import AddressForm, MailCodeForm, WishesForm

FOR_MAIL = "new-mail"
REFUSED = 422


class WishView(MyView):
    """A page of wishes."""

    current = "preferences:home"

    def attempt(self, form: AddressForm | MailCodeForm | WishesForm, step: Callable[[], object]) -> bool:
        """Take a step with a form; say in the form why it was refused, if it was."""
        if not form.is_valid():
            return False
        try:
            step()
        except DomainError as error:
            if error.status not in {409, 422}:
                raise
            say_refusal(form, error)
            return False
        return True


class Preferences(WishView):
    """The page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what holds."""
        person = person_of(self.actor)
        refused = set(Refusal.objects.filter(person=person).values_list("event", "channel"))
        return self._draw(WishesForm(wish=wish_of(person), refused=refused), person)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep what was chosen."""
        person = person_of(self.actor)
        form = WishesForm(request.POST, wish=wish_of(person), refused=set())
        if not self.attempt(form, lambda: set_wishes(actor=self.actor, wishes=form.wishes(), now=self.now)):
            return self._draw(form, person, status=REFUSED)
        messages.success(request, _("Your choices are kept. They hold from now on."))
        return redirect("preferences:home")

    def _draw(self, form: WishesForm, person: Person, *, status: int = 200) -> HttpResponse:
        mandatory = [kind.title for kind in kinds() if kind.is_mandatory and not kind.for_officers]
        context = {
            "form": form,
            "ways": _ways(person),
            "mandatory": mandatory,
            "mail": _mail_of(person),
            "has_mail": channel_called(Channel.EMAIL).is_set_up(),
        }
        return self.page("notifications/my/preferences.html", context, status=status)


def _mail_of(person: Person) -> str:
    contact = Contact.objects.filter(person=person, channel=Contact.Channel.EMAIL, verified_at__isnull=False).first()
    return mask_mail(contact.address) if contact else ""


def _ways(person: Person) -> list[dict[str, Any]]:
    """Return each way with the masked address that it leads to, as the person sees it."""
    known = {contact.channel: contact.address for contact in Contact.objects.filter(person=person, verified_at__isnull=False)}
    found = {Channel.SMS: mask_number(person.phone) if person.phone_verified_at else ""}
    found |= {channel: mask_address(channel, known[channel]) for channel in (Channel.WECHAT, Channel.EMAIL) if channel in known}
    return [{"channel": channel, "title": channel.label, "address": found.get(channel, "")} for channel in OUTWARD]


class MailView(WishView):
    """A step of giving a mail address. Where the hall sends no mail there is none."""

    def check(self) -> None:
        """Raise ``Hidden`` where nothing would be sent."""
        if not channel_called(Channel.EMAIL).is_set_up():
            raise Hidden


class NewMail(MailView):
    """Naming it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for it."""
        self.check()
        return self.page("notifications/my/mail.html", {"form": AddressForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send a code to it."""
        self.check()
        form = AddressForm(request.POST)
        if not form.is_valid():
            return self.page("notifications/my/mail.html", {"form": form}, status=REFUSED)
        ask(request, purpose=FOR_MAIL, number=form.cleaned_data["address"], now=self.now, mask=mask_mail)
        return redirect("preferences:mail-code")


class MailCode(MailView):
    """Proving it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the code."""
        self.check()
        if not asked_for(request, FOR_MAIL):
            return redirect("preferences:mail")
        return self._draw(MailCodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the address."""
        self.check()
        form = MailCodeForm(request.POST)
        if not self.attempt(form, lambda: self._keep(form)):
            return self._draw(form, status=REFUSED)
        messages.success(request, _("Mails now go to this address."))
        return redirect("preferences:home")

    def _keep(self, form: MailCodeForm) -> None:
        proved = prove(self.request, purpose=FOR_MAIL, typed=form.cleaned_data["code"], now=self.now)
        set_address(actor=self.actor, proved=proved, now=self.now)

    def _draw(self, form: MailCodeForm, *, status: int = 200) -> HttpResponse:
        return self.page("notifications/my/mail_code.html", {"form": form, "to": asked_for(self.request, FOR_MAIL)}, status=status)


class RemoveMail(WishView):
    """Taking it back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Forget it."""
        try:
            remove_address(actor=self.actor, now=self.now)
        except DomainError as error:
            if error.status != 409:
                raise
            messages.warning(request, str(error.message))
        else:
            messages.success(request, _("The hall no longer knows your mail address."))
        return redirect("preferences:home")
