"""A row of any table, filled with marks that are found again: what the registry promises of each field is tried on real rows.

A table that needs more than its fields' types tell says so in ``NEEDS``.
"""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from foundation.encryption.fields import BlindIndexField, EncryptedTextField
from foundation.privacy.registry import entry_of
from tests.plugins.mandates import COMPANY_CODE, id_number

AT = datetime(2016, 3, 2, 2, 0, tzinfo=UTC)
ADVICE = "tests/foundation/privacy/rows.py cannot make a row of {label}: say in NEEDS what it needs ({error})"


class Filler:
    """Makes rows. ``user`` is the account of the resident whom they belong to, ``marks`` maps each mark to its field."""

    def __init__(self, user, *, at=AT, prefix="mark"):
        self.user, self.at, self.prefix = user, at, prefix
        self.numbers = itertools.count(1)
        self.marks = {}
        self.made = {}

    def mark(self, field):
        mark = f"{self.prefix}{next(self.numbers):04d}z"
        if not isinstance(field, EncryptedTextField) and field.max_length:
            assert field.max_length >= len(mark), f"a mark does not fit into {field}"
        self.marks[mark] = f"{field.model._meta.label}.{field.name}"
        return mark

    def row(self, label):
        """Return the one row of a table that belongs to the resident, making it and what it refers to if need be."""
        if label not in self.made:
            self.made[label] = self._make(apps.get_model(label))
        return self.made[label]

    def _make(self, model):
        label = model._meta.label
        given = NEEDS.get(label, lambda filler: {})(self)
        if not isinstance(given, dict):
            return given
        try:
            values = {**self._values(model, given), **given}
            row = model(**values)
            row.save(force_insert=True)
        except Exception as error:
            raise AssertionError(ADVICE.format(label=label, error=error)) from error
        return row

    def _values(self, model, given):
        values = {}
        entry = entry_of(model)
        handles = {path: handle for path, handle in entry.belongs_to.items() if "__" not in path}
        for field in model._meta.local_fields:
            if field.name in given or isinstance(field, models.AutoField | BlindIndexField) or (field.primary_key and field.has_default()):
                continue
            if field.name in entry.officers:
                values[field.name] = self.officer
            elif field.name in handles:
                values[field.name] = self._handle(handles[field.name], field)
            elif (value := self._value(field, entry.fields[field.name])) is not None:
                values[field.name] = value
        return values

    def _handle(self, handle, field):
        if field.is_relation:
            return self.user.person if handle == "person" else self.user
        return {"account": self.user.reference, "label": f"resident:{self.user.reference}"}[handle]

    def _value(self, field, listed):
        if field.is_relation:
            return self._related(field)
        if isinstance(field, EncryptedTextField):
            return self.mark(field)
        if isinstance(field, models.DateTimeField):
            return None if field.null else self.at
        if isinstance(field, models.DateField):
            return None if field.null else self.at.date()
        if field.choices:
            return None if field.has_default() else next(value for value, _ in field.flatchoices if value)
        if isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.UUIDField):
            is_marked = listed.label is not None or not field.has_default()
            return self.mark(field) if is_marked and (listed.data_class.is_personal or field.unique) else None
        return None if field.has_default() or field.null else self._plain(field)

    def _related(self, field):
        related = field.related_model._meta.label
        if related == "accounts.User":
            return None if field.null else self.user
        if related == "accounts.Person":
            return self.user.person
        return None if field.null else self.row(related)

    def _plain(self, field):
        if isinstance(field, models.UUIDField):
            import uuid

            return uuid.uuid4()
        if isinstance(field, models.BinaryField):
            return next(self.numbers).to_bytes(32, "big")
        if isinstance(field, models.JSONField):
            return {}
        if isinstance(field, ArrayField):
            return []
        if isinstance(field, models.BooleanField):
            return False
        return 1


def _case(filler):
    return {
        "bureau_code": "310000",
        "kind": "criminal",
        "status": "closed",
        "closed_at": filler.at,
        "closed_by": "officer:U-TEST",
    }


def _reported_case(filler):
    """A case with a timeline that verifies: only the operations of the house make one."""
    return filler.case


def _other_person(filler):
    from foundation.accounts.models import Person

    number = id_number(date(1990, 1, 1))
    found = Person.objects.filter(id_number_index__of=number).first()
    return found or Person.objects.create(name="演示另一人", id_number=number, created_at=filler.at)


