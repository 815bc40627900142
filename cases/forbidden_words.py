"""What no message outside the hall may say: what a case is about (docs/decisions/0025)."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from foundation.notifications import template_rules
from foundation.seed_files import read_seed

# Said of no case in particular, and of every one that is about it.
_OTHERS = ("报案", "报警", "案件", "victim", "suspect", "offence", "crime", "嫌疑", "受害")


def register() -> None:
    """Tell the rules of templates."""
    template_rules.forbid(forbidden_words)


def forbidden_words() -> Iterator[str]:
    """Yield the titles of every category of cases in both languages, and words that give a case away without one."""
    yield from _OTHERS
    for row in read_seed(settings.SEEDS / "cases" / "categories.yaml").rows("categories"):
        yield row.text("name_zh", longest=60)
        yield row.text("name_en", longest=60)
