"""Standard sentences of timelines, read from ``seeds/cases/phrases.yaml``: bilingual, and of a kind that names nobody.

They are what the holder of a receipt reads of a step, so a lawyer writes them once and an officer only chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cases.domain.statuses import Kind
from cases.domain.workflow import WORKFLOWS
from cases.operations.append_entry import Words
from foundation.errors import RuleViolated
from foundation.languages import in_language
from foundation.seed_files import SeedRow, read_seed

LONGEST = 500
ANY = "any"


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """One sentence. ``kind`` is a kind of case or ``any``; ``status`` what the step leads to, or empty for news within a stage."""

    code: str
    kind: str
    status: str
    en: str
    zh: str

    def __str__(self) -> str:
        return in_language(zh=self.zh, en=self.en)

    def suits(self, kind: str) -> bool:
        """Whether the sentence can stand in the timeline of a case of this kind."""
        return self.kind in {ANY, kind}


@cache
def all_phrases() -> dict[str, Phrase]:
    """Return every sentence by its code, in the order of the file; raise ``BrokenSeed`` with file and line."""
    top = read_seed(settings.SEEDS / "cases" / "phrases.yaml")
    top.only("phrases")
    found: dict[str, Phrase] = {}
    for row in top.rows("phrases"):
        phrase = _phrase(row)
        if phrase.code in found:
            raise row.broken(_("the code %(code)s stands in this file twice.") % {"code": phrase.code})
        found[phrase.code] = phrase
    return found


def _phrase(row: SeedRow) -> Phrase:
    row.only("code", "kind", "status", "en", "zh")
    kind = row.choice("kind", among=(ANY, *Kind.values))
    statuses = WORKFLOWS[kind].statuses if kind != ANY else ()
    return Phrase(
        code=row.text("code", longest=60),
        kind=kind,
        status=row.choice("status", among=statuses, default=""),
        en=row.text("en", longest=LONGEST),
        zh=row.text("zh", longest=LONGEST),
    )


def phrases_of(kind: str) -> list[Phrase]:
    """Return the sentences for cases of a kind: those for its steps first, news last."""
    suited = [phrase for phrase in all_phrases().values() if phrase.suits(kind)]
    return sorted(suited, key=lambda phrase: not phrase.status)


def standard_phrase(*, kind: str, status: str) -> Phrase | None:
    """Return the sentence that a step gets unless another is chosen."""
    return next((phrase for phrase in all_phrases().values() if (phrase.kind, phrase.status) == (kind, status)), None)


def target_of(*, kind: str, action: str) -> str:
    """Return the status that a step leads to, by its name in the table of the kind; nothing for news, or for an unknown step."""
    return next((transition.target for transition in WORKFLOWS[kind].transitions if transition.name == action), "")


def words_for(*, kind: str, phrase: str | None, detail: str, status: str = "", action: str = "") -> Words:
    """Return what an entry says: ``phrase`` by its code, none for ``""``, and for ``None`` the standard one of its step.

    The step is named by its ``action`` or by the ``status`` that it leads to; without either the entry is news. Raises
    ``RuleViolated(field="phrase")`` for a code that cases of this kind do not have.
    """
    if phrase is None:
        target = status or target_of(kind=kind, action=action)
        chosen = standard_phrase(kind=kind, status=target) if target else None
    else:
        chosen = all_phrases().get(phrase) if phrase else None
        if phrase and (chosen is None or not chosen.suits(kind)):
            raise RuleViolated(_("There is no such sentence for cases of this kind."), code="phrase_unknown", field="phrase")
    return Words(text_en=chosen.en if chosen else "", text_zh=chosen.zh if chosen else "", detail=detail)
