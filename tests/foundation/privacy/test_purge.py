"""Time travel: what is over is gone, what must stay verifies and names nobody, and the figures are what they were."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cases.models import Case, MonthlyFigure, Party, ProgressEntry
from cases.operations.rebuild_figures import rebuild_figures
from foundation.accounts.actors import command_actor
from foundation.accounts.models import Person, User
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.database.roles import owner
from foundation.encryption.fields import EncryptedTextField
from foundation.privacy import retention
from foundation.privacy.models import LegalHold, PurgeRun
from foundation.privacy.operations.purge import preview, purge
from foundation.privacy.registry import entries, hall_models
from foundation.transparency.folder import Folder
from foundation.transparency.operations.seal import seal_all
from foundation.transparency.verification.whole import check_everything
from tests.foundation.privacy.rows import AT

pytestmark = pytest.mark.django_db

BEAT = command_actor("purge")


def may_stay():
    """Fields that outlive every term: of tables kept for good, and what is not sensitive of rows that are emptied."""
    for label, entry in entries().items():
        is_emptied = any(keep.fields for keep in entry.keeps)
        for field in entry.fields.values():
            if any(keep.always for keep in entry.keeps) or (is_emptied and field.data_class.code != "S4"):
                yield f"{label}.{field.name}"


def texts_of(model):
    """Return every text of a table as the application reads it."""
    with transaction.atomic():
        for row in model._base_manager.all():
            for field in model._meta.local_fields:
                value = getattr(row, field.attname)
                yield f"{model._meta.label}.{field.name}", "" if value is None else str(value)


def found(marks):
    """Return the fields in which a mark stands."""
    return {place for model in hall_models() for place, text in texts_of(model) if any(mark in text for mark in marks)}


def run(now):
    return {each.rule.name: each.rows for each in purge(actor=BEAT, now=now)}


def test_every_rule_has_a_name_of_its_own_and_a_deed_that_is_known():
    names = [rule.name for rule in retention.rules()]

    assert len(set(names)) == len(names)
    assert all(retention.knows_deed(rule.keep.then) for rule in retention.rules())


def test_once_every_term_is_over_no_personal_data_is_left_but_what_is_sealed(fill):
    filled = fill()
    before = found(filled.marks)

    run(timezone.now())
    left = found(filled.marks)

    assert {"accounts.Person.name", "cases.Party.name", "cases.Message.text", "cases.Complaint.text"} <= before
    assert left <= set(may_stay()), left - set(may_stay())
    # Of what stays, nothing holds a name, a number or a phone: those marks are gone from everywhere.
    sensitive = {mark for mark, place in filled.marks.items() if place.split(".")[1] in {"Person", "Party", "User"}}
    assert found(sensitive) == set()
    assert not Person.objects.exists() and not User.objects.filter(kind="resident").exists()
    party = Party.objects.get()
    assert (party.name, party.id_number, party.id_number_index, party.phone) == ("", "", None, "")


def test_what_must_stay_still_verifies_and_the_figures_are_what_they_were(fill, log_folder):
    """Steps, deeds and looks were sealed; the looks that are old enough go, and the whole log verifies all the same."""
    filled = fill(only={"audit.AccessEntry", "audit.AuditEntry", "cases.Message", "cases.Complaint", "cases.PropertyPhoto"})
    rebuild_figures(now=AT)
    figures = list(MonthlyFigure.objects.values("unit", "category", "month", "cases", "open_cases"))
    deeds, steps = set(AuditEntry.objects.values_list("pk", "at", "action")), ProgressEntry.objects.count()
    seal_all(now=AT + timedelta(minutes=1))

    gone = run(timezone.now())
    rebuild_figures(now=timezone.now())
    seal_all(now=timezone.now())

    assert gone["audit.AccessEntry:at"] == 1 and filled.case.parties.get().name == ""
    assert list(MonthlyFigure.objects.values("unit", "category", "month", "cases", "open_cases")) == figures
    assert deeds <= set(AuditEntry.objects.values_list("pk", "at", "action"))
    assert ProgressEntry.objects.count() == steps and Case.objects.count() == 1
    assert not [str(each) for each in check_everything(now=timezone.now(), folder=Folder(log_folder)) if not isinstance(each, int)]


def test_a_day_before_its_term_nothing_goes(fill):
    """Rows are as old as the shortest clock allows: one day younger than each rule's term, they all stay."""
    now = timezone.now()
    for rule in retention.rules():
        assert rule.due(now).count() == 0
    fill(at=now - timedelta(hours=1), only={"audit.AccessEntry", "cases.Message", "cases.Complaint", "cases.PropertyPhoto"})

    gone = run(now)

    assert not any(gone.values()), gone


