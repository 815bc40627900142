"""Both logs say under which mandate somebody acted for somebody else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the reference of the mandate, and the three reasons that come with one."""

    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.AddField("auditentry", "mandate", models.CharField(max_length=20, blank=True, default="")),
        migrations.AddField("accessentry", "mandate", models.CharField(max_length=20, blank=True, default="")),
        migrations.AlterField(
            "accessentry",
            "reason",
            models.CharField(
                max_length=20,
                choices=[
                    ("own_matter", "Their own matter"),
                    ("receipt", "Looked up with the receipt's code"),
                    ("handling", "Handling the case"),
                    ("supervision", "Supervising the unit"),
                    ("enquiry", "Answering a person's question"),
                    ("guardianship", "For their ward, as guardian"),
                    ("agency", "For a company, as its agent"),
                    ("delegation", "For another person, by delegation"),
                ],
            ),
        ),
    ]
