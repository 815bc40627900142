"""The things that callers ask for: each ``$name`` of the rule, made once for the own unit, another unit and another bureau.

A new kind of thing is one function here, decorated with ``@thing``; it is told the world and whose thing it shall be.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

THINGS: dict[str, Callable[[Any, str], Any]] = {}
FRESH: set[str] = set()


def thing(make: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """Register what ``$name`` stands for, made once in a world."""
    THINGS[make.__name__] = make
    return make


def fresh(make: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """Register what ``$name`` stands for, made anew for each call."""
    FRESH.add(make.__name__)
    return thing(make)


@thing
def unit(world, whose):
    return world.unit(whose).code


@thing
def unit_elsewhere(world, whose):
    """Another unit of the bureau that the caller's unit is of."""
    return world.places["other"].code


def _case(world, whose, **given):
    from cases.operations.register_report import NewParty, register_report

    person = world.person(whose)
    reported = timezone.now()
    parties = [NewParty(role="reporter", name=person.name, id_number=person.id_number, phone=person.phone)]
    named = {"category": world.category, "unit": world.unit(whose), "parties": parties}
    made = register_report(actor=world.maker(whose), reported_at=reported, now=reported, **named | given)
    world.mark(whose, made.reference)
    return made


@thing
def the_case(world, whose):
    """A case with a step whose words are withheld, a thing with a photo, and a question that waits."""
    from cases.operations.append_entry import Words
    from cases.operations.correct_entry import withhold_entry
    from cases.operations.publish_progress import publish_progress
    from cases.operations.send_message import ask_unit

    case, maker, now = _case(world, whose), world.maker(whose), timezone.now()
    publish_progress(actor=maker, reference=case.reference, words=Words(detail="Camera 1 was looked at."), now=now)
    withhold_entry(actor=maker, reference=case.reference, sequence=2, ground="privacy", now=now)
    ask_unit(actor=world.party(whose), reference=case.reference, text="Is there news?", now=now)
    case.refresh_from_db()
    return case


@thing
def case(world, whose):
    return world.get("the_case", whose).reference


@thing
def stopped_case(world, whose):
    from cases.operations.move_deadline import stop_clock

    made = _case(world, whose)
    stop_clock(actor=world.maker(whose), reference=made.reference, now=timezone.now())
    return made.reference


@thing
def proved_case(world, whose):
    from foundation.transparency.operations.seal import seal_all

    made = _case(world, whose)
    seal_all(now=timezone.now())
    return made.reference


@thing
def twin_case(world, whose):
    return _case(world, whose).reference


@thing
def party(world, whose):
    return str(world.get("the_case", whose).parties.get().pk)


@thing
def the_item(world, whose):
    from cases.operations.keep_property import add_photo, take_item

    reference, now = world.get("case", whose), timezone.now()
    named = {"actor": world.maker(whose), "now": now}
    made = take_item(reference=reference, description="A bicycle", taken_at=now, **named)
    add_photo(item_reference=made.reference, upload=io.BytesIO(_pixels()), **named)
    world.mark(whose, made.reference)
    return made


@thing
def item(world, whose):
    return world.get("the_item", whose).reference


def _photo(world, whose, view):
    """Return what the caller would find on the case's page, if it were theirs: the address is good for who was shown it."""
    from django.urls import resolve

    from cases.web.case_parts import photo_address

    return resolve(photo_address(world.get("the_item", whose).photos.get(), view, world.asker)).kwargs["token"]


@fresh
def desk_photo(world, whose):
    return _photo(world, whose, "desk:photo")


@fresh
def my_photo(world, whose):
    return _photo(world, whose, "my:photo")


@thing
def complaint(world, whose):
    from cases.operations.make_complaint import make_complaint

    reference = world.get("case", whose)
    made, _code = make_complaint(actor=world.party(whose), reference=reference, text="Nobody called me back.", now=timezone.now())
    world.mark(whose, made.reference)
    return made.reference


@thing
def token(world, whose):
    """The secret of a receipt's QR code."""
    from cases.operations.hand_over_code import hand_over_code

    return hand_over_code(actor=world.maker(whose), reference=world.get("case", whose), now=timezone.now())[1].token


@thing
def feed(world, whose):
    from tests.cases.exchange import make_feed

    return make_feed(world.bureau(whose), code=f"matrix-{whose}", key=world.feed_key(whose), now=timezone.now())


@thing
def feed_code(world, whose):
    return world.get("feed", whose).code


