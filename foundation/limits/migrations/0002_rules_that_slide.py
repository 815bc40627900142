"""Room for the moments of attempts, for rules that hold in every stretch of time."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("limits", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="bucket",
            name="moments",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), db_default=[], default=list, size=None),
        ),
    ]
