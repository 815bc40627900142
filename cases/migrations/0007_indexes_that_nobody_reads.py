"""Fewer indexes on cases: each is written with every step of every case."""

import django.db.models.deletion
from django.db import migrations, models

import cases.models.case


class Migration(migrations.Migration):
    """Drop the index of the unit alone, for four others begin with it, and the one for searching beginnings of references."""

    dependencies = [("cases", "0006_room_to_move_in_a_page"), ("organisations", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="case",
            name="unit",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="organisations.organisation"
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="reference",
            field=models.CharField(default=cases.models.case.new_case_reference, editable=False, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                fields=("reference",),
                name="cases_case_reference_once",
                violation_error_message="Another case has this reference.",
            ),
        ),
    ]
