"""Messages of feeds keep their content sealed, and only until they have had their turn; a quarantine keeps its figures."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import foundation.encryption.fields

CLOSES = [("", "Nothing"), ("case", "A case"), ("call", "An emergency call")]
STATES = [
    ("applied", "Applied"),
    ("waiting", "Waiting for an earlier message"),
    ("late", "Stored, without moving the stage back"),
    ("quarantined", "Held for a person to look at"),
    ("refused", "Refused"),
]


class Migration(migrations.Migration):
    """Make the table of messages anew, for its key changes too: a sealed value is bound to a key known before saving."""

    dependencies = [("accounts", "0001_initial"), ("cases", "0002_append_only_timeline")]
    operations = [
        migrations.DeleteModel(name="ExchangeMessage"),
        migrations.CreateModel(
            name="ExchangeMessage",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("message_id", models.CharField(max_length=64)),
                ("source_case_id", models.CharField(max_length=80)),
                ("source_sequence", models.PositiveIntegerField()),
                ("payload", foundation.encryption.fields.EncryptedTextField(blank=True, null=True)),  # type: ignore[misc]
                ("payload_digest", models.BinaryField(max_length=32)),
                ("received_at", models.DateTimeField()),
                ("state", models.CharField(choices=STATES, max_length=12)),
                ("code", models.CharField(blank=True, default="", max_length=60)),
                ("field", models.CharField(blank=True, default="", max_length=60)),
                ("entry_sequence", models.PositiveIntegerField(blank=True, null=True)),
                ("closes", models.CharField(blank=True, choices=CLOSES, default="", max_length=4)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "feed",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="accounts.feed"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(settled_at__isnull=True),
                        fields=["feed", "source_case_id", "source_sequence"],
                        name="exchange_unsettled",
                    ),
                    models.Index(
                        condition=Q(state="applied") & ~Q(closes=""),
                        fields=["feed", "settled_at"],
                        name="exchange_closings",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("feed", "message_id"),
                        name="cases_exchange_message_once",
                        violation_error_message="This message was received before.",
                    ),
                    models.UniqueConstraint(
                        condition=~Q(state="refused"),
                        fields=("feed", "source_case_id", "source_sequence"),
                        name="cases_exchange_number_once",
                        violation_error_message="Another message already has this number in the case.",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="refused")
                        | Q(state__in=("applied", "late"), settled_at__isnull=False)
                        | Q(state__in=("waiting", "quarantined"), settled_at__isnull=True, payload__isnull=False),
                        name="cases_exchange_settled_as_it_says",
                        violation_error_message="A message that waits is not settled, one that acted is.",
                    ),
                    models.CheckConstraint(
                        condition=Q(payload__isnull=True) | Q(settled_at__isnull=True),
                        name="cases_exchange_forgets_payload",
                        violation_error_message="What a settled message said is not kept.",
                    ),
                ],
            },
        ),
        migrations.RemoveField(model_name="quarantine", name="reason"),
        migrations.AddField(
            model_name="quarantine", name="closes", field=models.CharField(choices=CLOSES, default="", max_length=4), preserve_default=False
        ),
        migrations.AddField(model_name="quarantine", name="closings", field=models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.AddField(model_name="quarantine", name="allowed", field=models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.RemoveConstraint(model_name="quarantine", name="cases_quarantine_one_per_feed"),
        migrations.AddConstraint(
            model_name="quarantine",
            constraint=models.UniqueConstraint(
                condition=Q(ended_at__isnull=True),
                fields=("feed",),
                name="cases_quarantine_one_per_feed",
                violation_error_message="This feed is held back already.",
            ),
        ),
        migrations.RemoveConstraint(model_name="quarantine", name="cases_quarantine_ended_by_somebody"),
        migrations.AddConstraint(
            model_name="quarantine",
            constraint=models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="", is_released__isnull=True)
                | (Q(ended_at__isnull=False, is_released__isnull=False) & ~Q(ended_by="")),
                name="cases_quarantine_ended_by_somebody",
                violation_error_message="How a quarantine ended, when and by whom, are told together.",
            ),
        ),
    ]
