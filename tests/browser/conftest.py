"""A case with everything in it, and windows in which people are signed in."""

from __future__ import annotations

import io

import pytest
from PIL import Image


@pytest.fixture
def window(open_page, sign_in, settings):
    """Open a page in which somebody is signed in."""

    def window(who, path, **given):
        return open_page(path, session=sign_in(who).cookies[settings.SESSION_COOKIE_NAME].value, **given)

    return window


@pytest.fixture
def full_case(register, handling_officer, head_of_unit, resident, neighbour, now, later, dispute):
    """A case that has lived: steps, a correction, words withheld, a thing with a photo, messages, a complaint."""
    from cases.operations.append_entry import Words
    from cases.operations.change_parties import add_party
    from cases.operations.correct_entry import correct_entry, withhold_entry
    from cases.operations.keep_property import add_photo, take_item
    from cases.operations.make_complaint import make_complaint
    from cases.operations.move_deadline import extend_term
    from cases.operations.publish_progress import publish_progress
    from cases.operations.register_report import NewParty
    from cases.operations.send_message import answer_party, ask_unit
    from cases.phrases import words_for

    case = register(category=dispute)
    known = {"reference": case.reference}
    publish_progress(
        actor=handling_officer,
        action="accept",
        words=words_for(kind=case.kind, status="accepted", phrase=None, detail="The shop's owner was asked about the fence on Monday."),
        now=later(2),
        **known,
    )
    publish_progress(actor=handling_officer, words=Words(detail="Camera 1 was looked at."), now=later(26), **known)
    correct_entry(actor=handling_officer, sequence=3, words=Words(detail="It was camera 2."), now=later(27), **known)
    publish_progress(actor=handling_officer, words=Words(detail="The name of a witness stood here."), now=later(28), **known)
    withhold_entry(actor=head_of_unit, sequence=5, ground="privacy", now=later(29), **known)
    extend_term(actor=head_of_unit, days=60, reason="An expert opinion on the fence is needed.", now=later(30), **known)
    party = NewParty(role="victim", name="演示邻居", id_number="310103198001010029")
    add_party(actor=head_of_unit, party=party, now=later(31), **known)
    item = take_item(actor=handling_officer, description="A bicycle, green, number 4711", taken_at=later(3), now=later(4), **known)
    picture = io.BytesIO()
    Image.new("RGB", (640, 480), "#2f7d4f").save(picture, "PNG")
    picture.seek(0)
    add_photo(actor=handling_officer, item_reference=item.reference, upload=picture, now=later(5))
    ask_unit(actor=resident, text="When can I collect my bicycle?", now=later(40), **known)
    answer_party(actor=handling_officer, text="On Thursday after nine. Please bring your identity card.", now=later(41), **known)
    ask_unit(actor=resident, text="Is Friday possible, too?", now=later(42), **known)
    make_complaint(actor=neighbour, text="Nobody called me back for two weeks.", now=later(43), **known)
    case.refresh_from_db()
    return case
