"""Guardians, agents and delegates in cases: what they see, for whom, how long; and what nobody sees through another."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine

from cases.models import Complaint, Message
from cases.operations.change_parties import add_party, remove_party
from cases.operations.exclude_from_case import exclude_from_case, readmit_to_case
from cases.operations.hand_over_code import hand_over_code
from cases.operations.look_at_case import look_at_own_case
from cases.operations.make_complaint import make_complaint
from cases.operations.register_report import NewParty
from cases.operations.send_message import answer_party, ask_unit
from cases.operations.set_publication import set_publication
from cases.queries import cases_for_others
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.clock import CITY_ZONE
from foundation.errors import DomainError, Hidden, NotFound
from foundation.mandates.operations.end_mandate import end_delegation, end_mandate
from tests.plugins.mandates import COMPANY_CODE
from tests.plugins.people import NOW

pytestmark = pytest.mark.django_db


def refusal(work):
    with pytest.raises((DomainError, NotFound)) as refused:
        work()
    return refused.value.code


def listed(actor, at=NOW):
    return {followed.mandate.name: [case.reference for case in followed.cases] for followed in cases_for_others(actor, now=at, at_most=50)}


@pytest.fixture
def childs_case(register, child_id):
    """A case whose victim is the child."""
    return register(parties=[NewParty(role="victim", name="演示小孩", id_number=child_id)])


@pytest.fixture
def companys_case(register):
    return register(parties=[NewParty(role="reporter", name="演示商贸有限公司", credit_code=COMPANY_CODE)])


def test_a_guardian_follows_the_childs_case_and_the_log_says_for_whom(record, childs_case, parent, now):
    made = record()

    case, standing = look_at_own_case(actor=parent, reference=childs_case.reference, now=now)

    assert (case, standing.party.name, standing.mandate.name) == (childs_case, "演示小孩", "演示小孩")
    look = AccessEntry.objects.get()
    assert (look.viewer_reference, look.reason, look.mandate) == (parent.reference, "guardianship", made.reference)
    assert listed(parent) == {"演示小孩": [childs_case.reference]}


def test_without_a_record_a_parent_is_a_stranger(childs_case, parent, now):
    with pytest.raises(Hidden):
        look_at_own_case(actor=parent, reference=childs_case.reference, now=now)
    assert listed(parent) == {}


def test_on_the_eighteenth_birthday_the_childs_cases_are_the_childs_alone(record, childs_case, parent, child):
    record()
    birthday = datetime(2033, 5, 5, tzinfo=CITY_ZONE)
    look_at_own_case(actor=parent, reference=childs_case.reference, now=birthday - timedelta(seconds=1))

    assert refusal(lambda: look_at_own_case(actor=parent, reference=childs_case.reference, now=birthday)) == "mandate_ended"
    assert listed(parent, birthday) == {}
    look_at_own_case(actor=child, reference=childs_case.reference, now=birthday)


def test_a_child_sees_its_own_case_and_who_looked_for_it(record, childs_case, parent, child, sign_in, now):
    record()
    with time_machine.travel(now, tick=False):
        sign_in(parent).get(f"/my/cases/{childs_case.reference}/")
        page = sign_in(child).get(f"/my/cases/{childs_case.reference}/")

    assert [(look.who, look.why) for look in page.context["looks"]] == [
        ("You", "Their own matter"),
        ("演示家长", "For their ward, as guardian"),
    ]


def test_another_party_does_not_learn_who_acts_for_whom(record, childs_case, parent, neighbour, head_of_unit, sign_in, now):
    record()
    other = NewParty(role="reporter", name="演示邻居", id_number="310103198001010029")
    add_party(actor=head_of_unit, reference=childs_case.reference, party=other, now=now)
    with time_machine.travel(now, tick=False):
        sign_in(parent).get(f"/my/cases/{childs_case.reference}/")
        page = sign_in(neighbour).get(f"/my/cases/{childs_case.reference}/")

    assert [look.who for look in page.context["looks"]] == ["You", "Another person of the case"]
    assert "演示家长" not in page.content.decode()


def test_a_delegate_reads_and_does_nothing_more(delegate, case, neighbour, now):
    delegate()
    look_at_own_case(actor=neighbour, reference=case.reference, now=now)

    assert listed(neighbour) == {"演示居民": [case.reference]}
    assert refusal(lambda: ask_unit(actor=neighbour, reference=case.reference, text="Well?", now=now)) == "scope_missing"
    assert refusal(lambda: make_complaint(actor=neighbour, reference=case.reference, text="No.", now=now)) == "scope_missing"
    assert refusal(lambda: hand_over_code(actor=neighbour, reference=case.reference, now=now)) == "code_not_yours"


def test_who_may_write_for_another_writes_in_their_name_and_the_message_says_so(
    delegate, case, neighbour, resident, handling_officer, sign_in, now, later
):
    made = delegate(scopes=["act_in_cases"])
    ask_unit(actor=neighbour, reference=case.reference, text="Is there news for her?", now=later(1))
    answer_party(actor=handling_officer, reference=case.reference, text="Soon.", now=later(2))
    make_complaint(actor=neighbour, reference=case.reference, text="Too slow.", now=later(3))

    message = Message.objects.get(party__isnull=False)
    assert (message.party.name, message.sent_by, message.mandate) == ("演示居民", neighbour.label, made.reference)
    assert Complaint.objects.get().party == message.party
    rows = AuditEntry.objects.filter(actor_reference=neighbour.reference, action__in=["case.ask", "complaint.make"])
    assert {row.mandate for row in rows} == {made.reference}
    with time_machine.travel(later(4), tick=False):
        own = sign_in(resident).get(f"/my/cases/{case.reference}/")
        theirs = sign_in(neighbour).get(f"/my/cases/{case.reference}/")
        desk = sign_in(handling_officer).get(f"/desk/cases/{case.reference}/").content.decode()
    assert [(letter.sender, letter.text) for letter in own.context["letters"]] == [("演示邻居", "Is there news for her?"), ("", "Soon.")]
    assert [letter.sender for letter in theirs.context["letters"]] == ["You", ""]
    assert f"written for them under {made.reference}" in desk


def test_a_fresh_code_goes_to_who_represents_by_law_only(record, childs_case, parent, appoint_for, companys_case, stranger, now):
    record()
    appoint_for(stranger)

    hand_over_code(actor=parent, reference=childs_case.reference, now=now)
    assert refusal(lambda: hand_over_code(actor=stranger, reference=companys_case.reference, now=now)) == "code_not_yours"


def test_a_single_matter_is_all_that_a_delegate_sees(delegate, register, neighbour, now):
    one, other = register(), register()
    delegate(matter=f"case:{one.reference}")

    assert listed(neighbour) == {"演示居民": [one.reference]}
    with pytest.raises(Hidden):
        look_at_own_case(actor=neighbour, reference=other.reference, now=now)


def test_somebody_elses_case_cannot_be_delegated(ask, companys_case, now):
    assert refusal(lambda: ask(matter=f"case:{companys_case.reference}")) == "matter_unknown"


def test_an_agent_follows_the_companys_case(appoint_for, companys_case, stranger, now):
    appoint_for(stranger)

    _case, standing = look_at_own_case(actor=stranger, reference=companys_case.reference, now=now)

    assert standing.party.credit_code == COMPANY_CODE
    assert AccessEntry.objects.get().reason == "agency"
    assert listed(stranger) == {"演示商贸有限公司": [companys_case.reference]}


def test_a_delegation_that_ended_is_refused_at_the_next_request_with_a_word_on_it(delegate, case, neighbour, resident, sign_in, now, later):
    """In the middle of a task: the page was open when the other ended it."""
    made = delegate(scopes=["act_in_cases"])
    browser = sign_in(neighbour)
    with time_machine.travel(now, tick=False):
        assert browser.get(f"/my/cases/{case.reference}/").status_code == 200
    end_delegation(actor=resident, reference=made.reference, now=later(1))

    with time_machine.travel(later(1), tick=False):
        answer = browser.post(f"/my/cases/{case.reference}/ask/", {"text": "Is there news?"})

    assert answer.status_code == 403
    assert "You no longer act for this person" in answer.content.decode()
    assert not Message.objects.exists()


def test_a_delegation_that_ran_out_is_refused_the_same_way(delegate, case, neighbour, now):
    made = delegate()
    look_at_own_case(actor=neighbour, reference=case.reference, now=now)

    assert refusal(lambda: look_at_own_case(actor=neighbour, reference=case.reference, now=made.until_at)) == "mandate_ended"


def test_who_never_saw_the_case_learns_nothing_from_its_number(delegate, case, neighbour, resident, later):
    made = delegate()
    end_delegation(actor=resident, reference=made.reference, now=later(1))

    with pytest.raises(Hidden):
        look_at_own_case(actor=neighbour, reference=case.reference, now=later(1))


@pytest.mark.parametrize("given", [{"publication": "closed", "ground": "domestic_violence"}, {"is_counter_only": True}])
@pytest.mark.parametrize("who", ["guardian", "delegate"])
def test_a_dark_case_is_dark_for_who_acts_for_a_party_too(
    record, delegate, register, childs_case, case, parent, neighbour, head_of_unit, sign_in, now, given, who
):
    record()
    delegate()
    actor, dark = (parent, childs_case) if who == "guardian" else (neighbour, case)
    look_at_own_case(actor=actor, reference=dark.reference, now=now)
    set_publication(actor=head_of_unit, reference=dark.reference, now=now, **{"publication": "open", "ground": ""} | given)
    browser = sign_in(actor)
    with time_machine.travel(now, tick=False):
        answers = [browser.get(f"/my/cases/{reference}/") for reference in (dark.reference, "C-0000-0000-0000")]

    bodies = {re.sub(r"[0-9a-f]{32}|C-[0-9A-Z-]{14}", "", answer.content.decode()) for answer in answers}
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(bodies) == 1
    assert [each for cases in listed(actor).values() for each in cases] == []


def test_a_case_of_domestic_violence_is_never_shown_to_a_guardian(record, register, child_id, parent, domestic_violence, now):
    record()
    case = register(category=domestic_violence, parties=[NewParty(role="victim", name="演示小孩", id_number=child_id)])

    with pytest.raises(Hidden):
        look_at_own_case(actor=parent, reference=case.reference, now=now)
    assert listed(parent) == {"演示小孩": []}


def test_an_officer_keeps_a_guardian_from_one_case(record, childs_case, register, child_id, parent, child, head_of_unit, named, now, later):
    record()
    other = register(parties=[NewParty(role="victim", name="演示小孩", id_number=child_id)])
    look_at_own_case(actor=parent, reference=childs_case.reference, now=now)

    given = {"actor": head_of_unit, "reference": childs_case.reference}
    kept_out = exclude_from_case(**given, who=named("person", parent), reason="Named as a suspect", now=later(1))

    with pytest.raises(Hidden):
        look_at_own_case(actor=parent, reference=childs_case.reference, now=later(1))
    assert listed(parent, later(1)) == {"演示小孩": [other.reference]}
    look_at_own_case(actor=child, reference=childs_case.reference, now=later(1))

    readmit_to_case(**given, exclusion=kept_out.pk, now=later(2))
    look_at_own_case(actor=parent, reference=childs_case.reference, now=later(2))
    actions = AuditEntry.objects.filter(action__in=["case.exclude", "case.readmit"]).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["case.exclude", "case.readmit"]


def test_who_is_kept_out_gets_no_word_on_it_also_when_the_guardianship_ends(
    record, childs_case, parent, head_of_unit, desk_clerk, named, now, later
):
    made = record()
    look_at_own_case(actor=parent, reference=childs_case.reference, now=now)
    exclude_from_case(actor=head_of_unit, reference=childs_case.reference, who=named("person", parent), reason="Suspect", now=later(1))
    end_mandate(actor=desk_clerk, reference=made.reference, reason="court", now=later(1))

    with pytest.raises(Hidden):
        look_at_own_case(actor=parent, reference=childs_case.reference, now=later(1))


def test_an_exclusion_outlives_the_record_of_the_guardianship(childs_case, record, parent, head_of_unit, named, now, later):
    """Somebody may be kept out before they are on record as guardian, and a new record does not let them in."""
    exclude_from_case(actor=head_of_unit, reference=childs_case.reference, who=named("person", parent), reason="Suspect", now=now)
    record(now=later(1))

    with pytest.raises(Hidden):
        look_at_own_case(actor=parent, reference=childs_case.reference, now=later(1))


def test_the_copy_of_ones_data_does_not_tell_that_one_is_kept_from_a_case(record, childs_case, parent, head_of_unit, named, now):
    from foundation.accounts.models import User
    from foundation.privacy.copies import copy_for
    from foundation.privacy.holders import holder_of

    record()
    holder = holder_of(User.objects.get(reference=parent.reference))
    before = [(table.name, len(table.rows)) for table in copy_for(holder, now=now).tables]
    exclude_from_case(actor=head_of_unit, reference=childs_case.reference, who=named("person", parent), reason="Suspect", now=now)

    assert [(table.name, len(table.rows)) for table in copy_for(holder, now=now).tables] == before


def test_a_check_that_forgot_the_exclusion_would_be_seen_here(childs_case, record, parent, head_of_unit, named, now, monkeypatch):
    """The broken variant."""
    record()
    exclude_from_case(actor=head_of_unit, reference=childs_case.reference, who=named("person", parent), reason="Suspect", now=now)
    monkeypatch.setattr("cases.permissions.excluded_matters", lambda actor: frozenset())

    look_at_own_case(actor=parent, reference=childs_case.reference, now=now)


@pytest.mark.parametrize(("who", "code"), [("foreign_officer", "not_found"), ("auditor", "not_allowed"), ("parent", "not_found")])
def test_only_who_may_change_the_people_of_a_case_keeps_somebody_out(childs_case, who, code, named, parent, request, now):
    actor = request.getfixturevalue(who)

    given = {"reference": childs_case.reference, "who": named("person", parent), "reason": "Suspect", "now": now}
    assert refusal(lambda: exclude_from_case(actor=actor, **given)) == code


def test_somebody_is_kept_out_once(childs_case, head_of_unit, named, parent, now):
    given = {"actor": head_of_unit, "reference": childs_case.reference, "who": named("person", parent), "reason": "Suspect", "now": now}
    exclude_from_case(**given)

    assert refusal(lambda: exclude_from_case(**given)) == "already_excluded"
    assert refusal(lambda: exclude_from_case(**given | {"who": named("person", "123", "演示")})) == "resident_id_shape"


def test_when_the_child_is_removed_from_the_case_the_guardian_is_too(record, childs_case, parent, head_of_unit, now):
    record()
    remove_party(actor=head_of_unit, reference=childs_case.reference, party_id=childs_case.parties.get().pk, now=now)

    with pytest.raises(Hidden):
        look_at_own_case(actor=parent, reference=childs_case.reference, now=now)


def test_a_party_who_also_acts_for_another_reads_in_their_own_name(record, childs_case, parent, named, head_of_unit, now):
    record()
    own = named("x", parent)
    party = NewParty(role="reporter", name=own.name, id_number=own.id_number)
    add_party(actor=head_of_unit, reference=childs_case.reference, party=party, now=now)

    _case, standing = look_at_own_case(actor=parent, reference=childs_case.reference, now=now)
    assert standing.mandate is None
    assert listed(parent) == {"演示小孩": []}


def test_who_acts_for_two_people_of_one_case_says_for_whom(record, childs_case, parent, delegate, ask, resident, head_of_unit, named, now):
    from foundation.mandates.operations.answer_offer import accept_offer

    record()
    offer = ask(agent=named("agent", parent))
    accept_offer(actor=parent, reference=offer.reference, now=now)
    party = NewParty(role="reporter", name="演示居民", id_number="11010519491231002X")
    add_party(actor=head_of_unit, reference=childs_case.reference, party=party, now=now)

    def name_under(reference):
        return look_at_own_case(actor=parent, reference=childs_case.reference, now=now, under=reference)[1].mandate.name

    assert (name_under(""), name_under(offer.reference)) == ("演示小孩", "演示居民")
    with pytest.raises(Hidden):
        name_under("MD-0000-0000-0000")


def test_every_page_of_a_case_says_for_whom_one_acts(record, childs_case, parent, sign_in, now):
    record()
    browser = sign_in(parent)
    with time_machine.travel(now, tick=False):
        pages = [browser.get(f"/my/cases/{childs_case.reference}/{page}").content.decode() for page in ("", "complain/", "code/")]
        pages.append(browser.post(f"/my/cases/{childs_case.reference}/code/").content.decode())
        pages.append(browser.post(f"/my/cases/{childs_case.reference}/complain/", {"text": "Too slow."}).content.decode())
        own = browser.get("/my/").content.decode()

    for page in pages:
        assert "You act for <strong>演示小孩</strong>" in page
        assert "You are their guardian, until 4 May 2033." in page
    assert "For 演示小孩" in own


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_cases_costs_the_same_however_many_people_one_acts_for(
    record, register, parent, sign_in, named, count, django_assert_max_num_queries, now
):
    from tests.plugins.mandates import id_number

    for order in range(1, count + 1):
        number = id_number(date(2016, 6, 6), order)
        record(child=named("child", number, f"演示小孩{order}"))
        register(parties=[NewParty(role="victim", name=f"演示小孩{order}", id_number=number)])
    browser = sign_in(parent)
    with time_machine.travel(now, tick=False), django_assert_max_num_queries(14):
        page = browser.get("/my/")

    assert len(page.context["others"]) == count


def test_the_desk_shows_who_acts_for_the_people_of_a_case(record, childs_case, parent, head_of_unit, named, sign_in, now):
    record()
    browser = sign_in(head_of_unit)
    with time_machine.travel(now, tick=False):
        before = browser.get(f"/desk/cases/{childs_case.reference}/")
        own = named("person", parent)
        given = {"person_name": own.name, "person_id_number": own.id_number, "reason": "Named as a suspect"}
        done = browser.post(f"/desk/cases/{childs_case.reference}/people/exclude/", given)
        after = browser.get(f"/desk/cases/{childs_case.reference}/")
        (kept_out,) = after.context["excluded"]
        browser.post(f"/desk/cases/{childs_case.reference}/people/excluded/{kept_out.id}/readmit/")
        again = browser.get(f"/desk/cases/{childs_case.reference}/")

    assert [(agent.name, agent.is_excluded) for agent in before.context["agents"]] == [("演***", False)]
    assert done.status_code == 302
    assert [(agent.is_excluded, len(after.context["excluded"])) for agent in after.context["agents"]] == [(True, 1)]
    assert "Named as a suspect" in after.content.decode()
    assert own.id_number not in after.content.decode()
    assert again.context["excluded"] == []


def test_a_company_is_entered_by_its_code_and_not_beside_an_id_number(register, head_of_unit, case, sign_in, now):
    refused = {"credit_code": COMPANY_CODE, "id_number": "11010519491231002X"}

    assert refusal(lambda: register(parties=[NewParty(role="reporter", name="演示", **refused)])) == "person_or_company"
    with time_machine.travel(now, tick=False):
        given = {"role": "victim", "name": "演示商贸有限公司", "credit_code": "9131 0000 ma1fl0000n"}
        answer = sign_in(head_of_unit).post(f"/desk/cases/{case.reference}/people/add/", given)
    assert answer.status_code == 302
    assert case.parties.get(role="victim").credit_code == COMPANY_CODE
