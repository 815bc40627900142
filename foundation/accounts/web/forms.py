"""What people fill in about accounts."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Role
from foundation.errors import DomainError
from foundation.organisations.models import Organisation


class SignInForm(LoginForm):
    """Name and password of an officer."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "size": 30}
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs = {"autocomplete": "current-password", "size": 30}
        self.fields["password"].help_text = ""


class NewPasswordForm(ChangePasswordForm):
    """A new password, after the old one; guesses at the old one count like guesses at the sign-in."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, hint in (
            ("oldpassword", _("Present password"), "current-password"),
            ("password1", _("New password"), "new-password"),
            ("password2", _("New password once more"), "new-password"),
        ):
            self.fields[name].label, self.fields[name].help_text = label, ""
            self.fields[name].widget.attrs = {"autocomplete": hint, "size": 30}
        self.fields["password1"].help_text = _("At least 12 characters. A few words that only you would put together are best.")

    def clean_oldpassword(self) -> str:
        """Compare it as the sign-in does, limits included."""
        password = str(self.cleaned_data["oldpassword"])
        if not get_adapter().reauthenticate(self.user, password):
            raise ValidationError(_("This is not your present password."), code="password_wrong")
        return password


class InvitationForm(forms.Form):
    """The code of a new account, and the password that its owner chooses."""

    mark_optional = False
    code = forms.CharField(
        label=_("One-time code"),
        max_length=64,
        help_text=_("24 letters and digits, from the person who set up your account. Spaces and hyphens do no harm."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false", "size": 34}),
    )
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 12 characters. A few words that only you would put together are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "size": 30}),
    )
    again = forms.CharField(
        label=_("New password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "size": 30}),
    )

    def clean(self) -> dict[str, Any]:
        """Compare the two, and check the password as far as it can be without knowing whose it is."""
        given = super().clean() or {}
        password = given.get("password")
        if password and given.get("again") and password != given["again"]:
            self.add_error("again", ValidationError(_("The two passwords differ."), code="password_differs"))
        elif password:
            try:
                password_validation.validate_password(password)
            except ValidationError as error:
                self.add_error("password", error)
        return given


class FindForm(forms.Form):
    """Officers by name or badge."""

    q = forms.CharField(
        label=_("Name, badge number or user name"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    mark_optional = False


class NewOfficerForm(forms.Form):
    """An officer who is to have an account."""

    display_name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off", "size": 30}))
    badge_number = forms.CharField(
        label=_("Badge number"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "size": 20})
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("What the officer types to sign in: small letters, digits, dots and hyphens."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "size": 30}),
    )
    unit = forms.ChoiceField(label=_("Unit"))
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=64,
        help_text=_("The officer's own number. No two officers who serve have the same."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel", "size": 22}),
    )

    def __init__(self, *args: Any, units: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "unit", [("", _("Choose a unit")), *((unit.code, unit.name) for unit in units)])


class PostForm(forms.Form):
    """A post for an officer."""

    role = forms.ChoiceField(label=_("Post"), widget=forms.RadioSelect)
    organisation = forms.ChoiceField(label=_("Where"), help_text=_("The post holds there and at every unit below."))

    def __init__(self, *args: Any, roles: list[Role], units: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "role", [(role.code, _told(role)) for role in roles])
        _offer(self, "organisation", [("", _("Choose a unit")), *((unit.code, unit.name) for unit in units)])


class ReasonForm(forms.Form):
    """Why something is done to an account. The officer concerned and the auditors read it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For the record. Write nothing about anybody's private life."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ContactForm(forms.Form):
    """The phone of an officer."""

    phone = forms.CharField(
        label=_("Phone"),
        max_length=64,
        help_text=_("The officer's own number. No two officers who serve have the same."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel", "size": 22}),
    )
    mark_optional = False


def refuse(form: forms.BaseForm, error: DomainError) -> None:
    """Say beside the field at fault, or above the form, why the operation refused."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, ValidationError(str(error.message), code=error.code))


def _told(role: Role) -> str:
    return gettext("%(post)s: %(purpose)s") % {"post": role.title, "purpose": role.purpose}


def _offer(form: forms.BaseForm, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choice")
    field.choices = choices
