"""The words of a step for whoever holds the receipt: the stored standard words, or the hall's own for that kind of step."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.domain.timeline import ShownEntry

# What kind of step it is, and what it says without words of its own. A step into another stage is named after the stage.
_LABELS = {
    "note": _("News from the unit"),
    "correction": _("Correction"),
    "merge": _("Joined with another case"),
    "transfer": _("Another unit took over"),
    "extension": _("Term extended"),
    "suspension": _("Clock stopped"),
    "resumption": _("Clock runs again"),
}
_TEXTS = {
    "note": _("The unit has written to those involved. Sign in or ask at the counter to read it."),
    "correction": _("An earlier step was put right."),
    "merge": _("This case was joined with another about the same matter."),
    "transfer": _("Another unit has taken over."),
    "extension": _("The legal term was extended."),
    "suspension": _("The clock stands still during an expert examination."),
    "resumption": _("The expert examination is over and the clock runs again."),
}


def page_language() -> str:
    """Return ``zh`` or ``en``: the language of the page or answer being made."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def step_label(step: ShownEntry) -> str:
    """Return the step's name: the stage that the case came into, or that there is news within a stage."""
    return step.status_label if step.kind == "status" else str(_LABELS[step.kind])


def public_text(step: ShownEntry) -> tuple[str, str]:
    """Return a step's words and their language. Words that exist in one language only keep that one's."""
    language = page_language()
    if step.withheld_ground:
        return "", language
    texts = {"en": step.text_en, "zh": step.text_zh}
    other = "en" if language == "zh" else "zh"
    if texts[language]:
        return texts[language], language
    if texts[other]:
        return texts[other], other
    return step.status_label if step.kind == "status" else str(_TEXTS[step.kind]), language
