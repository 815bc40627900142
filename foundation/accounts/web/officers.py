"""The officers of a unit: who they are, what posts they hold, and what a hall manager does about their accounts."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import PostProposal, Role, User
from foundation.accounts.operations.change_contact import change_contact
from foundation.accounts.operations.end_sign_ins import end_sign_ins_of
from foundation.accounts.operations.grant_role import give_post, take_post_away
from foundation.accounts.operations.invite_officer import invite_officer, reset_sign_in
from foundation.accounts.operations.switch_account import disable_account, enable_account
from foundation.accounts.queries import officer_for, officers_for, units_for
from foundation.accounts.rights import DISABLE, GRANT, READ, check_may_change
from foundation.accounts.step_up import require_recent_authentication
from foundation.accounts.told import factor_in_words, told, with_posts
from foundation.accounts.web.forms import ContactForm, FindForm, NewOfficerForm, PostForm, ReasonForm, refuse
from foundation.errors import Conflict, DomainError, NotAllowed, NotFound
from foundation.faces.desk import DeskView
from foundation.keyset import keyset_page
from foundation.organisations.queries import organisation_by_code

PAGE = 25
CONFLICT, REFUSED = 409, 422
Text = str | Promise


class OfficerView(DeskView):
    """A page about officers, for who may read accounts."""

    current = "officers"
    unit_capability = READ

    def check(self, capability: str) -> None:
        """Raise ``NotAllowed`` unless a post of the actor holds the capability anywhere."""
        if not self.actor.paths_for(capability):
            raise NotAllowed(capability=capability)


class Officers(OfficerView):
    """``/desk/officers/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the officers at the actor's organisations and below, by name; ``?q=`` finds some of them."""
        self.check(READ)
        form = FindForm(request.GET or None)
        words = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
        query = officers_for(self.actor, READ, words=words)
        page = keyset_page(query=query, ordering=("display_name", "pk"), size=PAGE, cursor=request.GET.get("cursor") or None)
        kept = f"&q={words}" if words else ""
        context = {
            "find": form,
            "officers": with_posts(list(page.items)),
            "words": words,
            "may_grant": bool(self.actor.paths_for(GRANT)),
            "next_url": f"?cursor={page.next}{kept}" if page.next else "",
            "previous_url": f"?cursor={page.previous}{kept}" if page.previous else "",
        }
        return self.page("accounts/desk/officers.html", context)


class OfficerPage(OfficerView):
    """``/desk/officers/U-…/``."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show the officer: the account, the posts now and before, and what the actor may do about them."""
        officer = officer_for(self.actor, reference)
        shown = told(officer, now=self.now)
        context = {
            "officer": officer,
            "held": shown.held,
            "past": shown.past,
            "waiting": shown.waiting,
            "takeable": {post.pk for post in shown.held if self.actor.can(GRANT, post.organisation)}
            if officer.pk != self.actor.user_id
            else set(),
            "phone": shown.phone,
            "factors": [factor_in_words(each) for each in shown.factors],
            "sessions": shown.sessions,
            "may_change": _may_change(self.actor, officer),
            "may_grant": bool(self.actor.paths_for(GRANT)) and officer.pk != self.actor.user_id,
            "is_self": officer.pk == self.actor.user_id,
        }
        return self.page("accounts/desk/officer.html", context)


