"""A database that was restored from a backup is behind its own published log: it signs nothing until it goes on from there."""

from __future__ import annotations

import pytest
from django.core.management import CommandError
from django.db import connection

from foundation.database.roles import owner
from foundation.transparency.checkpoints import open_checkpoint
from foundation.transparency.folder import Folder
from foundation.transparency.log import verifiers
from foundation.transparency.merkle import check_consistency, consistency_proof
from foundation.transparency.models import Leaf
from foundation.transparency.tiles import TiledTree
from foundation.transparency.verification.whole import check_everything

pytestmark = pytest.mark.django_db(transaction=True)

# Back to the moment before the second seal; the second case with its deed is gone, or was just written.
BACK = """
    SET session_replication_role = replica;
    DELETE FROM transparency_leaf WHERE index >= 2; DELETE FROM transparency_sealedcheckpoint WHERE size > 2;
    DELETE FROM transparency_publication WHERE size > 2;
    {rows};
    SET session_replication_role = DEFAULT
"""
GONE = """
    DELETE FROM cases_progressentry WHERE id = (SELECT max(id) FROM cases_progressentry);
    DELETE FROM cases_party WHERE case_id = (SELECT max(id) FROM cases_case);
    DELETE FROM cases_case WHERE id = (SELECT max(id) FROM cases_case);
    DELETE FROM audit_auditentry WHERE id = (SELECT max(id) FROM audit_auditentry WHERE subject_kind = 'case')
"""
WAITING = """
    INSERT INTO transparency_pending (kind, row_ids) VALUES ('case', ARRAY[(SELECT max(id) FROM cases_progressentry)]);
    INSERT INTO transparency_pending (kind, row_ids)
    VALUES ('deed', ARRAY[(SELECT max(id) FROM audit_auditentry WHERE subject_kind = 'case')])
"""


@pytest.fixture
def published(register, command):
    """Two seals of two rows each."""
    for _twice in range(2):
        register()
        command("seal")


def set_back(rows):
    with owner(), connection.cursor() as cursor:
        cursor.execute(BACK.format(rows=rows))


def told(now, log_folder):
    return [str(each) for each in check_everything(now=now, folder=Folder(log_folder)) if not isinstance(each, int)]


def test_a_restored_database_signs_nothing_and_says_what_to_do(published, command):
    set_back(GONE)

    with pytest.raises(CommandError, match=r"Nothing was signed: the published checkpoint of 4 entries is unknown.*docs/log.md"):
        command("seal")
    with pytest.raises(CommandError, match="findings"):
        command("verify_log")


def test_the_command_says_what_it_would_take_over_and_changes_nothing(published, command):
    set_back(GONE)

    said = command("adopt_log")
    assert "The database has 2 entries, the published log 4; the rows of 2 are lost." in said
    assert "Nothing was changed." in said
    assert Leaf.objects.count() == 2


def test_the_log_goes_on_and_says_which_rows_are_lost(published, command, register, now, log_folder, settings):
    old = open_checkpoint(Folder(log_folder).checkpoint(), verifiers(settings.LOG_ORIGIN))
    set_back(GONE)
    assert "They are taken over" in command("adopt_log", adopt=True)
    register()
    assert "2 rows sealed; the log has 6 entries." in command("seal")

    new = open_checkpoint(Folder(log_folder).checkpoint(), verifiers(settings.LOG_ORIGIN))
    tree = TiledTree(6, lambda tile: Folder(log_folder).tile(tile))
    proof = consistency_proof(old.size, new.size, tree.perfect)
    check_consistency(old=old.size, old_root=old.root, new=new.size, new_root=new.root, proof=proof)
    assert told(now, log_folder) == [
        "case -3: was removed after it was sealed (leaf 2)",
        "deed -4: was removed after it was sealed (leaf 3)",
    ]


def test_rows_that_the_backup_has_are_theirs_again(published, command, now, log_folder):
    set_back(WAITING)

    assert "the rows of 0 are lost" in command("adopt_log", adopt=True)
    assert "the log has 4 entries" in command("seal")
    assert told(now, log_folder) == []


def test_there_is_nothing_to_take_over_where_nothing_is_ahead(published, command):
    assert "There is nothing to take over." in command("adopt_log", adopt=True)


@pytest.mark.parametrize("spoil", ["checkpoint", "tile/entries/000.p/4", "tile/0/000.p/4"])
def test_spoilt_files_are_not_taken_over(published, command, log_folder, spoil):
    set_back(GONE)
    (log_folder / spoil).write_bytes(b"spoilt")

    with pytest.raises(CommandError, match="Nothing was taken over"):
        command("adopt_log", adopt=True)
    assert Leaf.objects.count() == 2


def test_a_log_that_does_not_continue_the_database_is_not_taken_over(published, command):
    set_back(GONE)
    with owner(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; UPDATE transparency_sealedcheckpoint SET root = sha256(root)")
        cursor.execute("UPDATE transparency_sealedcheckpoint SET note = replace(note, E'\\n2\\n', E'\\n3\\n')")
        cursor.execute("SET session_replication_role = DEFAULT")

    with pytest.raises(CommandError, match="Nothing was taken over: the published files do not continue the database"):
        command("adopt_log", adopt=True)
