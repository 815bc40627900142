"""Signed notes, verifier keys and checkpoints are those of C2SP: its examples, and everything that it forbids."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.transparency.checkpoints import Checkpoint, open_checkpoint
from foundation.transparency.notes import COSIGNATURE, BadNote, Note, Signer, Verifier, check_note

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
SIGNER = Signer(name="hall.example.gov/log", seed=bytes(range(32)))
WITNESS = Signer(name="witness.example/w1", seed=bytes(range(1, 33)), kind=COSIGNATURE)
CHECKPOINT = Checkpoint(origin="hall.example.gov/log", size=7, root=bytes(32))


def test_the_example_of_the_specification_verifies():
    key = Verifier.parse(EXAMPLE_KEY)

    assert check_note(Note.parse(EXAMPLE.encode()), [key]) == [key]
    assert str(key) == EXAMPLE_KEY
    assert bytes(Note.parse(EXAMPLE.encode())) == EXAMPLE.encode()


def test_a_changed_letter_breaks_the_signature():
    with pytest.raises(BadNote, match="wrong"):
        check_note(Note.parse(EXAMPLE.replace("example message", "Example message").encode()), [Verifier.parse(EXAMPLE_KEY)])


def test_a_note_that_nobody_known_has_signed_is_refused():
    with pytest.raises(BadNote, match="nobody known"):
        check_note(Note.parse(EXAMPLE.encode()), [SIGNER.verifier])


def test_signatures_of_unknown_keys_are_ignored_and_a_wrong_one_of_a_known_key_is_not():
    text = CHECKPOINT.text
    theirs = Signer(name="elsewhere.example", seed=bytes(32)).sign("something else\n")
    forged = SIGNER.sign("something else\n")
    check_note(Note(text=text, signatures=(theirs, SIGNER.sign(text))), [SIGNER.verifier])
    with pytest.raises(BadNote, match="wrong"):
        check_note(Note(text=text, signatures=(SIGNER.sign(text), forged)), [SIGNER.verifier])


def test_a_text_may_have_empty_lines():
    note = Note(text="first\n\nlast\n", signatures=(SIGNER.sign("first\n\nlast\n"),))

    assert Note.parse(bytes(note)) == note


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n\n",
        "— a b\n".encode(),
        EXAMPLE.rstrip("\n").encode(),
        EXAMPLE.replace("— ", "- ").encode(),
        EXAMPLE.replace("\n\n", "\n").encode(),
        EXAMPLE.replace("an", "an\t").encode(),
        EXAMPLE.replace("an", "an\r").encode(),
        EXAMPLE.encode() + b"\xff",
        EXAMPLE.replace("Uw2Q", "Uw2*").encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— na+me AAAAAAAA\n".encode(),
        ("text\n\n" + "— name AAAAAAAA\n" * 65).encode(),
        b"x" * 70_000 + b"\n\n",
    ],
)
def test_what_the_specification_forbids_is_no_note(note):
    with pytest.raises(BadNote):
        Note.parse(note)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "name",
        "name+00000000",
        EXAMPLE_KEY[:-4],
        EXAMPLE_KEY.replace("530d", "530e"),
        EXAMPLE_KEY.replace("+A", "+B"),
        f"a {EXAMPLE_KEY}",
    ],
)
def test_what_is_no_verifier_key_is_refused(key):
    with pytest.raises(BadNote):
        Verifier.parse(key)


def test_base64_is_read_in_the_one_right_way():
    # The last letter holds two bits that stand for nothing; another letter there would be the same signature in other bytes.
    line = SIGNER.sign("text\n").line
    other = chr(ord(line[-3]) + 1)
    with pytest.raises(BadNote):
        Note.parse(f"text\n\n{line[:-3]}{other}=\n".encode())


def test_a_checkpoint_has_exactly_the_lines_of_the_specification():
    note = CHECKPOINT.signed(SIGNER).decode()

    assert note.startswith(f"hall.example.gov/log\n7\n{base64.b64encode(bytes(32)).decode()}\n\n— hall.example.gov/log ")
    assert open_checkpoint(note.encode(), [SIGNER.verifier]) == CHECKPOINT


@pytest.mark.parametrize("size", ["07", "-1", "+1", "1e3", "", " 7", "٧", str(2**63), "9" * 30])
def test_a_size_that_is_no_plain_number_is_refused(size):
    with pytest.raises(BadNote):
        Checkpoint.parse(CHECKPOINT.text.replace("\n7\n", f"\n{size}\n"))


@pytest.mark.parametrize("root", ["", "AAAA", "A" * 44, base64.b64encode(bytes(31)).decode(), base64.b64encode(bytes(33)).decode()])
def test_a_root_that_is_no_hash_is_refused(root):
    with pytest.raises(BadNote):
        Checkpoint.parse(f"origin\n7\n{root}\n")


def test_a_checkpoint_signed_under_another_logs_name_is_refused():
    other = Signer(name="other.example/log", seed=SIGNER.seed)
    with pytest.raises(BadNote, match="nobody known"):
        open_checkpoint(CHECKPOINT.signed(other), [SIGNER.verifier, other.verifier])


def test_a_witness_signs_the_time_with_the_text():
    at = datetime(2026, 3, 2, tzinfo=UTC)
    signature = WITNESS.sign(CHECKPOINT.text, at=at)
    WITNESS.verifier.check(signature, CHECKPOINT.text)
    assert int.from_bytes(signature.value[:8]) == at.timestamp()
    assert Verifier.parse(str(WITNESS.verifier)) == WITNESS.verifier

    later = type(signature)(name=signature.name, key_id=signature.key_id, value=(int(at.timestamp()) + 1).to_bytes(8) + signature.value[8:])
    with pytest.raises(BadNote, match="wrong"):
        WITNESS.verifier.check(later, CHECKPOINT.text)


@given(st.binary(max_size=300))
def test_no_bytes_at_all_bring_the_reader_down(data):
    with pytest.raises(BadNote):
        open_checkpoint(data, [SIGNER.verifier])
