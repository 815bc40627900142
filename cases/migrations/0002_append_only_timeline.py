"""The timeline of a case is never rewritten."""

from django.db import migrations

from foundation.database.operations import AppendOnly


class Migration(migrations.Migration):
    """Let timelines only grow."""

    dependencies = [("cases", "0001_initial"), ("database", "0001_roles")]
    operations = [AppendOnly("progressentry")]