def _silenced(world, whose, kind, state):
    """A machine that is not heard, and that nobody else uses here."""
    from foundation.accounts.models import Feed

    fields = {"public_key": bytes(32), "key_id": f"{kind}-{state}-{whose}", "state": state}
    at = {"state_changed_at": timezone.now(), "state_changed_by": "test", "enrolled_at": timezone.now()}
    if kind == "feed":
        return Feed.objects.create(code=f"{state}-{whose}", title="Silent", bureau=world.bureau(whose), **fields, **at).code
    return _terminal(world, whose, code=f"{state}-{whose}".upper(), **fields).number


@thing
def suspended_feed(world, whose):
    return _silenced(world, whose, "feed", "suspended")


@thing
def lost_feed(world, whose):
    return _silenced(world, whose, "feed", "lost")


def _terminal(world, whose, **given):
    from foundation.devices.models import Kiosk

    place, now = world.unit(whose), timezone.now()
    named = {"place": place, "bureau": place.bureau_code, "location_zh": "居委会", "location_en": "Committee"}
    made = Kiosk.objects.create(state_changed_at=now, state_changed_by="test", enrolled_at=now, **named, **given)
    world.mark(whose, made.number)
    return made


@thing
def kiosk(world, whose):
    """A terminal that holds a key."""
    key = world.kiosk_key(whose).public_key().public_bytes_raw()
    return _terminal(world, whose, code=f"T-{whose}".upper(), public_key=key, key_id=f"kiosk-{whose}", state="active")


@thing
def terminal(world, whose):
    return world.get("kiosk", whose).number


@thing
def suspended_terminal(world, whose):
    return _silenced(world, whose, "kiosk", "suspended")


@thing
def lost_terminal(world, whose):
    return _silenced(world, whose, "kiosk", "lost")


@thing
def held_feed(world, whose):
    """A feed that is held because it closed too much at once."""
    from cases.models import Quarantine

    made = world.get("feed", whose)
    Quarantine.objects.create(feed=made, closes="case", closings=30, allowed=20, began_at=timezone.now())
    return made.code


@fresh
def exchange_messages(world, whose):
    from tests.cases.exchange import registration

    return [registration("matrix", unit=world.unit("own").code, category=world.category.code)]


@thing
def colleague(world, whose):
    return world.users["handling-officer"].reference


def _officer(world, whose, name, **given):
    from foundation.accounts.models import Grant, User

    user = User(username=f"{name}-{whose}", kind="officer", display_name=name.title(), unit=world.unit(whose), **given)
    user.badge_number = f"T-{name[:5]}-{whose}"
    user.set_unusable_password()
    user.save()
    Grant.objects.create(user=user, role=world.roles["clerk"], organisation=world.unit(whose), granted_at=timezone.now(), granted_by="test")
    world.mark(whose, user.reference)
    return user.reference


@thing
def officer(world, whose):
    return _officer(world, whose, "somebody")


@thing
def proposal(world, whose):
    """A post of weight that waits for a second officer."""
    from foundation.accounts.models import PostProposal, User

    made = PostProposal.objects.create(
        user=User.objects.get(reference=world.get("officer", whose)),
        role=world.roles["approver"],
        organisation=world.unit(whose),
        proposed_at=timezone.now(),
        proposed_by="officer:U-TEST",
    )
    world.mark(whose, made.reference)
    return made.reference


@thing
def resident(world, whose):
    return world.residents[whose].reference


@thing
def alarm(world, whose):
    from foundation.audit.alarm_models import Alarm

    now, unit = timezone.now(), world.unit(whose)
    made = Alarm.objects.create(
        kind="many_looks",
        subject_kind="officer",
        subject_reference=world.users[f"maker-{whose}"].reference,
        path=unit.path,
        bureau_code=unit.bureau_code,
        window_began_at=now,
        raised_at=now,
        last_at=now,
    )
    world.mark(whose, made.reference)
    return made.reference


@thing
def switched_off(world, whose):
    return _officer(world, whose, "off duty", is_active=False)


@thing
def sign_in_of_somebody(world, whose):
    """The key of a session that is none of any caller's."""
    from foundation.accounts.models import SignIn

    world.client(f"maker-{whose}")
    return SignIn.objects.filter(user=world.users[f"maker-{whose}"]).latest("signed_in_at").pk