@pytest.mark.parametrize(("days", "is_over"), [(2 * 365 - 5, False), (2 * 365 + 5, True)])
def test_the_people_of_a_case_are_forgotten_two_years_after_it_is_closed(fill, days, is_over):
    now = timezone.now()
    filled = fill(at=now - timedelta(days=days), only=set())

    gone = run(now)

    assert gone["cases.Party:case__closed_at"] == is_over
    assert (filled.case.parties.get().name == "") is is_over


def test_the_people_of_an_open_case_are_never_forgotten(register, later, now):
    register()

    run(now + timedelta(days=20 * 365))

    assert Party.objects.get().name == "演示居民"


def test_a_case_that_was_joined_with_another_ends_with_that_one(register, head_of_unit, fill):
    from cases.operations.transfer_case import merge_case

    filled = fill(at=timezone.now() - timedelta(days=800), only=set())
    other = register(reported_at=filled.at, now=filled.at)
    Case.objects.filter(pk=filled.case.pk).update(closed_at=None, closed_by="")
    merge_case(actor=head_of_unit, reference=other.reference, into=filled.case.reference, now=filled.at)
    assert run(timezone.now())["cases.Party:case__closed_at"] == 0

    Case.objects.filter(pk=filled.case.pk).update(closed_at=filled.at, closed_by="officer:U-TEST")

    assert run(timezone.now())["cases.Party:case__closed_at"] == 2


def test_a_second_run_finds_nothing_and_each_rule_leaves_one_audit_row_a_run(fill):
    fill()
    now = timezone.now()

    first, second = run(now), run(now)

    rows = AuditEntry.objects.filter(action="privacy.purge", at=now)
    assert sum(first.values()) > 10 and sum(second.values()) == 0
    assert rows.count() == 2 * len(first)
    counts = {row.subject_reference: row.changes["rows"][0] for row in rows.order_by("-pk")}
    assert counts == {name[:40]: count for name, count in first.items()}


def test_small_batches_do_the_same_as_one(fill):
    fill()
    now = timezone.now()
    expected = {each.rule.name: each.rows for each in preview(now=now)}

    gone = {each.rule.name: each.rows for each in purge(actor=BEAT, now=now, batch=1)}

    # What goes with something else is not there any more when its own turn comes; a person who acted for somebody only goes
    # after the last record of that.
    waits = "accounts.Person:user__last_login"
    assert all(gone[name] <= count for name, count in expected.items() if name != waits)
    assert sum(each.rows for each in preview(now=now)) == 0


def test_a_dry_run_counts_and_changes_nothing(fill):
    fill()
    before = {model: model._base_manager.count() for model in hall_models()}
    said = io.StringIO()

    call_command("purge", "--dry-run", stdout=said)

    assert {model: model._base_manager.count() for model in hall_models()} == before
    assert "cases.Party:case__closed_at: 1 rows (blank, 2 years)" in said.getvalue()
    assert "rows are over." in said.getvalue()


def test_a_run_that_broke_off_is_told_of_by_the_next(now):
    PurgeRun.objects.create(run="00000000-0000-4000-8000-000000000001", rule="cases.Party:case__closed_at", rows=7, began_at=now)

    list(purge(actor=BEAT, now=now + timedelta(days=1), rules=[]))

    row = AuditEntry.objects.get(action="privacy.purge")
    assert row.changes == {"rows": [7, 0]}
    assert PurgeRun.objects.get().is_whole is False


