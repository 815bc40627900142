"""A case of the counter that a feed tells of since is still owed its inquiry code within 72 hours."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Find cases without a code by who registered them, not by who tells of them."""

    dependencies = [("cases", "0004_find_by_source_number_and_without_code")]
    operations = [
        migrations.RemoveIndex(model_name="case", name="case_unit_without_code"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["unit", "reported_at"],
                name="case_unit_without_code",
                condition=Q(
                    closed_at__isnull=True, merged_into__isnull=True, code_issued_at__isnull=True, registered_by__startswith="officer:"
                ),
            ),
        ),
    ]
