"""Files of papers: kept whole, found again, forgotten when nobody names them, sealed anew when keys change."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from foundation.documents import files, tasks
from foundation.documents.models import Document
from foundation.documents.operations.forget_lost_files import forget_lost_files
from foundation.documents.operations.seal_document import seal_document
from foundation.documents.operations.verify_document import Answer, verify_file
from foundation.documents.seals import Seal
from foundation.encryption.sealing import CannotOpen

pytestmark = pytest.mark.django_db


def whole(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


# --- lost files -------------------------------------------------------------------------------------------------------


def test_a_file_that_no_paper_names_is_deleted_after_an_hour_and_no_other(sealed, papers):
    lost = files.keep(b"%PDF-lost", document_id=uuid4(), digest=b"l" * 32)
    (papers / lost).with_name(".draft-of-a-crash").write_bytes(b"half")
    now = timezone.now()

    assert forget_lost_files(now=now) == 0
    assert forget_lost_files(now=now + timedelta(minutes=61)) == 2
    assert whole(papers) == [papers / sealed.editions.get().file]


def test_a_worker_that_died_between_file_and_row_leaves_nothing_that_stays(issue, now, papers, monkeypatch):
    document = issue()
    with monkeypatch.context() as killed:
        killed.setattr(Document, "save", lambda *_given, **_named: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            seal_document(document_id=document.pk, now=now)
    assert len(whole(papers)) == 1

    assert seal_document(document_id=document.pk, now=now)

    forget_lost_files(now=timezone.now() + timedelta(hours=2))
    assert whole(papers) == [papers / document.editions.get().file]


def test_where_nothing_was_kept_yet_there_is_nothing_to_forget(db, now):
    assert forget_lost_files(now=now) == 0


# --- a full disk ------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path, settings):
    """A disk of 16 KiB: a paper does not fit."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder], check=False, capture_output=True)
    if mounted.returncode:
        # Who may not mount fills the file's own limit instead: the same error from the same call.
        import resource

        old = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16 * 1024, old[1]))
    settings.STORAGES = {
        **settings.STORAGES,
        "papers": {"BACKEND": "foundation.documents.storage.WholeFileStorage", "OPTIONS": {"location": folder}},
    }
    yield folder
    if mounted.returncode:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    else:
        subprocess.run(["umount", folder], check=True)


def test_on_a_full_disk_the_paper_waits_and_nothing_half_is_left(issue, now, small_disk, settings, tmp_path):
    document = issue()

    with pytest.raises(OSError, match=r"No space|too large"):
        seal_document(document_id=document.pk, now=now)
    document.refresh_from_db()
    assert (document.state, whole(small_disk), document.editions.count()) == ("due", [], 0)

    settings.STORAGES = {
        **settings.STORAGES,
        "papers": {"BACKEND": "foundation.documents.storage.WholeFileStorage", "OPTIONS": {"location": tmp_path / "larger"}},
    }
    assert seal_document(document_id=document.pk, now=now)


def test_while_the_disk_is_full_the_person_reads_that_nothing_is_lost(sign_in, resident, issue, case):
    document = issue()

    page = sign_in(resident).get(f"/my/papers/{document.number}/?looked=15").content.decode()

    assert "it is not lost" in page


# --- twice ------------------------------------------------------------------------------------------------------------


def test_each_task_does_the_same_when_it_runs_twice(sealed, papers):
    before = whole(papers)

    assert [tasks.forget(), tasks.forget()] == [0, 0]
    assert whole(papers) == before


# --- keys -------------------------------------------------------------------------------------------------------------


def test_an_old_data_key_is_spare_only_when_no_file_needs_it(sealed, settings, pdf_of, now, papers, django_capture_on_commit_callbacks):
    old, new = dict(settings.DATA_KEYS), {"files-new": os.urandom(32)}
    pdf = pdf_of(sealed)
    settings.DATA_KEYS = new | old
    with pytest.raises(CommandError, match="Keep the older keys"):
        call_command("rotate_keys", "--check", stdout=StringIO())

    with django_capture_on_commit_callbacks(execute=True):
        call_command("rotate_keys", stdout=StringIO())

    settings.DATA_KEYS = new
    assert pdf_of(sealed) == pdf
    assert verify_file(data=pdf, now=now).answer == Answer.GENUINE
    assert len(whole(papers)) == 1
    settings.DATA_KEYS = old
    with pytest.raises(CannotOpen):
        pdf_of(sealed)


# --- the seal ---------------------------------------------------------------------------------------------------------


def test_a_demo_seal_is_made_once_and_seals(tmp_path, settings):
    file = tmp_path / "seal.p12"
    call_command("make_demo_seal", str(file), stdout=StringIO())
    made = file.read_bytes()

    assert Seal.load(packed=made, passphrase=settings.SEAL_PASSPHRASE).authorities
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="left as it is"):
        call_command("make_demo_seal", str(file))
    assert file.read_bytes() == made


def test_a_hall_in_production_makes_no_seal_of_its_own(tmp_path, settings):
    settings.HALL_MODE = "production"

    with pytest.raises(CommandError, match="production"):
        call_command("make_demo_seal", str(tmp_path / "seal.p12"))
    assert not list(Path(tmp_path).glob("*.p12"))
