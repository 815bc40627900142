"""The proof of each step of a case, for whoever may read its timeline and for nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from cases.models import ProgressEntry
from cases.operations.append_entry import Words
from cases.operations.correct_entry import withhold_entry
from cases.operations.prove_entry import prove_own_entry
from cases.operations.publish_progress import publish_progress
from cases.operations.set_publication import set_publication
from cases.operations.transfer_case import merge_case
from foundation.audit.models import AccessEntry
from foundation.database.roles import owner
from foundation.errors import NotFound
from foundation.transparency.log import verifiers
from foundation.transparency.models import Leaf
from foundation.transparency.operations.seal import seal_all
from foundation.transparency.proofs import check_proof

pytestmark = pytest.mark.django_db


def at_the_desk(case, sequence=1):
    return f"/desk/cases/{case.reference}/entries/{sequence}/proof/"


def own(case, sequence=1):
    return f"/my/cases/{case.reference}/entries/{sequence}/proof/"


def for_programs(case, sequence=1):
    return f"/api/v1/cases/{case.reference}/progress/{sequence}/proof/"


@pytest.fixture
def case(case, handling_officer, now):
    """The case with a second step, whose words are withheld by a third entry."""
    publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail="A witness came."), now=now)
    withhold_entry(actor=handling_officer, reference=case.reference, sequence=2, ground="privacy", now=now)
    case.refresh_from_db()
    return case


def commitment_in(answer, settings):
    assert answer.status_code == 200, answer.content
    return check_proof(answer.content, verifiers(settings.LOG_ORIGIN)).record.commitment


@pytest.mark.parametrize(
    ("who", "address"), [("desk_clerk", at_the_desk), ("auditor", at_the_desk), ("desk_clerk", for_programs), ("resident", own)]
)
def test_who_reads_a_timeline_gets_the_proof_of_each_step(case, sign_in, request, settings, who, address, now):
    seal_all(now=now)
    browser = sign_in(request.getfixturevalue(who))

    for sequence, entry in enumerate(ProgressEntry.objects.filter(case=case).order_by("sequence")[:2], start=1):
        answer = browser.get(address(case, sequence))
        assert commitment_in(answer, settings) == bytes(entry.hash).hex()
        assert answer["Content-Disposition"] == f'attachment; filename="{case.reference}-{sequence}.tlog-proof"'
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("who", "address"), [("foreign_officer", at_the_desk), ("foreign_officer", for_programs), ("neighbour", own), ("desk_clerk", own)]
)
def test_nobody_else_learns_whether_there_is_such_a_step(case, sign_in, request, who, address):
    browser = sign_in(request.getfixturevalue(who))

    assert browser.get(address(case)).status_code == 404


@pytest.mark.parametrize(("who", "address"), [("desk_clerk", at_the_desk), ("desk_clerk", for_programs), ("resident", own)])
def test_a_step_of_this_moment_is_proved_a_little_later(case, sign_in, request, who, address, now):
    browser = sign_in(request.getfixturevalue(who))
    answer = browser.get(address(case))

    assert (answer.status_code, int(answer["Retry-After"]) <= 60) == (503, True)
    assert "please fetch it in a few minutes" in answer.content.decode()
    assert not Leaf.objects.exists()
    seal_all(now=now)
    assert browser.get(address(case)).status_code == 200


@pytest.mark.parametrize("address", [at_the_desk, for_programs])
def test_an_officer_proves_entries_about_others_too_and_a_resident_only_steps(case, sign_in, desk_clerk, resident, address, now):
    seal_all(now=now)
    assert sign_in(desk_clerk).get(address(case, 3)).status_code == 200
    assert sign_in(resident).get(own(case, 3)).status_code == 404


@pytest.mark.parametrize("sequence", [0, 4, 2**31, 10**40])
def test_a_step_that_is_not_there_has_no_proof(case, sign_in, desk_clerk, resident, sequence):
    assert sign_in(desk_clerk).get(at_the_desk(case, sequence)).status_code == 404
    assert sign_in(desk_clerk).get(for_programs(case, sequence)).status_code == 404
    assert sign_in(resident).get(own(case, sequence)).status_code == 404


def test_asking_for_a_proof_is_a_look_that_the_person_concerned_can_see(case, sign_in, desk_clerk, resident, now):
    seal_all(now=now)
    sign_in(desk_clerk).get(at_the_desk(case))
    sign_in(desk_clerk).get(for_programs(case))
    sign_in(resident).get(own(case))

    looks = AccessEntry.objects.filter(subject_reference=case.reference).order_by("pk").values_list("viewer_reference", flat=True)
    assert list(looks) == [desk_clerk.reference, desk_clerk.reference, resident.reference]


def test_a_case_of_which_only_the_unit_is_told_proves_nothing_to_its_parties(case, handling_officer, resident, now):
    set_publication(actor=handling_officer, reference=case.reference, publication="unit_only", ground="privacy", now=now)

    with pytest.raises(NotFound):
        prove_own_entry(actor=resident, reference=case.reference, sequence=1, now=now)


def test_the_page_of_a_resident_offers_the_proof_of_each_own_step(case, register, head_of_unit, resident, sign_in, now):
    later = register()
    merge_case(actor=head_of_unit, reference=case.reference, into=later.reference, now=now)
    publish_progress(
        actor=head_of_unit,
        reference=later.reference,
        words=Words(text_en="Of the other.", text_zh="另一案。"),
        now=now + timedelta(hours=1),
    )
    case.refresh_from_db()

    page = sign_in(resident).get(f"/my/cases/{case.reference}/").content.decode()

    offered = [number for number in range(1, 9) if own(case, number) in page]
    steps = [entry.sequence for entry in case.entries.all() if entry.kind != "withheld"]
    assert offered == steps
    assert page.count("Check this step") == len(steps)
    assert "Of the other." in page


def test_the_desk_offers_the_proof_of_every_entry(case, desk_clerk, sign_in):
    page = sign_in(desk_clerk).get(f"/desk/cases/{case.reference}/").content.decode()

    assert [number for number in range(1, 9) if at_the_desk(case, number) in page] == [1, 2, 3]


@pytest.mark.parametrize(("who", "address"), [("desk_clerk", at_the_desk), ("desk_clerk", for_programs), ("resident", own)])
def test_a_log_that_was_spoilt_gives_a_clear_answer_and_no_proof(case, sign_in, request, who, address, now):
    seal_all(now=now)
    with owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE transparency_leaf SET previous = sha256(previous)")
    answer = sign_in(request.getfixturevalue(who)).get(address(case))

    assert answer.status_code == 503
    assert "The proof cannot be made just now." in answer.content.decode()
