"""What a paper looks like to a machine: archival, accessible, with its fonts in it, and readable squares."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from foundation.documents import fonts
from foundation.documents.fonts import NoShape, check_shapes
from foundation.documents.rendering import render
from foundation.documents.sheets import Fact, Paper, Square, Words

PDF_A = "{http://www.aiim.org/pdfa/ns/id/}"
PDF_UA = "{http://www.aiim.org/pdfua/ns/id/}"


def opened(pdf):
    return pikepdf.open(BytesIO(pdf))


@pytest.mark.parametrize("paper", Paper)
def test_a_paper_says_that_it_is_archival_and_accessible_and_is_tagged(sheet, paper):
    file = opened(render(sheet, paper=paper))

    with file.open_metadata() as metadata:
        assert (metadata[f"{PDF_A}part"], metadata[f"{PDF_A}conformance"], metadata[f"{PDF_UA}part"]) == ("2", "A", "1")
    assert file.Root.MarkInfo.Marked
    assert str(file.Root.Lang).startswith("zh")
    assert str(file.Root.OutputIntents[0].S) == "/GTS_PDFA1"


@pytest.mark.parametrize("paper", Paper)
def test_every_font_of_a_paper_is_in_it_and_its_letters_can_be_copied(sheet, paper):
    file = opened(render(sheet, paper=paper))
    embedded = [thing for thing in file.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"]
    with_file = [font for font in embedded if "/DescendantFonts" in font]

    assert with_file
    for font in with_file:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
        assert "/ToUnicode" in font
    assert all("/DescendantFonts" in font or "/FontDescriptor" in font for font in embedded)


def test_the_same_sheet_is_the_same_bytes(sheet):
    assert render(sheet) == render(sheet)


def test_a_receipt_for_the_roll_is_80_mm_wide(sheet):
    file = opened(render(sheet, paper=Paper.ROLL))
    box = file.pages[0].MediaBox

    assert float(box[2]) == pytest.approx(80 / 25.4 * 72, abs=0.5)


def test_what_a_person_wrote_is_printed_and_never_run(sheet):
    hostile = '#panic("x") *b* $x$ <label> @ref \\ `c` ${7*7} {{ 7*7 }}'
    plain = render(replace(sheet, facts=(Fact(label=Words(en="Name", zh="姓名"), value="x" * len(hostile)),)))

    drawn = render(replace(sheet, facts=(Fact(label=Words(en="Name", zh="姓名"), value=hostile),)))

    assert len(opened(drawn).pages) == len(opened(plain).pages) == 1


def test_rare_characters_of_names_are_printed_or_refused_by_name_but_never_as_a_box(sheet, monkeypatch):
    unprintable = "\U0010fffd"

    with pytest.raises(NoShape) as refusal:
        render(replace(sheet, title=Words(en="x", zh=f"演示{unprintable}")))

    assert refusal.value.characters == unprintable
    check_shapes(["䶮㛃喆淼", "a\u00a0b\u200b"])


def test_the_check_of_shapes_can_fail(monkeypatch):
    """The broken variant: a font without the common characters."""
    monkeypatch.setattr(fonts, "_shapes", lambda: frozenset(map(ord, "演示")))

    with pytest.raises(NoShape):
        check_shapes(["演示居民"])


@pytest.mark.parametrize("paper", Paper)
def test_another_authors_decoder_reads_the_squares_from_the_printed_page(sheet, paper):
    content = ["https://hall.example/q#" + "A" * 22, "https://hall.example/verify#" + "b" * 144]
    squares = tuple(Square(content=each, purpose=Words(en="Check", zh="核验")) for each in content)

    page = pypdfium2.PdfDocument(render(replace(sheet, squares=squares), paper=paper))[0].render(scale=300 / 72).to_pil()

    assert {code.text for code in zxingcpp.read_barcodes(page)} == set(content)
