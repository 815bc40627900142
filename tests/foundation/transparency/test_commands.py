"""``manage.py seal`` and ``manage.py verify_log``: with the database, and with the published files alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection

from foundation.database.roles import owner
from foundation.transparency.folder import Folder
from foundation.transparency.log import signer
from foundation.transparency.proving import proof_of

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def log(register, command):
    """Two checkpoints; the case of the first, and the first checkpoint as somebody kept it."""
    case = register()
    command("seal")
    return case


@pytest.fixture
def kept(log, log_folder, register, command, tmp_path):
    file = tmp_path / "kept"
    file.write_bytes(Folder(log_folder).checkpoint())
    register()
    command("seal")
    return file


def test_the_command_seals_and_says_how_the_log_stands(register, command):
    register()
    assert "2 rows sealed; the log has 2 entries." in command("seal")
    assert "0 rows sealed; the log has 2 entries." in command("seal")


def test_the_command_signs_nothing_where_the_log_would_fork(log, command, log_folder):
    (log_folder / "checkpoint").write_text("spoilt")
    with pytest.raises(CommandError, match="Nothing was signed: the published checkpoint cannot be read"):
        command("seal")


def test_the_whole_log_is_verified_against_the_database_and_a_kept_checkpoint(kept, command):
    assert "4 rows are as they were sealed." in command("verify_log", kept=[kept])


def test_files_that_were_taken_away_are_missed(kept, command, log_folder):
    (log_folder / "checkpoint").unlink()
    with pytest.raises(CommandError, match="1 findings"):
        command("verify_log")


def test_one_matter_is_verified_with_its_proofs(kept, log, command):
    assert "1 rows are as they were sealed." in command("verify_log", matter=log.reference)
    with pytest.raises(CommandError, match="nothing here"):
        command("verify_log", matter="C-0000-0000-0000")


def test_a_matter_whose_leaves_were_changed_has_no_proof(kept, log, command):
    with owner(), connection.cursor() as cursor:
        cursor.execute("""
            SET session_replication_role = replica;
            UPDATE transparency_leaf SET previous = sha256(previous);
            SET session_replication_role = DEFAULT
        """)
    with pytest.raises(CommandError, match="1 findings"):
        command("verify_log", matter=log.reference)


def without_database(*arguments):
    """Run the command where there is no database to ask."""
    environment = os.environ | {"DATABASE_URL": "postgresql://nobody@/nothing?host=/nowhere"}
    run = [sys.executable, "manage.py", "verify_log", *map(str, arguments)]
    return subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_published_files_are_verified_without_a_database(kept, log_folder, settings):
    key = str(signer(settings.LOG_ORIGIN).verifier)
    run = without_database("--files", log_folder, "--kept", kept, "--key", key)

    assert (run.returncode, run.stderr) == (0, "")
    assert "4 rows are as they were sealed." in run.stdout


def test_a_proof_is_verified_without_a_database(kept, log, tmp_path):
    file = tmp_path / "a.tlog-proof"
    text = proof_of(commitment=bytes(log.entries.get().hash)).text
    file.write_text(text)
    assert without_database("--proof", file).stdout.startswith("Genuine: case 310000/1 is entry 0.")

    file.write_text(text.replace("index 0", "index 1"))
    assert "The proof is not genuine" in without_database("--proof", file).stderr


def spoil_bundle(folder):
    path = folder / "tile/entries/000.p/4"
    path.write_bytes(path.read_bytes().replace(b"case", b"deed", 1))


def cut_bundle(folder):
    path = folder / "tile/entries/000.p/4"
    path.write_bytes(path.read_bytes()[:-1])


def spoil_tile(folder):
    (folder / "tile/0/000.p/4").write_bytes(bytes(128))


def remove_tile(folder):
    (folder / "tile/0/000.p/4").unlink()


def spoil_signature(folder):
    path = folder / "checkpoint"
    path.write_text(path.read_text().replace("\n4\n", "\n5\n"))


def spoil_list(folder):
    (path,) = (folder / "checkpoints").glob("*.jsonl")
    path.write_text(path.read_text().replace("\\n2\\n", "\\n3\\n"))


@pytest.mark.parametrize(
    "spoil", [spoil_bundle, cut_bundle, spoil_tile, remove_tile, spoil_signature, spoil_list], ids=lambda each: each.__name__
)
def test_spoilt_files_are_found_without_a_database(kept, log_folder, command, spoil):
    spoil(log_folder)
    with pytest.raises(CommandError, match="findings"):
        command("verify_log", files=log_folder)


def test_another_log_of_the_same_key_contradicts_a_kept_checkpoint(kept, log_folder, command, register, tmp_path, settings):
    """Everything is written and signed anew: by itself the new log is whole, and only the kept checkpoint tells."""
    settings.LOG_FOLDER = tmp_path / "another"
    with owner(), connection.cursor() as cursor:
        cursor.execute("""
            SET session_replication_role = replica;
            DELETE FROM transparency_leaf; DELETE FROM transparency_sealedcheckpoint; DELETE FROM transparency_publication;
            DELETE FROM audit_auditentry; DELETE FROM cases_progressentry; DELETE FROM cases_party; DELETE FROM cases_case;
            SET session_replication_role = DEFAULT
        """)
    for _number in range(3):
        register()
    command("seal")

    assert "6 rows are as they were sealed." in command("verify_log")
    assert "6 rows are as they were sealed." in command("verify_log", files=settings.LOG_FOLDER)
    for where in ({}, {"files": settings.LOG_FOLDER}):
        with pytest.raises(CommandError, match="1 findings"):
            command("verify_log", kept=[kept], **where)
