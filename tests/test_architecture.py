"""What the house promises about itself, held by looking at the code: no operation reads the clock. Who may do what: tests/matrix."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
OURS = ("cases", "foundation", "portal")

# Addresses that anybody may open, written out so that a new one has to be thought about.
PUBLIC = {
    "home",
    "look-up",
    "inquiries",
    "organisations",
    "robots",
    "sitemap",
    "manifest",
    "favicon",
    "security",
    "api-schema",
    "api-docs",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_invitation",
    "mfa_authenticate",
    "exchange-cases",
    "log",
    "log-checkpoint",
    "log-tile",
    "log-proof",
    "log-checker",
    "sms-reports",
    "unsubscribe",
    "verify",
    "stamp-keys",
    "api-verify",
}
# Operations that change nothing a person decided, or that another operation records: each with its reason.
WITHOUT_AUDIT = {
    "append_entry": "the operation that calls it records the deed",
    "locking": "takes a lock and changes nothing",
    "preview_progress": "plays a step and rolls it back",
    "recompute_deadlines": "derives dates from what was recorded",
    "refresh_figures": "derives figures from what was recorded",
    "rebuild_figures": "derives figures from what was recorded",
}


def operation_files():
    return sorted(
        path for package in ("cases", "foundation") for path in (ROOT / package).rglob("operations/*.py") if path.stem != "__init__"
    )


@pytest.mark.parametrize("path", operation_files(), ids=lambda path: path.stem)
def test_operations_are_told_the_time_and_never_read_it(path):
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]

    assert not [node for node in calls if ast.unparse(node.func) in {"timezone.now", "datetime.now", "clock.now", "date.today"}]


def models():
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_table_with_words_of_people_says_what_it_keeps_and_why(model):
    from foundation.encryption.fields import EncryptedTextField

    keeps_personal_data = any(isinstance(field, EncryptedTextField) for field in model._meta.local_fields)
    assert model.__doc__
    assert not keeps_personal_data or "Personal data" in model.__doc__