@thing
def way_in(world, whose):
    """One of two accounts at identity providers that sign somebody in."""
    from foundation.accounts.models import Identity

    now = timezone.now()
    for name in ("first", "second"):
        made = Identity.objects.create(
            person=world.person(whose),
            provider="city",
            subject_digest=f"{whose} {name}".encode().ljust(32),
            assurance="high",
            linked_at=now,
            last_used_at=now,
        )
    world.mark(whose, str(made.pk))
    return made.pk


@thing
def moment(world, whose):
    """A moment as a form writes it, of the city's own clock."""
    return (timezone.localtime() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")


@thing
def instant(world, whose):
    return (timezone.now() - timedelta(minutes=5)).isoformat()


@fresh
def picture(world, whose):
    return SimpleUploadedFile("photo.png", _pixels(), content_type="image/png")


def _pixels():
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "#336699").save(out, "PNG")
    return out.getvalue()


def _correction(world, whose, target):
    from foundation.privacy.correctables import places_of
    from foundation.privacy.holders import holder_of_account
    from foundation.privacy.operations.ask_correction import ask_correction

    reference, person = world.get("case", whose), world.residents[whose]
    places = [
        each for each in places_of(holder_of_account(person.reference)) if each.target == target and each.matter_reference == reference
    ]
    asked = {"place": places[0].token, "wanted": "13900000008" if "phone" in target else "某某演示", "reason": "It is wrong."}
    made = ask_correction(actor=world.party(whose), now=timezone.now(), **asked)
    world.mark(whose, made.reference)
    return made


@thing
def correction(world, whose):
    """A request for correction that waits for a reviewer."""
    return _correction(world, whose, "cases.Party.name").reference


@thing
def proposed_correction(world, whose):
    """A request for correction that waits for a decision."""
    from foundation.privacy.operations.decide_correction import propose_decision

    made = _correction(world, whose, "cases.Party.phone")
    world.get("correction", whose)
    propose_decision(actor=world.maker(whose), reference=made.reference, is_accepted=True, answer="It is right so.", now=timezone.now())
    return made.reference


@thing
def own_phone(world, whose):
    """The phone of one's own in another case than the one about which a request is open."""
    return f"cases.Party.phone|{_party_of(world.get('twin_case', whose))}"


def _party_of(reference):
    from cases.models import Party

    return Party.objects.filter(case__reference=reference).values_list("pk", flat=True)[0]


@thing
def hold(world, whose):
    from foundation.privacy.models import LegalHold

    now, unit = timezone.now(), world.unit(whose)
    made = LegalHold.objects.create(
        bureau_code=unit.bureau_code,
        unit=unit,
        kind="case",
        subject_reference=world.get("case", whose),
        ground="Court order 11",
        set_at=now,
        set_by="officer:U-TEST",
        ends_on=(now + timedelta(days=30)).date(),
    )
    world.mark(whose, made.reference)
    return made.reference


@thing
def in_a_year(world, whose):
    return (timezone.now() + timedelta(days=365)).date().isoformat()


# --- acting for others ---


@thing
def the_company(world, whose):
    from stdnum.cn import uscc

    from foundation.mandates.operations.register_company import register_company

    body = f"91310000MA1FL000{['own', 'other', 'foreign'].index(whose)}"
    code = body + uscc.calc_check_digit(body)
    return register_company(actor=world.maker(whose), unit=world.unit(whose), credit_code=code, name="演示公司", now=timezone.now())


@thing
def company(world, whose):
    return world.get("the_company", whose).reference


@thing
def company_code(world, whose):
    return world.get("the_company", whose).credit_code


def _numbers():
    """Return ID numbers of people born on one day, each once."""
    from datetime import date

    from tests.plugins.mandates import id_number

    return (id_number(date(1991, 1, 1), order) for order in range(1, 1000))


_adults = _numbers()


@thing
def guardianship(world, whose):
    from datetime import date

    from foundation.mandates.operations.enter_person import Named
    from foundation.mandates.operations.record_guardianship import record_guardianship
    from tests.plugins.mandates import id_number

    child = Named(part="child", name="演示小孩", id_number=id_number(date(2018, 8, 8)))
    guardian = Named(part="guardian", name="演示家长", id_number=next(_adults))
    given = {"kind": "parent", "evidence": "Household register", "now": timezone.now()}
    return record_guardianship(actor=world.maker(whose), unit=world.unit(whose), child=child, guardian=guardian, **given).reference