def test_the_file_of_a_photo_goes_with_its_row(fill, django_capture_on_commit_callbacks):
    filled = fill(only={"cases.PropertyPhoto"})
    image = filled.row("cases.PropertyPhoto").image
    assert image.storage.exists(image.name)

    with django_capture_on_commit_callbacks(execute=True):
        run(timezone.now())

    assert not image.storage.exists(image.name)


# --- legal holds ------------------------------------------------------------------------------------------------------


def hold(station, now, **given):
    return LegalHold.objects.create(
        bureau_code="310000",
        unit=station,
        set_at=now,
        set_by="officer:U-TEST",
        ground="court",
        **{"ends_on": (now + timedelta(days=30)).date()} | given,
    )


def test_a_held_case_is_spared_until_its_hold_ends(fill, station):
    filled, now = fill(only={"cases.Message", "cases.Complaint", "cases.PropertyPhoto"}), timezone.now()
    hold(station, now, kind="case", subject_reference=filled.case.reference)

    held = run(now)
    after = run(now + timedelta(days=40))

    for rule in ("cases.Party:case__closed_at", "cases.Message:case__closed_at", "cases.PropertyPhoto:item__returned_at"):
        assert held[rule] == 0 and after[rule] == 1, rule


def test_a_held_account_is_spared_with_all_that_belongs_to_it(fill, station):
    filled, now = fill(only={"cases.Message"}), timezone.now()
    hold(station, now, kind="account", subject_reference=filled.user.reference)

    gone = run(now)

    assert gone["accounts.Person:user__last_login"] == 0 and gone["cases.Party:case__closed_at"] == 0
    assert Person.objects.get().name == "markperson"


def test_a_hold_that_was_lifted_holds_nothing(fill, station):
    filled, now = fill(only=set()), timezone.now()
    hold(station, now, kind="case", subject_reference=filled.case.reference, lifted_at=now, lifted_by="officer:U-TEST")

    assert run(now)["cases.Party:case__closed_at"] == 1


# --- tables that only grow --------------------------------------------------------------------------------------------


def test_the_site_can_forget_looks_only_by_the_function_and_only_old_ones(fill):
    fill(only={"audit.AccessEntry"})
    fill(at=timezone.now(), only={"audit.AccessEntry"}, prefix="new", id_number="310103198001010029", phone="13900000002")
    young = AccessEntry.objects.order_by("-at").first()

    with pytest.raises(DatabaseError), transaction.atomic():
        AccessEntry.objects.filter(at__lt=AT + timedelta(days=1)).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT hall_forget_audit_accessentry(%s)", [list(AccessEntry.objects.values_list("pk", flat=True))])

    assert list(AccessEntry.objects.values_list("pk", flat=True)) == [young.pk]


def test_not_even_the_owner_takes_a_young_look_away(fill):
    fill(at=timezone.now(), only={"audit.AccessEntry"})

    with owner(), pytest.raises(DatabaseError, match="not removed before 3 years"), transaction.atomic():
        connection.cursor().execute("DELETE FROM audit_accessentry")
    with owner(), pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute("UPDATE audit_accessentry SET reason = 'supervision'")


# --- broken variants: the tests above would find it --------------------------------------------------------------------


def test_a_purge_that_forgot_a_field_would_be_found(fill, monkeypatch):
    monkeypatch.setattr(retention, "_blank", lambda rows, names: len(rows))
    monkeypatch.setattr(retention, "_still_there", lambda model, names: retention.Q(pk__isnull=True))
    filled = fill(only=set())

    run(timezone.now())

    assert "cases.Party.name" in found(filled.marks)


def test_an_encrypted_field_is_known_to_be_empty_without_being_opened(case):
    party = Party.objects.get()
    rows = Party.objects.filter(retention.HoldsText(retention.F("name")))
    assert rows.count() == 1

    party.name = ""
    party.save()

    assert rows.count() == 0 and isinstance(Party._meta.get_field("name"), EncryptedTextField)
