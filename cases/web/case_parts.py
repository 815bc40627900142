"""The parts of a case that pages alone show: the timeline as those concerned see it, things and their photos."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.domain.timeline import ShownEntry
from cases.domain.wording import public_text, step_label
from cases.models import Case, PropertyItem, PropertyPhoto
from foundation.accounts.actors import Actor
from foundation.errors import NotFound

# A photo's address is made for one look at the page that was written down: it opens nothing half an hour later, or for anybody else.
PHOTO_SECONDS = 1800


@dataclass(frozen=True, kw_only=True)
class TimelineStep:
    """One step as ``_components/timeline.html`` draws it."""

    title: str
    at: datetime
    text: str
    lang: str
    is_withheld: bool
    note: str
    detail: str
    number: int
    proof: str = ""


def public_steps(steps: Iterable[ShownEntry], *, proof: Callable[[int], str] | None = None) -> list[TimelineStep]:
    """Return steps as those concerned see them, the latest first; ``proof`` tells where the proof of the step with that number is."""
    return [_public_step(step, proof=proof(step.sequence) if proof and not step.is_of_joined else "") for step in reversed(list(steps))]


def _public_step(step: ShownEntry, *, proof: str) -> TimelineStep:
    text, language = public_text(step)
    title = step_label(step)
    return TimelineStep(
        title=title,
        at=step.at,
        text="" if text == title or _is_said_better(step) else text,
        lang="zh-Hans" if language == "zh" else "en",
        is_withheld=bool(step.withheld_ground),
        note=_note(step),
        detail=step.detail,
        number=step.sequence,
        proof=proof,
    )


def _is_said_better(step: ShownEntry) -> bool:
    """Whether the officer's own words take the place of the hall's sentence for a step without a chosen one."""
    return bool(step.detail) and not (step.text_en or step.text_zh)


def _note(step: ShownEntry) -> str:
    if step.withheld_ground:
        return _("The words of this step are withheld: %(ground)s.") % {"ground": step.ground_label}
    if step.corrected_by:
        return _("This was put right later.")
    if step.corrects:
        return _("This puts right what step %(number)d said.") % {"number": step.corrects}
    return ""


@dataclass(frozen=True, kw_only=True)
class ShownItem:
    """A thing with the addresses of its photos."""

    item: PropertyItem
    photos: list[str]
    next_statuses: list[tuple[str, str]]

    @property
    def colour(self) -> str:
        """The colour of the tag that says where it is."""
        return "green" if self.item.status == PropertyItem.Status.RETURNED else "blue"


def items_of(case: Case, *, viewer: Actor, photo_view: str = "desk:photo") -> list[ShownItem]:
    """Return the things of a case in the order in which they were taken, with photos for the viewer's own eyes. Two queries."""
    items = case.property_items.prefetch_related("photos").order_by("taken_at", "reference")
    return [
        ShownItem(
            item=item, photos=[photo_address(photo, photo_view, viewer) for photo in item.photos.all()], next_statuses=_next_statuses(item)
        )
        for item in items
    ]


def _next_statuses(item: PropertyItem) -> list[tuple[str, str]]:
    order = [PropertyItem.Status.TAKEN, PropertyItem.Status.KEPT, PropertyItem.Status.RETURNED]
    presses = {PropertyItem.Status.KEPT: _("Put into the property store"), PropertyItem.Status.RETURNED: _("Give back")}
    return [(status.value, presses[status]) for status in order[order.index(PropertyItem.Status(item.status)) + 1 :]]


def photo_address(photo: PropertyPhoto, view: str, viewer: Actor) -> str:
    """Return the address of a photo, good for half an hour and for the viewer, whose look is in the log."""
    return reverse(view, args=(signing.dumps(str(photo.pk), salt=_salt(view, viewer)),))


def _salt(view: str, viewer: Actor) -> str:
    return f"{view} {viewer.label}"


def photo_of(token: str, view: str, viewer: Actor) -> PropertyPhoto:
    """Return the photo behind an address, with its case; raise ``NotFound`` for one that is made up, too old or somebody else's."""
    try:
        pk = signing.loads(token, salt=_salt(view, viewer), max_age=PHOTO_SECONDS)
        return PropertyPhoto.objects.select_related("item__case__unit").get(pk=pk)
    except (signing.BadSignature, PropertyPhoto.DoesNotExist):
        raise NotFound from None
