"""A paper of every size and its seal; storage in a folder of the test."""

from __future__ import annotations

from datetime import date

import pytest

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
