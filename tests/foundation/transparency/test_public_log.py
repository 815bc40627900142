"""The log over HTTP, the page that explains it, and proofs that strangers check."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from foundation.transparency.checkpoints import open_checkpoint
from foundation.transparency.folder import Folder
from foundation.transparency.log import signer, verifiers
from foundation.transparency.models import SealedCheckpoint
from foundation.transparency.proofs import check_proof
from foundation.transparency.tiles import Tile, split_bundle

pytestmark = pytest.mark.django_db(transaction=True)
CHECKER = Path(__file__).resolve().parents[3] / "docs" / "verify_proof.py"


@pytest.fixture
def published(register, seal):
    """A log of four entries, and the case of the first."""
    case = register()
    seal()
    register()
    seal()
    return case


def address(case):
    return f"/log/proofs/{bytes(case.entries.get(sequence=1).hash).hex()}"


def check_by_script(tmp_path, settings, text, *, key=None):
    file = tmp_path / "given.tlog-proof"
    file.write_text(text)
    run = [sys.executable, "-I", str(CHECKER), str(file), "--key", key or str(signer(settings.LOG_ORIGIN).verifier)]
    return subprocess.run(run, capture_output=True, text=True, check=False, cwd=tmp_path, env={})


@pytest.mark.parametrize("path", ["/log/checkpoint", "/log/tile/0/000.p/4", "/log/tile/entries/000.p/4", "/log/verify_proof.py"])
def test_files_of_the_log_are_the_same_for_everybody_and_may_be_kept(published, path):
    answer = Client(headers={"accept-language": "zh"}).get(path)

    assert answer.status_code == 200
    assert not answer.cookies
    assert "public" in answer["Cache-Control"]
    assert not {"Cookie", "Accept-Language"} & set(answer.get("Vary", "").split(", "))
    assert "Content-Language" not in answer


def test_the_checkpoint_is_served_as_text_and_is_asked_for_again_after_seconds(published, settings):
    answer = Client().get("/log/checkpoint")

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "max-age=5" in answer["Cache-Control"]
    assert open_checkpoint(answer.content, verifiers(settings.LOG_ORIGIN)).size == 4


def test_tiles_never_change_and_bundles_come_compressed(published):
    tile = Client().get("/log/tile/0/000.p/4")
    entries = Client(headers={"accept-encoding": "gzip"}).get("/log/tile/entries/000.p/4")

    assert (tile["Content-Type"], len(tile.content)) == ("application/octet-stream", 128)
    assert "immutable" in tile["Cache-Control"]
    assert entries["Content-Encoding"] == "gzip"
    assert len(split_bundle(gzip.decompress(entries.content))) == 4


def test_a_tile_of_an_earlier_checkpoint_is_still_served(published, log_folder):
    early = Client().get("/log/tile/0/000.p/2").content
    (log_folder / Tile(level=0, index=0, width=2).path).unlink()

    assert Client().get("/log/tile/0/000.p/2").content == early == Client().get("/log/tile/0/000.p/4").content[:64]


@pytest.mark.parametrize(
    "path",
    ["tile/0/000", "tile/0/000.p/5", "tile/1/000", "tile/0/001", "tile/0/000.p/0", "tile/64/000", "tile/0/..%2f..%2fcheckpoint", "tile/0/0",
     "tile/x/000", "proofs/" + "0" * 64, "proofs/abc", "proofs/" + "A" * 64, "tile/", "checkpoints/2026-03-02.jsonl", ".lock"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(published, path):
    assert Client().get(f"/log/{path}").status_code == 404


def test_nothing_beyond_the_published_checkpoint_is_told(published, log_folder):
    Folder(log_folder).write({Tile(level=0, index=0, width=5): bytes(160)})

    assert Client().get("/log/tile/0/000.p/5").status_code == 404


def test_before_the_first_seal_there_is_a_page_and_no_checkpoint(db):
    assert Client().get("/log/checkpoint").status_code == 404
    assert "Nothing was sealed yet." in Client().get("/log/", headers={"accept-language": "en"}).content.decode()


def test_the_page_says_how_the_log_stands_in_both_languages(published, settings):
    for language, words in (("en", "A record that nobody can change unseen"), ("zh-hans", "谁也不能悄悄更改的记录")):
        page = Client(headers={"accept-language": language}).get("/log/")
        text = page.content.decode()
        assert words in text
        assert str(signer(settings.LOG_ORIGIN).verifier) in text
        assert not page.cookies


def post(text, **headers):
    return Client(headers={"accept-language": "en", **headers}).post("/log/", {"proof": text})


def test_the_page_tells_a_genuine_proof_pasted_or_as_a_file(published):
    text = Client().get(address(published)).content.decode()
    pasted = post(text.replace("\n", "\r\n"))
    sent = Client(headers={"accept-language": "en"}).post("/log/", {"file": SimpleUploadedFile("a.tlog-proof", text.encode())})

    for answer in (pasted, sent):
        assert answer.status_code == 200
        assert "The proof is genuine" in answer.content.decode()
        assert not answer.cookies


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text.replace("index 0", "index 1"), "not in the log that was signed"),
        (lambda text: text.replace("\n4\n", "\n5\n"), "has not signed"),
        (lambda text: text[:200], "not a whole proof"),
        (lambda text: "hello", "not a whole proof"),
        (lambda text: "\ufffd\ud7ff" * 50, "not a whole proof"),
        (lambda text: "c2sp.org/tlog-proof@v1\n\n\n— ", "not a whole proof"),
        (lambda text: text.replace("extra aGFs", "extra aGFt"), "not a whole proof"),
    ],
)
def test_the_page_says_why_a_proof_is_none(published, spoil, words):
    answer = post(spoil(Client().get(address(published)).content.decode()))

    assert answer.status_code == 422
    assert "The proof is not genuine" in answer.content.decode()
    assert words in answer.content.decode()


@pytest.mark.parametrize("text", ["", "   \n "])
def test_the_page_asks_for_a_proof(published, text):
    answer = post(text)

    assert answer.status_code == 422
    assert "Paste a proof, or choose its file." in answer.content.decode()


def test_a_huge_proof_is_refused_with_a_word(published):
    sent = Client(headers={"accept-language": "en"}).post("/log/", {"file": SimpleUploadedFile("a", b"x" * 70_000)})

    for answer in (post("x" * 70_000), sent):
        assert answer.status_code == 422
        assert "This is much more." in answer.content.decode()


def test_a_proof_of_a_log_that_today_contradicts_raises_the_alarm(published, settings):
    """Somebody made the hall sign another log: whoever holds a proof of the first one is told so by the page itself."""
    text = Client().get(address(published)).content.decode()
    from foundation.transparency.checkpoints import Checkpoint
    from foundation.transparency.merkle import inclusion_proof
    from foundation.transparency.proofs import Proof
    from foundation.transparency.records import FIRST, Record
    from foundation.transparency.tiles import GrowingTree, TiledTree

    record = Record(kind="case", bureau="310000", position=1, previous=FIRST, commitment="ab" * 32)
    tree = GrowingTree()
    tree.add([bytes(record)] * 3, [record.hash] * 3)
    tiles = tree.partial()
    path = inclusion_proof(0, 3, TiledTree(3, tiles.__getitem__).perfect)
    note = Checkpoint(origin=settings.LOG_ORIGIN, size=3, root=tree.root()).signed(signer(settings.LOG_ORIGIN))
    other = Proof(extra=bytes(record), index=0, path=tuple(path), checkpoint=note).text
    check_proof(other.encode(), verifiers(settings.LOG_ORIGIN))

    assert "The proof is genuine" in post(text).content.decode()
    assert "This must never happen" in post(other).content.decode()


def test_another_site_cannot_post_to_the_page(published):
    assert post("x", **{"sec-fetch-site": "cross-site"}).status_code == 403


def receipt_of(case, actor, sign_in):
    return sign_in(actor).post(f"/desk/cases/{case.reference}/code/", {})


def proof_on(page):
    return re.search(r'id="proof-text">(.*?)</pre>', page.content.decode(), re.DOTALL)[1].replace("&#x27;", "'")


def test_a_receipt_carries_a_proof_that_a_script_checks_with_nothing_of_the_hall(case, desk_clerk, sign_in, settings, tmp_path):
    """Nothing was sealed before: the receipt seals the step that it proves."""
    text = proof_on(receipt_of(case, desk_clerk, sign_in))
    run = check_by_script(tmp_path, settings, text)

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("GENUINE\n")
    assert bytes(case.entries.get().hash).hex() in run.stdout
    assert Client().get(address(case)).content.decode().startswith("c2sp.org/tlog-proof@v1\nextra ")


@pytest.mark.parametrize("broken", ["index", "root", "signature", "record", "key"])
def test_the_script_refuses_a_proof_with_anything_changed(published, broken, settings, tmp_path):
    text = Client().get(address(published)).content.decode()
    key = None
    if broken == "index":
        text = text.replace("index 0", "index 2")
    elif broken == "root":
        text = text.replace("\n4\n", "\n4\nA")
    elif broken == "signature":
        text = text[:-10] + ("AAAA" if text[-10:-6] != "AAAA" else "BBBB") + text[-6:]
    elif broken == "record":
        text = re.sub(r"extra \S+", "extra aGFsbC1yZWNvcmQvdjEK", text)
    else:
        key = str(type(signer("x"))(name=settings.LOG_ORIGIN, seed=bytes(32)).verifier)
    run = check_by_script(tmp_path, settings, text, key=key)

    assert run.returncode == 1
    assert run.stderr.startswith("NOT GENUINE: ")


def test_the_square_on_a_receipt_is_the_proof_byte_for_byte(case, desk_clerk, sign_in):
    import zxingcpp
    from PIL import Image, ImageDraw

    page = receipt_of(case, desk_clerk, sign_in)
    size, strokes = re.search(r'proof-qr" viewBox="0 0 (\d+) .*?<path d="([^"]+)"', page.content.decode(), re.DOTALL).groups()
    scale = 4
    picture = Image.new("L", (int(size) * scale,) * 2, 255)
    draw = ImageDraw.Draw(picture)
    for row in strokes.split("M")[1:]:
        x, y, *rest = re.findall(r"[\d.]+", row)
        place = int(x)
        runs = [int(rest[0])] + [int(each) for each in rest[1:]]
        top = (float(y) - 0.5) * scale
        draw.rectangle([place * scale, top, (place + runs[0]) * scale - 1, top + scale - 1], fill=0)
        place += runs[0]
        for skip, _zero, length in zip(runs[1::3], runs[2::3], runs[3::3], strict=True):
            place += skip
            draw.rectangle([place * scale, top, (place + length) * scale - 1, top + scale - 1], fill=0)
            place += length
    (code,) = zxingcpp.read_barcodes(picture)

    assert code.bytes == proof_on(page).encode()


def test_a_receipt_is_handed_out_without_its_proof_when_the_log_is_contradicted(case, desk_clerk, sign_in, log_folder):
    log_folder.mkdir(parents=True)
    (log_folder / "checkpoint").write_text("spoilt")
    page = receipt_of(case, desk_clerk, sign_in)

    assert page.status_code == 200
    assert "The proof is not ready yet" in page.content.decode()
    assert not SealedCheckpoint.objects.exists()


def test_a_rotated_code_comes_with_the_same_steps_proof(published, desk_clerk, sign_in, settings):
    found = check_proof(proof_on(receipt_of(published, desk_clerk, sign_in)).encode(), verifiers(settings.LOG_ORIGIN))

    assert found.index == 0
