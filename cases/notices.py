"""Whom the events of cases are told to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Complaint, Party, ProgressEntry
from cases.permissions import COMPLAINT, RELEASE_FEED
from cases.telling import route_for, route_of_party
from foundation.accounts.models import Feed, Grant, Person, User
from foundation.notifications import kinds
from foundation.notifications.kinds import NoticeKind
from foundation.notifications.operations.hide_notices import hide_notices
from foundation.notifications.operations.notify import notify
from foundation.notifications.shown import register_place
from foundation.organisations.models import Organisation

PROGRESSED = NoticeKind(code="cases.progressed", title=_("News of a case"), unit_tells=True)
ANSWERED = NoticeKind(code="cases.message_answered", title=_("The unit answered a message"), unit_tells=True)
COMPLAINT_ANSWERED = NoticeKind(code="cases.complaint_answered", title=_("A complaint was answered"), is_mandatory=True, unit_tells=True)
ASKED = NoticeKind(code="cases.message_asked", title=_("Somebody asks about a case of yours"), for_officers=True)
COMPLAINED = NoticeKind(code="cases.complaint_made", title=_("Somebody complains about a unit below yours"), for_officers=True)
FEED_HELD = NoticeKind(code="cases.feed_held", title=_("Closings of a feed are held"), is_mandatory=True, is_urgent=True, for_officers=True)
KINDS = (PROGRESSED, ANSWERED, COMPLAINT_ANSWERED, ASKED, COMPLAINED, FEED_HELD)


def register() -> None:
    """Let people be told of these, and read of them where their cases are."""
    for kind in KINDS:
        kinds.register(kind)
    register_place("case", lambda reference: reverse("my:case", args=[reference]))


def tell_of_progress(payload: Mapping[str, Any], now: datetime) -> None:
    """Tell the people of a case of a step that they may read. Of the first they heard at the counter."""
    case = Case.objects.select_related("unit").get(reference=payload["reference"])
    entry = case.entries.filter(sequence=payload["sequence"]).first()
    _keep_dark(case)
    if entry is None or entry.sequence == 1 or entry.publication != ProgressEntry.Publication.OPEN or case.merged_into_id:
        return
    for party, person in people_of(case, case.parties.filter(removed_at__isnull=True)):
        _tell_party(PROGRESSED, party, person, case=case, occurrence=str(entry.sequence), now=now)


def _keep_dark(case: Case) -> None:
    """Take off people's devices what must not show there any more: the case is the counter's alone by now, or the person is out."""
    for party in case.parties.all():
        hide_notices(route=route_of_party(party), is_hidden=route_for(party, case).channels == ())


def tell_of_answer(payload: Mapping[str, Any], now: datetime) -> None:
    """Tell those who asked that the unit answered."""
    case = Case.objects.select_related("unit").get(reference=payload["reference"])
    answer = case.messages.filter(party__isnull=True).order_by("-sent_at").first()
    if answer is None:
        return
    asked = case.messages.filter(answered_at=answer.sent_at, party__isnull=False).values_list("party", flat=True)
    parties = case.parties.filter(pk__in=list(asked), removed_at__isnull=True)
    for party, person in people_of(case, parties):
        _tell_party(ANSWERED, party, person, case=case, occurrence=str(answer.pk), now=now)


def tell_of_complaint_answered(payload: Mapping[str, Any], now: datetime) -> None:
    """Tell whoever complained that the unit above answered."""
    complaint = Complaint.objects.select_related("case__unit", "party", "addressed_to").get(reference=payload["reference"])
    for party, person in people_of(complaint.case, [complaint.party]):
        _tell_party(COMPLAINT_ANSWERED, party, person, case=complaint.case, occurrence=complaint.reference, now=now)


def tell_of_question(payload: Mapping[str, Any], now: datetime) -> None:
    """Tell the officer who has the case in hand that somebody asks; of a case in nobody's hands the unit's worklist shows it."""
    case = Case.objects.select_related("unit", "officer").get(reference=payload["reference"])
    question = case.messages.filter(party__isnull=False).order_by("-sent_at").first()
    if case.officer is not None and case.officer.is_active and question is not None:
        _tell_officers(ASKED, [case.officer], matter=("case", case.reference), occurrence=str(question.pk), now=now)


def tell_of_complaint(payload: Mapping[str, Any], now: datetime) -> None:
    """Tell the officers who may answer a complaint."""
    complaint = Complaint.objects.select_related("addressed_to").get(reference=payload["reference"])
    officers = officers_who_may(COMPLAINT, complaint.addressed_to)
    _tell_officers(COMPLAINED, officers, matter=("complaint", complaint.reference), occurrence="", now=now)


def tell_of_held_feed(payload: Mapping[str, Any], now: datetime) -> None:
    """Tell those who may release a feed that its closings are held, and that nobody was told of them."""
    feed = Feed.objects.select_related("bureau").get(code=payload["feed"])
    officers = officers_who_may(RELEASE_FEED, feed.bureau)
    _tell_officers(FEED_HELD, officers, matter=("feed", feed.code), occurrence=payload["began_at"], now=now)


def people_of(case: Case, parties: Iterable[Party]) -> list[tuple[Party, Person]]:
    """Return the parties whom the hall knows as persons, each person once; those who have never signed in hold the receipt's code."""
    by_index = {bytes(party.id_number_index): party for party in parties if party.id_number_index}
    found = Person.objects.filter(id_number_index__in=list(by_index))
    return [(by_index[bytes(person.id_number_index)], person) for person in found if person.id_number_index]


def officers_who_may(capability: str, at: Organisation) -> list[User]:
    """Return the officers who hold a capability by a post at this very organisation."""
    grants = Grant.objects.live().filter(organisation=at, role__capabilities__contains=[capability], user__is_active=True)
    return list({grant.user.pk: grant.user for grant in grants.select_related("user")}.values())


def _tell_party(kind: NoticeKind, party: Party, person: Person, *, case: Case, occurrence: str, now: datetime) -> None:
    route = route_for(party, case)
    if route.channels == () and not route.is_told_in_person:
        return
    notify(
        event=kind.code,
        person=person,
        subject_kind="case",
        subject_reference=case.reference,
        occurrence=occurrence,
        values={"reference": case.reference},
        route=route_of_party(party),
        unit=case.unit,
        now=now,
    )


def _tell_officers(kind: NoticeKind, officers: Iterable[User], *, matter: tuple[str, str], occurrence: str, now: datetime) -> None:
    for officer in officers:
        notify(
            event=kind.code,
            officer=officer,
            subject_kind=matter[0],
            subject_reference=matter[1],
            occurrence=occurrence,
            values={"reference": matter[1]},
            now=now,
        )
