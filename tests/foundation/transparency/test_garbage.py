"""Whatever somebody makes of the published files and of the checkpoints: a finding or a clear answer, never an exception."""

from __future__ import annotations

import pytest
import zeal
from django.core.management import CommandError
from django.db import connection
from django.test import Client

from foundation.database.roles import owner
from foundation.transparency.models import Leaf

pytestmark = pytest.mark.django_db(transaction=True)
GARBAGE = {
    "nothing": b"",
    "a word": b"spoilt",
    "no text": b"\xff\xfe\x00\x80" * 40,
    "a line": b"\n",
    "many lines": b"\n" * 70_000,
    "a huge number": b"log\n" + b"9" * 5000 + b"\nAAAA\n\n\xe2\x80\x94 log AAAAAAAA\n",
    "a negative number": b"log\n-4\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 log AAAAAAAA\n",
    "a good note of nobody": b"log\n4\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 log AAAAAAAA\n",
    "deep": b"[" * 100_000 + b"}\n",
    "an object": b'{"at": 1, "note": 2}\n',
    "zeros": bytes(128),
}
FILES = ("checkpoint", "tile/0/000.p/4", "tile/entries/000.p/4", "tile/0/000.p/x", "tile/0/000.p/9999", "checkpoints/2000-01-01.jsonl")
ADDRESSES = (
    "/log/",
    "/log/checkpoint",
    "/log/tile/0/000.p/4",
    "/log/tile/0/000.p/2",
    "/log/tile/entries/000.p/4",
    "/log/tile/entries/000.p/1",
)


@pytest.fixture
def sealed(register, command, log_folder):
    """A log of two checkpoints over four rows."""
    for _twice in range(2):
        register()
        command("seal")
    return log_folder


def answers():
    """What the public is answered everywhere; a failure would be raised by the client."""
    browser = Client(headers={"accept-language": "en"})
    proof = f"/log/proofs/{bytes(Leaf.objects.earliest('index').commitment).hex()}"
    found = {address: browser.get(address) for address in (*ADDRESSES, proof)}
    found["posted"] = browser.post("/log/", {"proof": "spoilt"})
    return {address: (answer.status_code, answer.content if not answer.streaming else b"") for address, answer in found.items()}


def tells(command, *arguments, **options):
    """Run a command that may refuse, and return what it says."""
    try:
        return command(*arguments, **options)
    except CommandError as error:
        return f"refused: {error}"


@pytest.mark.parametrize("file", FILES)
def test_a_published_file_of_garbage_is_found_and_answered(sealed, command, file):
    path = sealed / file
    before = path.read_bytes() if path.exists() else None
    with zeal.zeal_ignore():
        for garbage, data in GARBAGE.items():
            path.write_bytes(data)
            # What no tile is called hides nothing, and neither does an empty line among checkpoints.
            is_looked_at = file not in FILES[3:5] and (file != FILES[5] or bool(data.strip()))

            for options in ({"files": sealed}, *([{}] if file.startswith("checkpoint") else [])):
                assert tells(command, "verify_log", **options).startswith("refused: ") == is_looked_at, garbage
            assert {status for status, _said in answers().values()} <= {200, 404, 422, 503}, garbage
            assert "log has 4 entries" in tells(command, "seal") or file == "checkpoint", garbage
            path.unlink() if before is None else path.write_bytes(before)


def test_a_spoilt_checkpoint_is_answered_in_words(sealed):
    (sealed / "checkpoint").write_bytes(b"spoilt")

    status, said = answers()["/log/checkpoint"]
    assert (status, b"The public log cannot be read just now." in said) == (503, True)


def test_entries_are_checked_also_where_the_newest_checkpoint_is_spoilt(sealed, command):
    (sealed / "checkpoint").write_bytes(b"spoilt")
    bundle = sealed / "tile/entries/000.p/4"
    bundle.write_bytes(bundle.read_bytes().replace(b"case", b"deed", 1))

    with pytest.raises(CommandError, match=r"[3-9] findings in 4 rows"):
        command("verify_log", files=sealed)


@pytest.mark.parametrize("file", ["checkpoint", "tile/0/000.p/4", "checkpoints/2000-01-01.jsonl"])
def test_a_folder_in_the_place_of_a_file_is_found_too(sealed, command, file):
    (sealed / file).unlink(missing_ok=True)
    (sealed / file).mkdir()

    assert tells(command, "verify_log", files=sealed).startswith("refused: ")
    assert {status for status, _said in answers().values()} <= {200, 404, 422, 503}
    tells(command, "seal")


NOTES = {
    "a word": "UPDATE transparency_sealedcheckpoint SET note = 'spoilt'",
    "nothing": "UPDATE transparency_sealedcheckpoint SET note = ''",
    "another name": "UPDATE transparency_sealedcheckpoint SET note = 'a b+c' || note",
    "control characters": "UPDATE transparency_sealedcheckpoint SET note = chr(7) || note",
    "none at all": "DELETE FROM transparency_sealedcheckpoint",
    "one for ever": "UPDATE transparency_sealedcheckpoint SET size = 9000000000000000000 WHERE size = 4",
    "a negative one": "UPDATE transparency_sealedcheckpoint SET size = -4 WHERE size = 4",
    "a short root": "UPDATE transparency_sealedcheckpoint SET root = '\\x00'",
    "no leaves": "DELETE FROM transparency_leaf WHERE index > 0",
    "odd leaves": """
        UPDATE transparency_leaf SET kind = E'\\n', bureau_code = '数', position = -index, previous = '', commitment = commitment || 'a'
    """,
    "huge leaves": "UPDATE transparency_leaf SET previous = convert_to(repeat('a', 100000), 'UTF8') WHERE index = 1",
}


@pytest.mark.parametrize("are_files_gone", [False, True])
@pytest.mark.parametrize("spoil", NOTES)
def test_garbage_in_the_database_is_found_and_answered(sealed, command, spoil, are_files_gone):
    if are_files_gone:
        (sealed / "tile").rename(sealed / "elsewhere")
    with owner(), connection.cursor() as cursor:
        cursor.execute(f"SET session_replication_role = replica; {NOTES[spoil]}; SET session_replication_role = DEFAULT")

    assert tells(command, "verify_log").startswith("refused: ")
    assert {status for status, _said in answers().values()} <= {200, 404, 422, 503}
    tells(command, "seal")


def test_a_kept_file_that_is_not_there_is_said_so(sealed, command, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        command("verify_log", kept=[tmp_path / "nothing"])
