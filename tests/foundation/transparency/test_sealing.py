"""What is written gets its seal: all of it, once, in one chain a bureau and one tree, whoever seals when and is killed where."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as the_settings
from django.db import connection, connections, transaction

from cases.operations.append_entry import Words
from cases.operations.publish_progress import publish_progress
from cases.operations.register_report import NewParty, register_report
from foundation.audit.models import AuditEntry
from foundation.database.roles import owner
from foundation.transparency import log as the_log
from foundation.transparency.checkpoints import Checkpoint, open_checkpoint
from foundation.transparency.errors import LogContradicted
from foundation.transparency.folder import Folder
from foundation.transparency.log import verifiers
from foundation.transparency.merkle import check_consistency, consistency_proof
from foundation.transparency.models import Leaf, Pending, Publication, SealedCheckpoint
from foundation.transparency.notes import Note
from foundation.transparency.operations import seal as sealing
from foundation.transparency.operations.publish import publish
from foundation.transparency.operations.seal import seal_all, seal_rows
from foundation.transparency.proofs import check_proof
from foundation.transparency.proving import proof_of
from foundation.transparency.tasks import seal_record
from foundation.transparency.tiles import TiledTree
from foundation.transparency.verification.files import check_files
from foundation.transparency.verification.whole import check_everything
from tests.foundation.transparency.timelines import write_timelines
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]


def findings(now, log_folder):
    return [str(each) for each in check_everything(now=now, folder=Folder(log_folder)) if not isinstance(each, int)]


def whole(now, log_folder):
    """Both verifiers, with and without the database, find nothing."""
    keys = verifiers(the_settings.LOG_ORIGIN)
    told = [str(each) for each in check_files(Folder(log_folder), verifiers=keys) if not isinstance(each, int)]
    return findings(now, log_folder) + told == []


def test_what_is_written_waits_and_is_sealed_once(case, seal, now, log_folder):
    assert {(each.kind, len(each.row_ids)) for each in Pending.objects.all()} == {("case", 1), ("deed", 1)}

    assert (seal(), seal()) == (2, 0)
    assert not Pending.objects.exists()
    assert [(leaf.index, leaf.kind, leaf.bureau_code, leaf.position) for leaf in Leaf.objects.order_by("index")] == [
        (0, "case", "310000", 1),
        (1, "deed", "310000", 2),
    ]
    checkpoint = open_checkpoint(Folder(log_folder).checkpoint(), verifiers(the_settings.LOG_ORIGIN))
    assert checkpoint == Checkpoint(origin=the_settings.LOG_ORIGIN, size=2, root=bytes(SealedCheckpoint.objects.get().root))
    assert whole(now, log_folder)


def test_a_commitment_is_the_entrys_own_hash(case, seal):
    seal()
    assert bytes(Leaf.objects.get(kind="case").commitment) == bytes(case.entries.get().hash)


def test_equal_deeds_have_different_commitments(case, seal, now):
    deed = AuditEntry.objects.get()
    fields = {field.attname: field.value_from_object(deed) for field in AuditEntry._meta.concrete_fields if not field.primary_key}
    AuditEntry.objects.bulk_create([AuditEntry(**fields), AuditEntry(**fields)])
    seal()

    assert len({bytes(leaf.commitment) for leaf in Leaf.objects.filter(kind="deed")}) == 3


def test_looks_are_sealed_like_deeds(case, handling_officer, now, seal):
    from cases.operations.look_at_case import look_at_case

    look_at_case(actor=handling_officer, reference=case.reference, now=now)
    seal()
    assert Leaf.objects.filter(kind="look").count() == 1


def test_what_was_rolled_back_never_waits(case):
    before = Pending.objects.count()
    with transaction.atomic():
        AuditEntry.objects.create(at=case.reported_at, bureau_code="310000")
        transaction.set_rollback(True)
    assert Pending.objects.count() == before


def test_what_is_committed_late_is_sealed_when_it_is(case, seal, now, log_folder):
    """Ids are handed out before commit: the open transaction holds a lower one than what is sealed meanwhile."""
    opened, close = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            AuditEntry.objects.create(at=now, bureau_code="310000", action="late")
            opened.set()
            close.wait(20)
        connections.close_all()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert opened.wait(20)
    AuditEntry.objects.create(at=now, bureau_code="310000", action="early")
    assert seal() == 3
    close.set()
    writer.join()

    ids = dict(AuditEntry.objects.values_list("action", "pk"))
    assert ids["late"] < ids["early"]
    assert seal() == 1
    assert Leaf.objects.get(index=3).row_id == ids["late"]
    assert whole(now, log_folder)


def test_each_bureau_has_a_chain_of_its_own(register, foreign_officer, foreign_station, theft, seal, now, log_folder):
    for _number in range(3):
        register()
        register_report(
            actor=foreign_officer,
            unit=foreign_station,
            category=theft,
            reported_at=now,
            now=now,
            parties=[NewParty(role="reporter", name="某人")],
        )
        seal()

    chains = {}
    for leaf in Leaf.objects.order_by("index"):
        chain = chains.setdefault(leaf.bureau_code, [])
        assert leaf.position == len(chain) + 1
        assert leaf.record.previous == (chain[-1].record.hash.hex() if chain else "0" * 64)
        chain.append(leaf)
    assert {bureau: len(chain) for bureau, chain in chains.items()} == {"310000": 6, "440000": 6}
    assert whole(now, log_folder)


def test_each_checkpoint_continues_every_one_before_it(register, seal, now, log_folder):
    for number in range(1, 6):
        for _again in range(number):
            register()
        seal()
    notes = list(Folder(log_folder).published())
    checkpoints = [Checkpoint.parse(Note.parse(note).text) for note in notes]

    assert [checkpoint.size for checkpoint in checkpoints] == [2, 6, 12, 20, 30]
    tree = TiledTree(30, the_log.read_tile)
    for old in checkpoints:
        proof = consistency_proof(old.size, 30, tree.perfect)
        check_consistency(old=old.size, old_root=old.root, new=30, new_root=checkpoints[-1].root, proof=proof)


def test_many_sealers_at_once_make_one_log(register, now, log_folder):
    for _number in range(12):
        register()

    sealed = in_parallel(lambda _number: seal_all(now=now), 8, threads=8)

    assert sum(sealed) == Leaf.objects.count() == 24
    assert whole(now, log_folder)


def test_the_task_leaves_when_another_sealer_is_at_work(register, now, log_folder):
    register()
    with transaction.atomic():
        sealing.take_turn(is_patient=True)
        assert in_parallel(lambda _number: seal_record(), 1) == [0]
    assert seal_record() == 2


def test_small_batches_come_to_the_same_end(bureau, station, foreign_station, theft, seal, now, log_folder):
    write_timelines(units=[station, foreign_station], category=theft, entries=1000, now=now)
    while (done := sealing.seal(now=now, most=100)).rows:
        assert done.rows <= 100 + 2000
    publish()

    assert Leaf.objects.count() == 1000
    assert whole(now, log_folder)


def test_time_never_runs_back_in_the_log(register, seal, now, later):
    register()
    seal(later(5))
    register()
    seal(now)

    assert [each.at for each in SealedCheckpoint.objects.order_by("size")] == [later(5), later(5)]


def test_asking_twice_for_a_seal_gives_one(case, seal, now, log_folder):
    seal()
    row_id = Leaf.objects.get(kind="case").row_id
    Pending.objects.create(kind="case", row_ids=[row_id])
    AuditEntry.objects.create(at=now, bureau_code="310000")

    assert seal() == 1
    Pending.objects.create(kind="case", row_ids=[row_id])
    assert seal() == 0
    assert whole(now, log_folder)


def test_a_row_that_is_gone_before_its_seal_is_reported(case, seal, caplog):
    with owner(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; DELETE FROM audit_auditentry; SET session_replication_role = DEFAULT")

    assert seal() == 1
    assert "record.row_gone_before_its_seal" in caplog.text


def test_the_rows_of_one_matter_are_sealed_at_once_and_proved_within_the_transaction(register, now, log_folder):
    register()
    with transaction.atomic():
        case = register()
        entry = case.entries.get()
        done = seal_rows(kind="case", ids=[entry.pk], now=now)
        proof = proof_of(commitment=bytes(entry.hash), tiles=done.tiles)
        assert Folder(log_folder).checkpoint() is None
    found = check_proof(proof.text.encode(), verifiers(the_settings.LOG_ORIGIN))

    assert (found.record.commitment, found.checkpoint.size) == (bytes(entry.hash).hex(), 1)
    assert Folder(log_folder).checkpoint() == proof.checkpoint
    assert seal_all(now=now) == 3
    assert whole(now, log_folder)


def test_a_seal_that_is_rolled_back_was_never_signed(register, seal, now, log_folder):
    with transaction.atomic():
        case = register()
        seal_rows(kind="case", ids=[case.entries.get().pk], now=now)
        transaction.set_rollback(True)
    register()
    seal()

    assert [each.size for each in SealedCheckpoint.objects.all()] == [2]
    assert whole(now, log_folder)


def test_a_proof_is_built_from_the_database_when_the_files_are_gone_or_spoilt(register, seal, log_folder):
    for _number in range(3):
        case = register()
        seal()
    commitment = bytes(case.entries.get().hash)
    good = proof_of(commitment=commitment).text
    (log_folder / "tile/0/000.p/6").write_bytes(bytes(192))
    assert proof_of(commitment=commitment).text == good
    (log_folder / "tile/0/000.p/6").unlink()
    assert proof_of(commitment=commitment).text == good


def test_a_spoilt_folder_does_not_spoil_the_next_checkpoint(register, seal, now, log_folder):
    register()
    seal()
    (log_folder / "tile/0/000.p/2").write_bytes(bytes(64))
    register()
    seal()

    assert findings(now, log_folder) == []


def test_a_database_that_was_set_back_signs_nothing(register, seal, log_folder):
    register()
    seal()
    register()
    seal()
    published = Folder(log_folder).checkpoint()
    with owner(), connection.cursor() as cursor:
        cursor.execute("""
            SET session_replication_role = replica;
            DELETE FROM transparency_leaf WHERE index > 1; DELETE FROM transparency_sealedcheckpoint WHERE size > 2;
            SET session_replication_role = DEFAULT
        """)
    register()
    with pytest.raises(LogContradicted, match="set back"):
        seal()

    assert SealedCheckpoint.objects.count() == 1
    assert Folder(log_folder).checkpoint() == published


def test_the_site_cannot_change_what_was_sealed(case, seal):
    seal()
    for sql in (
        "UPDATE transparency_leaf SET position = 5",
        "DELETE FROM transparency_leaf",
        "UPDATE transparency_sealedcheckpoint SET note = ''",
        "DELETE FROM transparency_sealedcheckpoint",
        "TRUNCATE transparency_leaf",
        "DELETE FROM transparency_publication",
    ):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


# A sealer that is killed at a point is a process of its own, for it takes its connection with it.
KILLED = """
import os, signal, sys
import django
django.setup()
from django.utils import timezone
from foundation.transparency.folder import Folder
from foundation.transparency.operations import publish as publishing, seal as sealing
place = sys.argv[1]
def kill(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
def after(module, name):
    real = getattr(module, name)
    def wrapped(*args, **kwargs):
        real(*args, **kwargs)
        kill()
    setattr(module, name, wrapped)
if place == "after the chain, before the checkpoint":
    sealing._sign = kill
elif place == "after the checkpoint, before the commit":
    after(sealing, "_sign")
elif place == "after the commit, before publishing":
    sealing.publish = kill
elif place == "after the tiles, before the list":
    Folder.publish = kill
elif place == "after the list, before the checkpoint's file":
    real = Folder._write
    Folder._write = staticmethod(lambda path, data, **options: kill() if path.name == "checkpoint" else real(path, data, **options))
elif place == "after the checkpoint's file":
    after(Folder, "publish")
sealing.seal_all(now=timezone.now())
"""


@pytest.mark.parametrize(
    "place",
    [
        "after the chain, before the checkpoint",
        "after the checkpoint, before the commit",
        "after the commit, before publishing",
        "after the tiles, before the list",
        "after the list, before the checkpoint's file",
        "after the checkpoint's file",
    ],
)
def test_a_sealer_killed_anywhere_leaves_nothing_lost_doubled_or_forked(place, register, seal, now, log_folder, settings):
    register()
    seal()
    kept = Folder(log_folder).checkpoint()
    for _number in range(2):
        register()
    run = _killed(place, log_folder)

    assert run.returncode == -signal.SIGKILL, run.stderr
    register()
    seal()
    assert Leaf.objects.count() == 8
    assert not Pending.objects.exists()
    assert Publication.objects.order_by("-size")[0].size == 8
    assert whole(now, log_folder)
    told = check_everything(now=now, folder=Folder(log_folder), kept=[kept])
    assert [str(each) for each in told if not isinstance(each, int)] == []
    sizes = [Checkpoint.parse(Note.parse(note).text).size for note in Folder(log_folder).published()]
    assert len(sizes) == len(set(sizes))


def _killed(place, log_folder):
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
        "HALL_LOG_FOLDER": str(log_folder),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, "-c", KILLED, place], env=environment, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )


def test_a_folder_that_cannot_be_written_loses_nothing(register, seal, now, log_folder):
    log_folder.mkdir(parents=True)
    (log_folder / "tile").write_text("a file stands in the way")
    register()
    with pytest.raises(OSError, match="tile"):
        seal()
    assert not Publication.objects.exists()
    (log_folder / "tile").unlink()

    assert publish() == 2
    assert whole(now, log_folder)


def test_the_log_keeps_its_name_when_the_sites_address_changes(register, seal, settings, now, log_folder):
    register()
    seal()
    name = settings.LOG_ORIGIN
    settings.LOG_ORIGIN = "elsewhere.example/log"
    register()
    seal()

    assert {Checkpoint.parse(Note.parse(note).text).origin for note in Folder(log_folder).published()} == {name}


def test_a_key_can_be_replaced_and_what_it_signed_stays_good(register, seal, settings, now, log_folder):
    register()
    seal()
    old = str(the_log.signer(settings.LOG_ORIGIN).verifier)
    settings.LOG_KEY = bytes(range(32))
    register()
    seal()
    assert any("nobody known" in each for each in findings(now, log_folder))
    settings.LOG_OLD_KEYS = (old,)

    assert findings(now, log_folder) == []


def test_progress_is_sealed_with_the_deed_behind_it(case, handling_officer, later, seal, now, log_folder):
    publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail="News."), now=later(1))
    assert seal() == 4
    assert SealedCheckpoint.objects.get().at - now < timedelta(hours=1)
