"""A paper of every size and its seal; storage in a folder of the test."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from foundation.documents import files
from foundation.documents.operations.issue_document import Issue, issue_document
from foundation.documents.operations.seal_document import seal_document
from foundation.documents.sheets import Fact, Office, Part, Sheet, Square, Words


@pytest.fixture(autouse=True)
def papers(tmp_path, settings):
    """Keep papers in a folder of this test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "papers": {"BACKEND": "foundation.documents.storage.WholeFileStorage", "OPTIONS": {"location": tmp_path / "papers"}},
    }
    return tmp_path / "papers"


@pytest.fixture
def compose():
    """Return a function that makes a sheet for a number."""

    def compose(number="310000-RC-2026-000001", **given):
        words = Words(en="Accepted, first inquiries under way", zh="已受理，正在初查")
        return Sheet(
            **{
                "kind": "receipt",
                "title": Words(en="Receipt for your report", zh="接报案回执"),
                "number": number,
                "office": Office(name=Words(en="First Station", zh="第一派出所"), phone="021-2222 0002"),
                "issued_on": date(2026, 3, 2),
                "facts": (
                    Fact(label=Words(en="Name", zh="姓名"), value="演示居民"),
                    Fact(label=Words(en="Stage", zh="状态"), value=words),
                ),
                "parts": (Part(heading=Words(en="What happens next", zh="接下来"), paragraphs=(words,)),),
                "squares": (Square(content="https://hall.example/q#AAAA", purpose=Words(en="Follow the case", zh="查询进度")),),
            }
            | given
        )

    return compose


@pytest.fixture
def sheet(compose):
    return compose()


@pytest.fixture
def content(compose):
    """Return a function that makes what a paper of a kind says; ``given`` are parts of its sheet."""

    def content(kind="receipt", **given):
        return SimpleNamespace(kind=kind, sheet=lambda *, number, day: compose(number, kind=kind, **{"issued_on": day} | given))

    return content


@pytest.fixture
def issue(handling_officer, station, case, content, now):
    """Return a function that issues a paper on the case."""

    def issue(*, kind="receipt", sheet=None, **given):
        named = {"content": content(kind, **(sheet or {})), "office": station, "subject": case, "holder": "演示居民"}
        return issue_document(actor=handling_officer, capability="case.publish", issue=Issue(**named | given), now=now)

    return issue


@pytest.fixture
def sealed(issue, now):
    document = issue()
    seal_document(document_id=document.pk, now=now)
    document.refresh_from_db()
    return document


@pytest.fixture
def pdf_of():
    """Return the file of a sealed paper."""
    return lambda document: files.load(document.editions.order_by("paper")[0].file)
