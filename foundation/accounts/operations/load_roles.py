"""Load the roles from the seeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from foundation.accounts.models import Role
from foundation.audit.log import Who, record_action
from foundation.audit.rights import MACHINE

_TOLD = ("title_en", "title_zh", "purpose_en", "purpose_zh", "capabilities")


@dataclass(frozen=True)
class _AllRoles:
    """The posts of the hall, as one subject of the log."""

    kind_of_matter: str = "role"
    reference: str = "all"
    bureau_code: str = ""


@transaction.atomic
def load_roles(*, actor: Who, path: Path, now: datetime) -> int:
    """Bring the roles in line with the file, upsert on ``code``; return how many there are.

    What changes in what a post allows is written into the audit log, capability by capability.
    """
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
    before = dict(Role.objects.select_for_update().values_list("code", "capabilities"))
    Role.objects.bulk_create(roles, update_conflicts=True, unique_fields=["code"], update_fields=list(_TOLD))
    changes = {role.code: (before.get(role.code), role.capabilities) for role in roles if before.get(role.code) != role.capabilities}
    if changes:
        record_action(actor=actor, action="role.load", capability=MACHINE, subject=_AllRoles(), now=now, changes=changes)
    return len(roles)
