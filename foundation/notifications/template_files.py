"""Reading the files of templates, strictly: what would only be noticed when a message is due stops the hall from starting."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from foundation.languages import Bilingual
from foundation.notifications.models.delivery import Channel
from foundation.notifications.templates import NOTHING, PLACEHOLDER, VALUE_KINDS, Template, Wording
from foundation.seed_files import SeedRow, read_seed

LONGEST: Final = 500
WITH_SUBJECT: Final = frozenset({Channel.IN_APP, Channel.EMAIL, Channel.WECHAT})
_CHANNELS: Final = tuple(channel.value for channel in Channel)


def read_templates(folder: Path) -> dict[str, Template]:
    """Return the templates of every file of the folder by their events; raise ``BrokenSeed`` with file and line."""
    found: dict[str, Template] = {}
    for path in sorted(folder.glob("*.yaml")):
        top = read_seed(path)
        top.only("templates")
        for row in top.rows("templates"):
            template = _template(row)
            if template.event in found:
                raise row.broken(_("“%(event)s” stands here twice.") % {"event": template.event})
            found[template.event] = template
    return found


def _template(row: SeedRow) -> Template:
    row.only("event", "values", *_CHANNELS)
    values = _values(row)
    wordings = {channel: _wording(row.row(channel), channel, values) for channel in _CHANNELS if channel in row.values}
    if not wordings:
        raise row.broken(_("An event needs words for one channel at least."))
    return Template(event=row.text("event", longest=60), values=values, wordings=wordings)


def _values(row: SeedRow) -> dict[str, str]:
    if "values" not in row.values:
        return {}
    declared = row.row("values")
    return {name: declared.choice(name, among=tuple(VALUE_KINDS)) for name in declared.values}


def _wording(row: SeedRow, channel: str, values: dict[str, str]) -> Wording:
    row.only("text", *(["subject"] if channel in WITH_SUBJECT else []))
    subject = _bilingual(row, "subject", values) if channel in WITH_SUBJECT else NOTHING
    return Wording(subject=subject, text=_bilingual(row, "text", values))


def _bilingual(row: SeedRow, name: str, values: dict[str, str]) -> Bilingual:
    both = row.row(name)
    both.only("en", "zh")
    found = Bilingual(en=_text(both, "en"), zh=_text(both, "zh"))
    named = {language: set(PLACEHOLDER.findall(text)) for language, text in (("en", found.en), ("zh", found.zh))}
    for text in (found.en, found.zh):
        if set("{}") & set(PLACEHOLDER.sub("", text)):
            raise both.broken(_("A placeholder reads {name}, in small letters."))
    if unknown := (named["en"] | named["zh"]) - set(values):
        raise both.broken(_("“%(name)s” is no value of this event.") % {"name": min(unknown)})
    if named["en"] != named["zh"]:
        raise both.broken(_("Both languages must name the same values."))
    return found


def _text(row: SeedRow, language: str) -> str:
    """Return one text; a list of texts is one with a paragraph for each."""
    given: Any = row.values.get(language)
    if not isinstance(given, list):
        return row.text(language, longest=LONGEST)
    paragraphs = [SeedRow(path=row.path, line=row.line, values={language: each}).text(language, longest=LONGEST) for each in given]
    if not paragraphs:
        raise row.broken(_("“%(name)s” is missing.") % {"name": language})
    return "\n\n".join(paragraphs)
