"""Load the roles from the seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from foundation.accounts.models import Role

_TOLD = ("title_en", "title_zh", "purpose_en", "purpose_zh", "capabilities")


@transaction.atomic
def load_roles(*, path: Path) -> int:
    """Bring the roles in line with the file, upsert on ``code``; return how many there are."""
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    roles = [
        Role(
            code=row["code"],
            title_en=row["title"]["en"],
            title_zh=row["title"]["zh"],
            purpose_en=row["purpose"]["en"],
            purpose_zh=row["purpose"]["zh"],
            capabilities=row["capabilities"],
        )
        for row in rows
    ]
    Role.objects.bulk_create(roles, update_conflicts=True, unique_fields=["code"], update_fields=list(_TOLD))
    return len(roles)
