"""What a paper costs: drawn, sealed and kept; checked by square, by number and by file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from foundation.documents import files
from foundation.documents.keys import seal
from foundation.documents.models import Document
from foundation.documents.operations.seal_document import seal_document
from foundation.documents.operations.verify_document import verify_file, verify_number, verify_stamp
from foundation.documents.seals import check_seal
from tests.bench.figures import Figure
from tests.bench.world import World

PAPERS = 25
TIMES = 40


def figures(world: World) -> Iterator[Figure]:
    """Yield the figures of papers."""
    for _case in range(PAPERS + 1):
        world.issue_code()
    warm, *papers = Document.objects.order_by("-number")[: PAPERS + 1]
    seal_document(document_id=warm.pk, now=world.now)
    yield from _drawing(papers, world)
    yield from _checking(papers[0], world)


def _drawing(papers: list[Document], world: World) -> Iterator[Figure]:
    """Draw receipts, each for A4 and for the roll, by one process: what it takes of a core is what the machine could do with all."""
    began, computed = time.perf_counter(), time.process_time()
    for paper in papers:
        seal_document(document_id=paper.pk, now=world.now)
    cpu, wall = time.process_time() - computed, time.perf_counter() - began
    sizes = [edition.size for paper in papers for edition in paper.editions.all()]
    yield Figure(name="CPU of a document, ms", value=cpu / len(sizes) * 1000, at_most=300, detail=f"{len(sizes)} documents, warm")
    yield Figure(name="documents a second and core", value=len(sizes) / cpu, at_least=3.4, detail=f"{len(sizes) / wall:.1f} by the clock")
    yield Figure(name="bytes of a document", value=sum(sizes) / len(sizes), at_most=250_000, detail=f"{max(sizes):,} the largest")


def _checking(paper: Document, world: World) -> Iterator[Figure]:
    pdf = files.load(paper.editions.get(paper="a4").file)
    altered = pdf[:2000] + bytes([pdf[2000] ^ 1]) + pdf[2001:]
    ways: dict[str, Callable[[], object]] = {
        "its square": lambda: verify_stamp(text=paper.stamp, now=world.now),
        "its number": lambda: verify_number(text=paper.number, now=world.now),
        "its file": lambda: verify_file(data=pdf, now=world.now),
        "a changed file": lambda: verify_file(data=altered, now=world.now),
        "the seal alone": lambda: check_seal(pdf, authorities=seal().authorities),
    }
    for name, check in ways.items():
        yield Figure(name=f"checking a paper by {name}, ms", value=_each(check), at_most=150 if "seal" in name or "changed" in name else 25)


def _each(do: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(TIMES):
        do()
    return (time.process_time() - began) / TIMES * 1000
