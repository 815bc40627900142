"""What the templates of the hall need and Django does not bring."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

HTML_LANGUAGES = {"zh": "zh-Hans", "en": "en"}
GROUP = 4


def _short(code: str | None) -> str:
    return "en" if (code or "").startswith("en") else "zh"


@register.filter
def html_lang(code: str) -> str:
    """Return the BCP 47 tag for a language code of Django: ``zh-hans`` is ``zh-Hans`` in HTML."""
    return HTML_LANGUAGES[_short(code)]


@register.filter
def moment(at: datetime | None) -> str:
    """Return a time of the reader's city: ``22 November 2026, 9:30am`` or ``2026年11月22日 9:30``; nothing for ``None``.

    Midnight to the second is how records say that only the day is known, so the day alone is shown.
    """
    if at is None:
        return ""
    local = timezone.localtime(at)
    if local.time() == time.min:
        return day(at)
    return date_format(local, "DATETIME_FORMAT").replace("a.m.", "am").replace("p.m.", "pm")


@register.filter
def day(on: date | datetime | None) -> str:
    """Return a date, without the time: ``22 November 2026`` or ``2026年11月22日``; nothing for ``None``."""
    if on is None:
        return ""
    return date_format(timezone.localtime(on) if isinstance(on, datetime) else on, "DATE_FORMAT")


@register.filter
def last_day(end: datetime | None) -> str:
    """Return the last day of something that holds until a moment: what ends at midnight has the day before as its last."""
    return day(end - timedelta(microseconds=1)) if end else ""


def _texts(source: object, name: str) -> dict[str, str]:
    """Return both languages of ``{name}_en`` and ``{name}_zh``, or of ``en`` and ``zh``, from an object or a mapping."""
    prefix = f"{name}_" if name else ""
    if isinstance(source, Mapping):
        return {language: str(source.get(prefix + language) or "") for language in HTML_LANGUAGES}
    return {language: str(getattr(source, prefix + language, "") or "") for language in HTML_LANGUAGES}


@register.filter
def text(source: object, name: str = "") -> SafeString | str:
    """Return a bilingual text in the reader's language, escaped; falls back to the other language and says so with ``lang``.

    ``source`` is an object or a mapping with ``{name}_en`` and ``{name}_zh``; without a name, with ``en`` and ``zh``.
    """
    texts = _texts(source, name)
    wanted = _short(get_language())
    if texts[wanted]:
        return texts[wanted]
    other = "zh" if wanted == "en" else "en"
    return format_html('<span lang="{}">{}</span>', HTML_LANGUAGES[other], texts[other]) if texts[other] else ""


@register.filter
def code_groups(code: str) -> list[str]:
    """Return an inquiry code cut into groups of four, whatever hyphens it was stored with."""
    plain = code.replace("-", "")
    return [plain[start : start + GROUP] for start in range(0, len(plain), GROUP)]


@register.filter
def inline_svg(svg: str, label: str) -> SafeString:
    """Return a drawing made by this program, such as a QR code, as part of the page and with a name for who cannot see it.

    An ``img`` with a ``data:`` address would need a hole in the content security policy. Never for a drawing from outside.
    """
    drawing = svg[svg.index("<svg") :]
    return format_html('<svg role="img" aria-label="{}"{}', label, mark_safe(drawing.removeprefix("<svg")))  # noqa: S308


@register.filter
def first_input(field: BoundField) -> str:
    """Return the id that a link of the error summary jumps to: the first radio of a group, else the field itself."""
    if field.use_fieldset and len(field.subwidgets) > 0:
        return field.subwidgets[0].id_for_label or field.auto_id
    return field.id_for_label or field.auto_id


@register.filter
def is_single_box(field: BoundField) -> bool:
    """Return whether a field is one checkbox, whose label stands behind its box."""
    return isinstance(field.field.widget, CheckboxInput)
