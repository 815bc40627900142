"""Leaves and checkpoints, which only grow; rows that wait; and the trigger function that makes them wait."""

import django.contrib.postgres.fields
from django.db import migrations, models

import foundation.transparency.models
from foundation.database.operations import AppendOnly

AWAIT_SEAL = """
CREATE FUNCTION hall_await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- In parts, so that a batch of the sealer stays small however many rows one statement wrote.
    INSERT INTO transparency_pending (kind, row_ids)
    SELECT TG_ARGV[0], array_agg(id ORDER BY id)
    FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / 2000 AS part FROM fresh) AS rows
    GROUP BY part ORDER BY part;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("database", "0001_roles")]

    operations = [
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("row_ids", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("written_at", models.DateTimeField(db_default=foundation.transparency.models.DatabaseClock())),
            ],
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("published_at", models.DateTimeField(db_default=foundation.transparency.models.DatabaseClock())),
            ],
        ),
        migrations.CreateModel(
            name="SealedCheckpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField(max_length=32)),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
                ("sealed_at", models.DateTimeField(db_default=foundation.transparency.models.DatabaseClock())),
            ],
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("row_id", models.BigIntegerField()),
                ("bureau_code", models.CharField(max_length=6)),
                ("position", models.BigIntegerField()),
                ("previous", models.BinaryField(max_length=32)),
                ("commitment", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("commitment",), name="transparency_leaf_sealed_once"),
                    models.UniqueConstraint(fields=("bureau_code", "position"), name="transparency_leaf_one_chain"),
                ],
            },
        ),
        AppendOnly("leaf"),
        AppendOnly("sealedcheckpoint"),
        AppendOnly("publication"),
        migrations.RunSQL(AWAIT_SEAL, "DROP FUNCTION hall_await_seal()"),
    ]
