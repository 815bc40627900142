"""Things taken in a case, and their photos."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case, PropertyPhoto
from cases.operations.keep_property import add_photo, move_item, take_item
from cases.permissions import PROPERTY, READ, check_may
from cases.web.case_parts import photo_of
from cases.web.desk import CaseDeskView
from cases.web.forms.fields import this_minute
from cases.web.forms.matters import ItemForm, PhotoForm
from cases.web.views.case_action import CaseAction
from cases.web.views.case_page import CaseView
from foundation.errors import NotFound


class TakeItem(CaseAction):
    """Entering a thing that was taken."""

    capability = PROPERTY
    title = gettext_lazy("Enter a thing that was taken")
    lead = gettext_lazy("People of the case who signed in see it, with its photos and where it is.")
    submit = gettext_lazy("Enter the thing")
    said = gettext_lazy("The thing is entered.")
    anchor = "property"

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Ask what it is; taken just now, unless somebody says otherwise."""
        return ItemForm(data, initial={"taken_at": this_minute(self.now)})

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Enter it."""
        return take_item(actor=self.actor, reference=reference, now=self.now, **given)


class AddPhoto(CaseAction):
    """A photo of a thing."""

    capability = PROPERTY
    title = gettext_lazy("Add a photo")
    submit = gettext_lazy("Add the photo")
    said = gettext_lazy("The photo is added.")
    anchor = "property"

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Ask for the file; raise ``NotFound`` for a thing that is not of this case."""
        if not case.property_items.filter(reference=self.kwargs["item"]).exists():
            raise NotFound
        return PhotoForm(data, files)

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Keep it."""
        return add_photo(actor=self.actor, item_reference=self.kwargs["item"], upload=given["photo"], now=self.now)


class MoveItem(CaseView):
    """Putting a thing into the store, or giving it back, with one press."""

    def post(self, request: HttpRequest, reference: str, item: str) -> HttpResponse:
        """Move it."""
        case = self.open(reference)
        if not case.property_items.filter(reference=item).exists():
            raise NotFound
        status = request.POST.get("status", "")
        return self.press(
            case.reference,
            lambda: move_item(actor=self.actor, item_reference=item, status=status, now=self.now),
            _("The thing's place is noted."),
            "property",
        )


class Photo(CaseDeskView):
    """A photo, for who may read its case at this moment."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Send the picture."""
        photo = photo_of(token, "desk:photo", self.actor)
        check_may(self.actor, READ, photo.item.case)
        return picture(photo)


def picture(photo: PropertyPhoto) -> HttpResponse:
    """Return the picture, which was made small when it arrived; no browser or proxy keeps it."""
    with photo.image.open("rb") as file:
        return HttpResponse(file.read(), content_type="image/jpeg", headers={"Cache-Control": "no-store"})