def _asked_by(world, person, to):
    from foundation.accounts.actors import actor_of_user
    from foundation.accounts.models import User
    from foundation.mandates.operations.enter_person import Named
    from foundation.mandates.operations.offer_delegation import Offer, offer_delegation

    user = User.objects.filter(person=person).first() or User.objects.create(
        username=f"asker-{person.pk}"[:60], kind="resident", display_name=person.name, person=person, password="!"
    )
    agent = Named(part="agent", name=to.name, id_number=to.id_number)
    offer = Offer(agent=agent, scopes=["follow_cases"], until_on=(timezone.now() + timedelta(days=20)).date())
    return offer_delegation(actor=actor_of_user(user), offer=offer, now=timezone.now())


def _somebody():
    from foundation.accounts.models import Person

    return Person.objects.create(name="演示某人", id_number=next(_adults), created_at=timezone.now())


@thing
def offer(world, whose):
    """An offer to the person concerned."""
    return _asked_by(world, _somebody(), world.person(whose)).reference


@thing
def delegation(world, whose):
    """An offer of somebody else's that the person concerned has accepted."""
    from foundation.mandates.operations.answer_offer import accept_offer

    reference = world.get("offer", whose)
    accept_offer(actor=world.party(whose), reference=reference, now=timezone.now())
    return reference


@thing
def adult_id(world, whose):
    return next(_adults)


@thing
def exclusion(world, whose):
    from cases.operations.exclude_from_case import exclude_from_case
    from foundation.mandates.operations.enter_person import Named

    who = Named(part="person", name="演示家长", id_number=next(_adults))
    made = exclude_from_case(
        actor=world.maker(whose), reference=world.get("case", whose), who=who, reason="Named as a suspect", now=timezone.now()
    )
    return str(made.pk)


@thing
def next_month(world, whose):
    return (timezone.now() + timedelta(days=30)).date().isoformat()


def _paper(world, whose):
    """A sealed paper on a case, of a kind that holds no code."""
    from foundation.documents.kinds.log_proof import LogProof
    from foundation.documents.kinds.parts import office_of, told
    from foundation.documents.operations.issue_document import Issue, issue_document
    from foundation.documents.operations.seal_document import seal_document

    case, now = world.get("the_case", whose), timezone.now()
    says = {
        "reference": case.reference,
        "step": told(lambda: "Step"),
        "recorded_at": now,
        "commitment": "00",
        "root": "00",
        "text": "proof",
    }
    content = LogProof(office=office_of(case.unit), index=0, size=1, log_name="log", log_address="log", **says)
    made = issue_document(
        actor=world.maker(whose), capability="case.read", issue=Issue(content=content, office=case.unit, subject=case), now=now
    )
    seal_document(document_id=made.pk, now=now)
    world.mark(whose, made.number)
    return made


def _notice(world, whose):
    """A message about a case that could not be sent, so that the unit has to tell the person."""
    from uuid import uuid4

    from foundation.notifications.models import Channel, Delivery, Notice, State, Unreached

    now, unit = timezone.now(), world.unit(whose)
    made = Notice.objects.create(
        person=world.person(whose),
        event="cases.progressed",
        subject_kind="case",
        subject_reference=world.get("case", whose),
        occurrence=str(uuid4()),
        language="en",
        is_mandatory=False,
        unit=unit,
        created_at=now,
    )
    Delivery.objects.create(
        notice=made,
        channel=Channel.SMS,
        state=State.FAILED,
        reason="number_void",
        is_mandatory=False,
        created_at=now,
        due_at=now,
        wanted_at=now,
    )
    Unreached.objects.create(notice=made, path=unit.path, reason="number_void", opened_at=now)
    return made


@thing
def paper(world, whose):
    return _paper(world, whose).number


@thing
def proposed_paper(world, whose):
    """A paper that an officer who never asks proposed to take back."""
    from foundation.accounts.models import User
    from foundation.documents.models import Revocation

    document = _paper(world, whose)
    proposer = User.objects.get(reference=world.maker(whose).reference)
    Revocation.objects.create(document=document, ground="lapsed", proposed_by=proposer, proposed_at=timezone.now())
    return document.number


@thing
def notice(world, whose):
    return str(_notice(world, whose).pk)


@thing
def unreached_notice(world, whose):
    return str(_notice(world, whose).pk)


@thing
def failed_delivery(world, whose):
    return str(_notice(world, whose).deliveries.get().pk)


@thing
def unreached(world, whose):
    return str(_notice(world, whose).unreached.pk)
