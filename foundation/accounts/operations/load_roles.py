"""Load the roles from the seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from foundation.accounts.models import Role


@transaction.atomic
def load_roles(*, path: Path) -> int:
    """Bring the roles in line with the file, upsert on ``code``; return how many there are."""
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for row in rows:
        Role.objects.update_or_create(
            code=row["code"],
            defaults={
                "title_en": row["title"]["en"],
                "title_zh": row["title"]["zh"],
                "purpose_en": row["purpose"]["en"],
                "purpose_zh": row["purpose"]["zh"],
                "capabilities": row["capabilities"],
            },
        )
    return len(rows)