class NewOfficer(OfficerView):
    """``/desk/officers/new/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask who it is."""
        self.check(GRANT)
        require_recent_authentication(request)
        return self._draw(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the account and show its code, this once."""
        self.check(GRANT)
        require_recent_authentication(request)
        form = self._form(request.POST)
        if not form.is_valid():
            return self._draw(form, status=REFUSED)
        given = dict(form.cleaned_data)
        try:
            unit = organisation_by_code(code=given.pop("unit"))
            officer, code = invite_officer(actor=self.actor, unit=unit, now=self.now, **given)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(form, status=CONFLICT if isinstance(error, Conflict) else REFUSED)
        return self.page("accounts/desk/invitation_made.html", {"officer": officer, "code": code, "is_new": True})

    def _form(self, data: Any = None) -> NewOfficerForm:
        return NewOfficerForm(data, units=list(units_for(self.actor, GRANT)))

    def _draw(self, form: forms.Form, *, status: int = 200) -> HttpResponse:
        return self.page("accounts/desk/new_officer.html", {"form": form}, status=status)


class OfficerAction(OfficerView):
    """A page with one form about one officer, for who confirmed just now that it is them."""

    capability: ClassVar[str] = DISABLE
    title: Text = ""
    lead: Text = ""
    submit: Text = ""
    said: Text = gettext_lazy("Saved.")
    is_warning = False
    form_class: type[forms.Form] = ReasonForm

    @abstractmethod
    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Make the one call."""

    def get(self, request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponse:
        """Show the form to who may send it."""
        officer = self._open(reference)
        return self._draw(officer, self.form(officer))

    def post(self, request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponse:
        """Do it, or show the form again with why it cannot be done."""
        officer = self._open(reference)
        form = self.form(officer, request.POST)
        if not form.is_valid():
            return self._draw(officer, form, status=REFUSED)
        try:
            done = self.carry_out(reference, form.cleaned_data)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(officer, form, status=CONFLICT if isinstance(error, Conflict) else REFUSED)
        return self.finish(officer, done)

    def form(self, officer: User, data: Any = None) -> forms.Form:
        """Return the form, bound if there is data."""
        return self.form_class(data)

    def finish(self, officer: User, done: Any) -> HttpResponse:
        """Return to the officer's page; ``done`` is what the call returned."""
        messages.success(self.request, str(self.said))
        return redirect("officers:officer", officer.reference)

    def _open(self, reference: str) -> User:
        officer = officer_for(self.actor, reference)
        self.allow(officer)
        require_recent_authentication(self.request)
        return officer

    def allow(self, officer: User) -> None:
        """Raise unless the actor may change this account."""
        check_may_change(self.actor, self.capability, officer)

    def _draw(self, officer: User, form: forms.Form, *, status: int = 200) -> HttpResponse:
        words = {"title": self.title, "lead": self.lead, "submit": self.submit, "is_warning": self.is_warning}
        return self.page("accounts/desk/action.html", {"officer": officer, "form": form, **words}, status=status)


class GivePost(OfficerAction):
    """Giving a post."""

    capability = GRANT
    title = gettext_lazy("Give a post")
    lead = gettext_lazy(
        "The officer may do what the post allows from the next page on. A post over accounts, the log, decisions or feeds waits for a "
        "second officer. Both names are recorded."
    )
    submit = gettext_lazy("Give the post")
    said = gettext_lazy("The officer holds the post now.")

    def allow(self, officer: User) -> None:
        """Raise unless the actor may give posts at all; which ones where is the operation's question."""
        self.check(GRANT)

    def form(self, officer: User, data: Any = None) -> forms.Form:
        """Offer every post, and the units at which the actor may give one."""
        return PostForm(data, roles=list(Role.objects.order_by("pk")), units=list(units_for(self.actor, GRANT)))

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Give it."""
        return give_post(actor=self.actor, officer=reference, role=given["role"], organisation=given["organisation"], now=self.now)

    def finish(self, officer: User, done: Any) -> HttpResponse:
        """Return to the officer's page; a post of weight waits there."""
        if not isinstance(done, PostProposal):
            return super().finish(officer, done)
        messages.success(self.request, _("The post waits: another hall manager has to give it, under “Posts that wait”."))
        return redirect("officers:officer", officer.reference)


class TakePost(OfficerAction):
    """Taking a post away."""

    capability = GRANT
    title = gettext_lazy("Take a post away")
    lead = gettext_lazy("The officer's next page no longer allows what the post allowed.")
    submit = gettext_lazy("Take it away")
    said = gettext_lazy("The officer no longer holds the post.")
    is_warning = True

    def allow(self, officer: User) -> None:
        """Raise unless the actor may take posts away at all."""
        self.check(GRANT)

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Take it."""
        post = {"role": self.kwargs["role"], "organisation": self.kwargs["organisation"]}
        return take_post_away(actor=self.actor, officer=reference, reason=given["reason"], now=self.now, **post)


class Disable(OfficerAction):
    """Switching an account off."""

    title = gettext_lazy("Switch the account off")
    lead = gettext_lazy("The officer is signed out everywhere at once and cannot sign in until the account is switched on again.")
    submit = gettext_lazy("Switch it off")
    said = gettext_lazy("The account is switched off.")
    is_warning = True

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Switch it off."""
        return disable_account(actor=self.actor, officer=reference, reason=given["reason"], now=self.now)


class Enable(OfficerAction):
    """Switching an account on again."""

    title = gettext_lazy("Switch the account on again")
    lead = gettext_lazy("The officer can sign in as before and holds the posts that nobody took away meanwhile. Look at them first.")
    submit = gettext_lazy("Switch it on")
    said = gettext_lazy("The account is switched on.")

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Switch it on."""
        return enable_account(actor=self.actor, officer=reference, reason=given["reason"], now=self.now)


class Reset(OfficerAction):
    """Opening an account anew for an officer who lost the password or the second factor."""

    title = gettext_lazy("Reset the sign-in")
    lead = gettext_lazy(
        "Password and second factor are removed, every session ends, and you are shown a code. Hand it over in person, to somebody whose "
        "face or warrant card you know. Posts over accounts, the log, decisions or feeds wait until a second officer gives them anew."
    )
    submit = gettext_lazy("Reset the sign-in")
    is_warning = True

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Reset it."""
        return reset_sign_in(actor=self.actor, officer=reference, reason=given["reason"], now=self.now)

    def finish(self, officer: User, done: Any) -> HttpResponse:
        """Show the code: it is nowhere else."""
        return self.page("accounts/desk/invitation_made.html", {"officer": officer, "code": done, "is_new": False})


class EndSessions(OfficerAction):
    """Ending the sessions of an officer."""

    title = gettext_lazy("End all sessions")
    lead = gettext_lazy("The officer is signed out in every browser and can sign in again at once.")
    submit = gettext_lazy("End all sessions")
    said = gettext_lazy("The sessions have ended.")
    form_class = forms.Form

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """End them."""
        return end_sign_ins_of(actor=self.actor, officer=reference, now=self.now)


class Contact(OfficerAction):
    """Changing an officer's phone."""

    title = gettext_lazy("Change the phone number")
    submit = gettext_lazy("Save")
    said = gettext_lazy("The phone number is changed.")
    form_class = ContactForm

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Change it."""
        return change_contact(actor=self.actor, officer=reference, phone=given["phone"], now=self.now)


class Posts(OfficerView):
    """``/desk/posts/``: what each post is for and what it allows."""

    current = "posts"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them all, with how many officers hold each among those that the actor may read of."""
        self.check(READ)
        return self.page("accounts/desk/posts.html", {"roles": Role.objects.order_by("pk")})


def _may_change(actor: Any, officer: User) -> bool:
    try:
        check_may_change(actor, DISABLE, officer)
    except DomainError:
        return False
    return True
