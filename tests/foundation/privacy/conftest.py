"""Residents with a row in every table that can hold something of a person."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from foundation.accounts.models import Person, User
from foundation.privacy.registry import entries, hall_models
from tests.foundation.privacy.rows import AT, Filler

ID_NUMBER = "11010519491231002X"


@pytest.fixture
def fill(db, desk_clerk, head_of_unit, station, theft, settings, tmp_path):
    """Return a maker of residents of whom every table holds a row, made at a moment; a case of theirs was handled and closed then."""
    from cases.operations.append_entry import Words
    from cases.operations.publish_progress import publish_progress
    from cases.operations.register_report import NewParty, register_report

    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}}

    def fill(*, at=AT, prefix="mark", id_number=ID_NUMBER, phone="13900000001", only=None, beside=None, **case):
        person = Person.objects.create(name=f"{prefix}person", id_number=id_number, phone=phone, created_at=at)
        user = User(username=f"{prefix}user", kind="resident", display_name=f"{prefix}shown", person=person, last_login=at)
        user.set_unusable_password()
        user.save()
        User.objects.filter(pk=user.pk).update(created_at=at)
        filler = Filler(user, at=at, prefix=prefix)
        party = NewParty(role="reporter", name=f"{prefix}party", id_number=id_number, phone=phone)
        filler.case = register_report(
            actor=desk_clerk, unit=station, category=theft, parties=[party], reported_at=at, now=at, detail=f"{prefix}detail", **case
        )
        for action in ("start-review", "file", "investigate", "withdraw", "close"):
            publish_progress(
                actor=head_of_unit, reference=filler.case.reference, action=action, words=Words(detail=f"{prefix}{action}"), now=at
            )
        filler.case.refresh_from_db()
        filler.unit, filler.officer = station, User.objects.filter(reference=desk_clerk.reference).first()
        filler.photo = photo_file()
        filler.marks |= {
            f"{prefix}person": "accounts.Person.name",
            f"{prefix}user": "accounts.User.username",
            f"{prefix}shown": "accounts.User.display_name",
            id_number: "accounts.Person.id_number",
            phone: "accounts.Person.phone",
            f"{prefix}party": "cases.Party.name",
            f"{prefix}detail": "cases.ProgressEntry.detail",
        }
        if beside:
            # What belongs to nobody is there once, whoever comes.
            filler.made = {label: row for label, row in beside.made.items() if not entries()[label].belongs_to}
        for model in hall_models():
            if only is None or model._meta.label in only:
                filler.row(model._meta.label)
        return filler

    return fill


def photo_file():
    from django.core.files.base import ContentFile

    data = io.BytesIO()
    Image.new("RGB", (2, 2)).save(data, "PNG")
    return ContentFile(data.getvalue(), name="photo.png")
