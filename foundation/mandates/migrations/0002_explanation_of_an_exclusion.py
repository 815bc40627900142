"""Name the officer's words apart from the reasons that are codes: a log masks whatever is called like an encrypted field."""

from django.db import migrations


class Migration(migrations.Migration):
    """Rename the field."""

    dependencies = [("mandates", "0001_initial")]
    operations = [migrations.RenameField("exclusion", "reason", "explanation")]
