"""A row has one leaf, and is found with it: the verifier asks for both ends of each pair."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Number rows within their kind once."""

    dependencies = [("transparency", "0002_seal_both_logs")]
    operations = [
        migrations.AddConstraint(
            model_name="leaf",
            constraint=models.UniqueConstraint(fields=("kind", "row_id"), name="transparency_leaf_row_once"),
        ),
    ]
