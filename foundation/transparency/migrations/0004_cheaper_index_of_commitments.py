"""A record is found by its commitment, and a row is sealed once by its number: a unique index of random values is the dearest of all."""

from django.contrib.postgres.indexes import HashIndex
from django.db import migrations


class Migration(migrations.Migration):
    """Exchange the index."""

    dependencies = [("transparency", "0003_find_the_leaf_of_a_row")]

    operations = [
        migrations.AddIndex(model_name="leaf", index=HashIndex(fields=["commitment"], name="transparency_leaf_commitment")),
        migrations.RemoveConstraint(model_name="leaf", name="transparency_leaf_sealed_once"),
    ]
