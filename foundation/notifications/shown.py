"""A notice as people read it: its words are made when it is shown, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation.notifications.kinds import kind_called
from foundation.notifications.models import Channel, Delivery, Notice, State
from foundation.notifications.templates import MissingTemplate, MissingValue, render

Place = Callable[[str], str]
_places: dict[str, Place] = {}


def register_place(subject_kind: str, place: Place) -> None:
    """Let a service say where among own pages its matters are read: ``place(reference)`` returns an address of the hall."""
    _places[subject_kind] = place


def register_own() -> None:
    """Name the page of what the hall itself tells."""
    register_place("account", lambda _reference: reverse("sign_in:ways"))


def values_of(notice: Notice) -> Mapping[str, Any]:
    """Return what placeholders of a notice's words may name."""
    return {"reference": notice.subject_reference, **notice.values}


@dataclass(frozen=True, kw_only=True)
class ShownNotice:
    """What a reader sees. ``href`` leads to the matter, if a page of it is registered."""

    id: str
    event: str
    subject: str | Promise
    text: str
    told_at: datetime
    read_at: datetime | None
    href: str
    reference: str

    @property
    def is_unread(self) -> bool:
        """Whether nobody opened it yet."""
        return self.read_at is None


def shown_notice(notice: Notice) -> ShownNotice:
    """Return a notice in the language of the page; what has no words is named by its kind alone."""
    subject, text = _words(notice)
    return ShownNotice(
        id=str(notice.pk),
        event=notice.event,
        subject=subject,
        text=text,
        told_at=notice.created_at,
        read_at=notice.read_at,
        href=_href(notice),
        reference=notice.subject_reference,
    )


def title_of(event: str) -> str | Promise:
    """Return what a kind of notice is called."""
    try:
        return kind_called(event).title
    except KeyError:
        return event


def _words(notice: Notice) -> tuple[str | Promise, str]:
    language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    try:
        message = render(notice.event, Channel.IN_APP, language, values_of(notice))
    except (MissingTemplate, MissingValue):
        return title_of(notice.event), ""
    return message.subject, message.text


def _href(notice: Notice) -> str:
    place = _places.get(notice.subject_kind)
    try:
        return place(notice.subject_reference) if place else ""
    except NoReverseMatch:
        return ""


STATE_COLOURS = {
    State.WAITING: "yellow",
    State.HELD: "yellow",
    State.SENDING: "blue",
    State.ACCEPTED: "turquoise",
    State.DELIVERED: "green",
    State.FAILED: "red",
    State.SKIPPED: "grey",
}
# What clients, providers and the hall itself say, in words that tell a clerk what it means for the person.
REASONS: Mapping[str, str | Promise] = {
    "": "",
    "quiet_hours": _("Waits until the person's quiet hours are over"),
    "limit": _("Waits because this number got many texts just now"),
    "in_person": _("To be told in person only, and not by phone"),
    "not_allowed": _("This way is not safe for the person"),
    "no_address": _("No address of this kind is known"),
    "template_missing": _("The hall has no words for this; an operator must mend it"),
    "value_missing": _("A value for the words is missing; an operator must mend it"),
    "broken": _("The hall could not make the message; an operator must mend it"),
    "client_broken": _("The hall could not hand it over; an operator must mend it"),
    "number_void": _("The number does not exist any more"),
    "number_invalid": _("The number is no mobile number of the mainland"),
    "number_blacklisted": _("The person had the operator block texts"),
    "blacklisted": _("The person had the operator block texts"),
    "unreachable": _("The phone could not be reached"),
    "rejected": _("The operator refused the text"),
    "text_rejected": _("The provider refused the text"),
    "expired": _("The phone was off for too long"),
    "recipient_refused": _("The mailbox does not exist"),
    "content_refused": _("The mail server refused the mail"),
    "errcode_40003": _("The person's WeChat is not known to the account"),
    "errcode_43004": _("The person does not follow the WeChat account"),
    "errcode_43101": _("The person refused messages in WeChat"),
    "account_arrears": _("The provider waits to be paid; an operator must act"),
    "timeout": _("The provider did not answer in time"),
    "lost": _("The worker ended while it was sending"),
}
_LATER = _("The provider could not be asked; the hall tries again by itself")
_FAILED = _("The provider did not take it")


def reason_in_words(reason: str, *, is_over: bool) -> str | Promise:
    """Return what a reason means; of one that only operators understand, whether the hall still tries."""
    return REASONS.get(reason, _FAILED if is_over else _LATER)


@dataclass(frozen=True, kw_only=True)
class ShownWay:
    """A delivery as people see it."""

    delivery: Delivery
    title: str | Promise
    state: str | Promise
    colour: str
    reason: str | Promise
    at: datetime


def shown_ways(deliveries: Iterable[Delivery]) -> list[ShownWay]:
    """Return deliveries in words, in their order."""
    return [_shown_way(each) for each in deliveries]


def _shown_way(delivery: Delivery) -> ShownWay:
    state = State(delivery.state)
    is_over = state in {State.FAILED, State.SKIPPED}
    return ShownWay(
        delivery=delivery,
        title=Channel(delivery.channel).label,
        state=state.label,
        colour=STATE_COLOURS[state],
        reason=reason_in_words(delivery.reason, is_over=is_over),
        at=delivery.delivered_at or delivery.accepted_at or delivery.created_at,
    )
