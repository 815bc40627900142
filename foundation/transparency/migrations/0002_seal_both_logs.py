"""Deeds and looks are sealed."""

from django.db import migrations

from foundation.transparency.sealed_tables import SealRows


class Migration(migrations.Migration):
    """Put both logs of the audit under seal."""

    dependencies = [("transparency", "0001_initial"), ("audit", "0002_append_only")]
    operations = [
        SealRows(model="audit.AuditEntry", kind="deed", draws_salt=True),
        SealRows(model="audit.AccessEntry", kind="look", draws_salt=True),
    ]
