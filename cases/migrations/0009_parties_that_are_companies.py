"""A party may be a company, which its agents follow; a message says under what mandate it was written for a party."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the two columns, and the rules on companies."""

    dependencies = [
        ("cases", "0008_sealed_timeline"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="mandate",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.AddField(
            model_name="party",
            name="credit_code",
            field=models.CharField(blank=True, default="", max_length=18),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(condition=models.Q(("credit_code", ""), _negated=True), fields=["credit_code"], name="party_by_credit_code"),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True), models.Q(("credit_code", ""), _negated=True)),
                fields=("case", "role", "credit_code"),
                name="cases_party_company_once_per_role",
                violation_error_message="This company already has that part in the case.",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit_code", ""), ("id_number_index__isnull", True), _connector="OR"),
                name="cases_party_person_or_company",
                violation_error_message="A company has a credit code and no ID number.",
            ),
        ),
    ]
