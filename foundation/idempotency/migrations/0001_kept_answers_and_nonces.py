"""The two tables: answers kept by key, and nonces of signed requests."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Create ``KeptAnswer`` and ``SeenNonce``."""

    initial = True
    dependencies = ()
    operations = (
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor", models.CharField(max_length=120)),
                ("route", models.CharField(max_length=200)),
                ("key_hash", models.BinaryField(max_length=32)),
                ("request_digest", models.BinaryField(max_length=32)),
                ("status", models.PositiveSmallIntegerField()),
                ("sealed", models.BinaryField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="idempotency_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("actor", "route", "key_hash"),
                        name="idempotency_one_answer_a_key",
                        violation_error_message="This Idempotency-Key was used before.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SeenNonce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("keyid", models.CharField(max_length=80)),
                ("nonce", models.CharField(max_length=128)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="idempotency_nonce_by_expiry")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("keyid", "nonce"),
                        name="idempotency_nonce_once",
                        violation_error_message="This nonce was used before.",
                    )
                ],
            },
        ),
    )
