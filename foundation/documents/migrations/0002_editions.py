"""A paper has a file for each size of paper. No service issued any before this, so there are no rows to carry over."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_papers"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paper", models.CharField(choices=[("a4", "a4"), ("roll", "roll")], max_length=4)),
                ("file", models.CharField(blank=True, default="", max_length=120)),
                ("sha256", models.BinaryField(max_length=32, unique=True)),
                ("size", models.PositiveIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="document",
            name="documents_sealed_has_file",
        ),
        migrations.RemoveField(
            model_name="document",
            name="file",
        ),
        migrations.RemoveField(
            model_name="document",
            name="paper",
        ),
        migrations.RemoveField(
            model_name="document",
            name="sha256",
        ),
        migrations.RemoveField(
            model_name="document",
            name="token",
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sealed_at__isnull", True), ("state", "due")),
                    models.Q(models.Q(("state", "due"), _negated=True), ("sealed_at__isnull", False)),
                    _connector="OR",
                ),
                name="documents_due_until_sealed",
                violation_error_message="A paper that is sealed says when, and only such a one.",
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="document",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="documents.document"),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(fields=("document", "paper"), name="documents_one_edition_for_a_paper"),
        ),
    ]
