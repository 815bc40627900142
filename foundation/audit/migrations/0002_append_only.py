"""Neither log is ever rewritten."""

from django.db import migrations

from foundation.database.operations import AppendOnly


class Migration(migrations.Migration):
    """Let both logs only grow."""

    dependencies = [("audit", "0001_initial"), ("database", "0001_roles")]
    operations = [AppendOnly("auditentry"), AppendOnly("accessentry")]
