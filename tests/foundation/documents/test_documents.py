"""A paper from its number to its revocation."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from foundation.accounts.models import User
from foundation.documents import files
from foundation.documents.fonts import NoShape
from foundation.documents.keys import published_keys
from foundation.documents.models import Document, NumberSeries, Revocation
from foundation.documents.operations.revoke_document import confirm_revocation, drop_revocation, propose_revocation
from foundation.documents.operations.seal_document import seal_document
from foundation.documents.operations.verify_document import Answer, verify_file, verify_number, verify_stamp
from foundation.documents.sheets import Words
from foundation.encryption.sealing import CannotOpen
from foundation.errors import Conflict, Hidden, NotAllowed, RuleViolated
from foundation.outbox.models import Event

pytestmark = pytest.mark.django_db


def test_a_paper_has_its_number_and_stamp_at_once_and_a_worker_draws_it(issue, now):
    document = issue()

    assert document.number == "310000-RC-2026-000001"
    assert Event.objects.filter(name="document.issued", payload={"document": str(document.pk)}).exists()
    assert verify_stamp(text=document.stamp, now=now).answer == Answer.GENUINE


def test_a_sealed_paper_has_its_file_and_the_row_keeps_no_words(sealed, pdf_of):
    pdf = pdf_of(sealed)

    assert pdf.startswith(b"%PDF-")
    assert hashlib.sha256(pdf).digest() == bytes(sealed.editions.get().sha256)
    assert sealed.content == ""


def test_drawing_it_again_changes_nothing(sealed, now, papers):
    before = (sealed.sealed_at, list(sealed.editions.values_list("file")), sorted(papers.rglob("*")))

    assert not seal_document(document_id=sealed.pk, now=now + timedelta(hours=1))

    sealed.refresh_from_db()
    assert (sealed.sealed_at, list(sealed.editions.values_list("file")), sorted(papers.rglob("*"))) == before


def test_the_file_tells_nothing_to_whoever_takes_the_disk(sealed, papers):
    (path,) = (path for path in papers.rglob("*") if path.is_file())
    stolen = path.read_bytes()

    assert b"%PDF" not in stolen
    path.write_bytes(stolen[:-1] + bytes([stolen[-1] ^ 1]))
    with pytest.raises(CannotOpen):
        files.load(sealed.editions.get().file)


def test_a_full_disk_leaves_the_paper_due_and_no_half_file(issue, now, papers, monkeypatch):
    document = issue()

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("foundation.documents.storage.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            seal_document(document_id=document.pk, now=now)
    assert not [path for path in papers.rglob("*") if path.is_file()]

    assert seal_document(document_id=document.pk, now=now)


def test_what_a_worker_left_behind_when_it_died_is_removed_when_the_paper_is_drawn_anew(issue, now, papers):
    document = issue()
    left_behind = papers / str(document.pk) / "left.sealed"
    left_behind.parent.mkdir(parents=True)
    left_behind.write_bytes(b"half")

    seal_document(document_id=document.pk, now=now)

    assert sorted(path.name for path in left_behind.parent.iterdir()) == sorted(
        edition.file.rpartition("/")[2] for edition in document.editions.all()
    )


def test_a_paper_that_fails_gives_its_number_back(issue):
    issue()
    with pytest.raises(NoShape):
        issue(sheet={"title": Words(en="x", zh="\U0010fffd")})

    assert issue().number.endswith("000002")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_numbers_without_gaps(issue):
    numbers, failures = [], []

    def work(fails):
        try:
            with transaction.atomic():
                number = issue().number
                if fails:
                    raise RuntimeError("this one is given up")
            numbers.append(number)
        except RuntimeError:
            failures.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place % 4 == 0,)) for place in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(failures) == 4
    assert sorted(numbers) == [f"310000-RC-2026-{place:06d}" for place in range(1, 13)]
    assert NumberSeries.objects.get().last == 12


def test_the_very_file_is_genuine_and_one_byte_more_is_altered(sealed, pdf_of, now):
    pdf = pdf_of(sealed)

    assert verify_file(data=pdf, now=now).answer == Answer.GENUINE
    for place in range(0, len(pdf), len(pdf) // 60):
        changed = bytearray(pdf)
        changed[place] ^= 1
        assert _answer_of_file(bytes(changed), now) != Answer.GENUINE, place
    assert verify_file(data=pdf + b"\n", now=now).answer == Answer.ALTERED


def _answer_of_file(data, now):
    try:
        return verify_file(data=data, now=now).answer
    except RuleViolated:
        return None


def test_what_is_no_pdf_or_too_large_is_told_so(db, now):
    for data, code in ((b"hello", "not_a_pdf"), (b"%PDF-" + b"0" * 5_000_001, "file_too_large")):
        with pytest.raises(RuleViolated) as refusal:
            verify_file(data=data, now=now)
        assert refusal.value.code == code


def test_the_answer_shows_no_more_than_the_paper(sealed, now):
    by_square = verify_stamp(text=sealed.stamp, now=now)
    by_number = verify_number(text=f" {sealed.number.lower()} ", now=now)

    assert (by_square.answer, by_square.number, by_square.kind, by_square.holder) == (Answer.GENUINE, sealed.number, "receipt", "演***")
    # Numbers can be counted through; squares and files cannot be guessed.
    assert by_number == replace(by_square, holder="")


def test_an_unknown_number_and_a_square_of_nobody_are_unknown(db, now):
    assert verify_number(text="310000-RC-2026-999999", now=now).answer == Answer.UNKNOWN
    assert verify_stamp(text="https://hall.example/verify#AAAA", now=now).answer == Answer.UNKNOWN


def test_a_square_that_our_key_signed_for_a_paper_that_is_not_in_the_books_is_altered(issue, now):
    document = issue()
    stamp = document.stamp
    Document.objects.all().delete()

    assert verify_stamp(text=stamp, now=now).answer == Answer.ALTERED


def test_a_stamp_of_a_key_taken_back_is_believed_no_more(issue, now, settings):
    document = issue()
    settings.REVOKED_STAMP_KEYS = frozenset(identifier.hex() for identifier in published_keys())

    assert verify_stamp(text=document.stamp, now=now).answer == Answer.UNKNOWN


def test_a_paper_past_its_last_day_is_expired(issue, now):
    last = now.date() + timedelta(days=30)
    document = issue(kind="certificate", sheet={"valid_until": last})

    assert verify_number(text=document.number, now=now + timedelta(days=29)).answer == Answer.GENUINE
    assert verify_number(text=document.number, now=now + timedelta(days=31)).answer == Answer.EXPIRED


def test_a_paper_whose_place_another_took_is_superseded(issue, now):
    first = issue()
    second = issue(supersedes=first)

    assert verify_number(text=first.number, now=now).answer == Answer.SUPERSEDED
    assert verify_number(text=second.number, now=now).answer == Answer.GENUINE


@pytest.fixture
def revokers(appoint, act, station, roles):
    role = roles["approver"]
    role.capabilities = [*role.capabilities, "document.revoke"]
    role.save()
    return act(appoint("approver", station, "first-approver")), act(appoint("approver", station, "second-approver"))


def test_a_paper_is_taken_back_by_two_officers(issue, revokers, now):
    document, (first, second) = issue(), revokers

    propose_revocation(actor=first, number=document.number, ground=Revocation.Ground.ISSUED_IN_ERROR, now=now)
    assert verify_number(text=document.number, now=now).answer == Answer.GENUINE
    with pytest.raises(NotAllowed):
        confirm_revocation(actor=first, number=document.number, now=now)
    confirm_revocation(actor=second, number=document.number, now=now)

    assert verify_number(text=document.number, now=now).answer == Answer.REVOKED
    with pytest.raises(Conflict):
        confirm_revocation(actor=second, number=document.number, now=now)


def test_the_database_too_wants_two_officers(issue, revokers, now):
    document, (first, _second) = issue(), revokers
    user = User.objects.get(reference=first.reference)

    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.create(
            document=document, ground="lapsed", proposed_by=user, proposed_at=now, confirmed_by=user, confirmed_at=now
        )


def test_a_proposal_can_be_put_aside(issue, revokers, now):
    document, (first, second) = issue(), revokers
    propose_revocation(actor=first, number=document.number, ground=Revocation.Ground.LAPSED, now=now)

    drop_revocation(actor=second, number=document.number, now=now)

    assert not Revocation.objects.exists()


def test_officers_of_another_city_know_of_no_such_paper(issue, foreign_officer, now):
    with pytest.raises(Hidden):
        propose_revocation(actor=foreign_officer, number=issue().number, ground=Revocation.Ground.LAPSED, now=now)
