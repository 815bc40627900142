"""Load the case categories from the seeds."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.policies import check_publication
from cases.domain.publication import Ground, Publication
from cases.domain.statuses import Kind
from cases.models import Category
from foundation.audit.log import Who, record_action
from foundation.audit.rights import MACHINE
from foundation.errors import RuleViolated
from foundation.seed_files import SeedRow, read_seed

_WRITTEN = ("kind", "name_en", "name_zh", "default_publication", "default_ground", "is_active")


@dataclass(frozen=True, kw_only=True)
class CategoryReport:
    """What loading changed, as counts."""

    new: int
    updated: int
    unchanged: int
    deactivated: int

    def __str__(self) -> str:
        return ", ".join(f"{getattr(self, each.name)} {each.name}" for each in fields(self))


@dataclass(frozen=True, kw_only=True)
class _AllCategories:
    """What the audit log names: categories belong to no bureau."""

    kind_of_matter: str = "category"
    reference: str = "all"
    bureau_code: str = ""


def load_categories(*, actor: Who, now: datetime, path: Path) -> CategoryReport:
    """Bring the categories to what the file says, upsert on ``code``; one that the file no longer holds is kept and deactivated.

    Cases keep the publication they were registered with. Raises ``BrokenSeed`` with file and line and leaves everything as it was.
    """
    wanted = _read(path)
    with transaction.atomic():
        existing = {category.code: category for category in Category.objects.select_for_update()}
        changed = [each for each in wanted.values() if not _is_same(each, existing.get(each.code))]
        gone = [each.code for each in existing.values() if each.is_active and each.code not in wanted]
        Category.objects.bulk_create(changed, update_conflicts=True, unique_fields=["code"], update_fields=_WRITTEN)
        Category.objects.filter(code__in=gone).update(is_active=False)
        new = sum(each.code not in existing for each in changed)
        if changed or gone:
            changes = {"written": (None, [each.code for each in changed]), "deactivated": (None, gone)}
            record_action(actor=actor, action="category.load", capability=MACHINE, subject=_AllCategories(), now=now, changes=changes)
    return CategoryReport(new=new, updated=len(changed) - new, unchanged=len(wanted) - len(changed), deactivated=len(gone))


def _is_same(category: Category, present: Category | None) -> bool:
    return present is not None and all(getattr(category, name) == getattr(present, name) for name in _WRITTEN)


def _read(path: Path) -> dict[str, Category]:
    top = read_seed(path)
    top.only("categories")
    found: dict[str, Category] = {}
    for row in top.rows("categories"):
        category = _category(row)
        if category.code in found:
            raise row.broken(_("the code %(code)s stands in this file twice.") % {"code": category.code})
        found[category.code] = category
    return found


def _category(row: SeedRow) -> Category:
    row.only("code", *_WRITTEN)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.text("code", longest=60)):
        raise row.broken(_("“code” must be small letters and digits with hyphens between words."))
    category = Category(
        code=row.text("code", longest=60),
        kind=row.choice("kind", among=Kind.values),
        name_en=row.text("name_en", longest=120),
        name_zh=row.text("name_zh", longest=120),
        default_publication=row.choice("default_publication", among=Publication.values, default=Publication.OPEN),
        default_ground=row.choice("default_ground", among=Ground.values, default=""),
        is_active=row.flag("is_active", default=True),
    )
    try:
        check_publication(category.default_publication, category.default_ground)
    except RuleViolated as refusal:
        raise row.broken(refusal.message) from None
    return category
