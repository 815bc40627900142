"""Steps of a case are sealed."""

from django.db import migrations

from foundation.transparency.sealed_tables import SealRows


class Migration(migrations.Migration):
    """Put timelines under seal."""

    dependencies = [("cases", "0007_indexes_that_nobody_reads"), ("transparency", "0001_initial")]
    operations = [SealRows(model="cases.ProgressEntry", kind="case")]