def _ended(filler):
    return {
        "until_at": filler.at + timedelta(days=1),
        "over_at": filler.at + timedelta(hours=1),
        "ended_at": filler.at + timedelta(hours=1),
        "ended_by": "officer:U-TEST",
        "end_reason": "error",
    }


# What a table needs beside its fields' types: values, or the row itself.
NEEDS = {
    "accounts.Person": lambda filler: filler.user.person,
    "accounts.User": lambda filler: filler.user,
    "organisations.Organisation": lambda filler: filler.unit,
    "cases.Case": _reported_case,
    "cases.Category": lambda filler: filler.case.category,
    "cases.Party": lambda filler: filler.case.parties.get(),
    "cases.ProgressEntry": lambda filler: filler.case.entries.get(sequence=1),
    "cases.Message": lambda filler: {"party": filler.row("cases.Party"), "sent_by": f"resident:{filler.user.reference}"},
    "cases.Complaint": lambda filler: {
        "status": "answered",
        "answered_at": filler.at,
        "answered_by": "officer:U-TEST",
        "due_at": filler.at,
    },
    "cases.PropertyItem": lambda filler: {"status": "returned", "returned_at": filler.at, "returned_by": "officer:U-TEST"},
    "cases.PropertyPhoto": lambda filler: {"image": filler.photo},
    "cases.ExchangeMessage": lambda filler: {"state": "waiting", "source_sequence": 2},
    "cases.MonthlyFigure": lambda filler: {"cases": 1, "open_cases": 1, "month": filler.at.date().replace(day=1)},
    "cases.Quarantine": lambda filler: {"ended_by": ""},
    "mandates.Guardianship": lambda filler: {"guardian": _other_person(filler), **_ended(filler)},
    "mandates.Company": lambda filler: {"credit_code": COMPANY_CODE},
    "mandates.Agency": lambda filler: {"scopes": ["follow_cases"], **_ended(filler)},
    "mandates.Delegation": lambda filler: {
        "agent": _other_person(filler),
        "accepted_at": filler.at,
        "scopes": ["follow_cases"],
        "agent_id_number": _other_person(filler).id_number,
        **_ended(filler),
    },
    "mandates.Exclusion": lambda filler: {"lifted_at": filler.at, "lifted_by": "officer:U-TEST"},
    "accounts.Feed": lambda filler: {"public_key": b"k" * 32, "state": "active"},
    "devices.Kiosk": lambda filler: {"key_id": None},
    "accounts.Grant": lambda filler: {"revoked_by": ""},
    "audit.AuditEntry": lambda filler: {"actor_kind": "resident", "subject_kind": "case", "subject_reference": filler.case.reference},
    "audit.AccessEntry": lambda filler: {
        "viewer_kind": "resident",
        "subject_kind": "case",
        "subject_reference": filler.case.reference,
        "reason": "own_matter",
    },
    "audit.Alarm": lambda filler: {"acknowledged_at": filler.at},
    "inquiries.InquiryCode": lambda filler: {"selector": "ABC123", "revoked_by": "", "revoke_reason": ""},
    "documents.Document": lambda filler: {"state": "sealed", "sealed_at": filler.at, "print": b"p" * 8},
    "documents.Edition": lambda filler: {"paper": "a4", "sha256": b"s" * 32},
    "documents.Revocation": lambda filler: {"confirmed_by": None, "confirmed_at": None},
    "notifications.Notice": lambda filler: {"officer": None},
    "notifications.Contact": lambda filler: {"officer": None},
    "notifications.Delivery": lambda filler: {"channel": "email", "state": "failed"},
    "notifications.Unreached": lambda filler: {"settled_by": ""},
    "outbox.Event": lambda filler: {"done_at": filler.at},
    "limits.Bucket": lambda filler: {"key": "00000000-0000-4000-8000-000000000001", "scope": "test"},
    "privacy.Correction": lambda filler: {
        "state": "withdrawn",
        "ended_at": filler.at,
        "target": "accounts.Person.phone",
        "target_key": str(filler.user.person_id),
        "reviewed_by": "",
        "decided_by": "",
    },
    "privacy.LegalHold": lambda filler: {"ends_on": filler.at.date(), "kind": "case", "subject_reference": "C-NONE", "lifted_by": ""},
    "privacy.PurgeRun": lambda filler: {"is_whole": True, "ended_at": filler.at},
    "privacy.AccountClosing": lambda filler: {"account": f"U-{filler.prefix}-GONE", "erased_at": filler.at},
    "sessions.Session": lambda filler: {"session_key": "s" * 32, "session_data": "sealed"},
    "mfa.Authenticator": lambda filler: {"type": "totp"},
}
