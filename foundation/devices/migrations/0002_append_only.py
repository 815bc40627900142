"""What became of a machine is never rewritten."""

from django.db import migrations

from foundation.database.operations import AppendOnly


class Migration(migrations.Migration):
    """Let the history only grow."""

    dependencies = [("devices", "0001_initial"), ("database", "0001_roles")]
    operations = [AppendOnly("machineevent")]
