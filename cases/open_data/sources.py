"""Where a city's figures come from, as ``seeds/cases/figure-sources.yaml`` says: some licences ask that it be told with every figure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings

from foundation.languages import in_language
from foundation.organisations.models import CODE_LENGTH, Organisation
from foundation.seed_files import SeedRow, read_seed

LONGEST = 600


@dataclass(frozen=True, kw_only=True)
class Source:
    """Who published the figures of a city, and under which licence; ``licence`` is an SPDX identifier."""

    organisation: str
    name_en: str
    name_zh: str
    text_en: str
    text_zh: str
    licence: str
    licence_en: str
    licence_zh: str
    licence_url: str
    source_url: str

    @property
    def text(self) -> str:
        """The attribution, in the language of the page."""
        return in_language(zh=self.text_zh, en=self.text_en)

    @property
    def licence_name(self) -> str:
        """The licence's name, in the language of the page."""
        return in_language(zh=self.licence_zh, en=self.licence_en)


def source_of(organisation: Organisation) -> Source | None:
    """Return the source of the figures of the organisation's city, or nothing for a city whose cases are the hall's own."""
    return _sources().get(organisation.path[:CODE_LENGTH])


@cache
def _sources() -> dict[str, Source]:
    row = read_seed(settings.SEEDS / "cases" / "figure-sources.yaml")
    row.only("sources")
    return {source.organisation: source for source in map(_source, row.rows("sources"))}


def _source(row: SeedRow) -> Source:
    names = tuple(Source.__dataclass_fields__)
    row.only(*names)
    return Source(**{name: row.text(name, longest=LONGEST) for name in names})
