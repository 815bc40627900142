"""Guardianships, companies with their agents, delegations, and who is kept from a matter."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import foundation.encryption.fields
import foundation.identifiers.resident_id
import foundation.mandates.models.agency
import foundation.mandates.models.company
import foundation.mandates.models.delegation
import foundation.mandates.models.guardianship
import foundation.mandates.models.period


class Migration(migrations.Migration):
    """Make the tables, with the rules that the database keeps."""

    initial = True

    dependencies = [
        ("database", "0001_roles"),
        ("accounts", "0002_feed_code_fits_the_logs"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        # Compares references and times in one exclusion constraint. Trusted: the owner of the database may add it.
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "reference",
                    models.CharField(
                        default=foundation.mandates.models.company.new_company_reference, editable=False, max_length=20, unique=True
                    ),
                ),
                ("credit_code", models.CharField(max_length=18, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("registered_at", models.DateTimeField()),
                ("registered_by", models.CharField(max_length=80)),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation")),
            ],
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(blank=True, null=True)),
                ("over_at", models.DateTimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.CharField(blank=True, default="", max_length=80)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("principal", "Ended by the person it was for"),
                            ("agent", "Given up by who acted"),
                            ("declined", "The offer was declined"),
                            ("withdrawn", "The offer was withdrawn"),
                            ("no_longer_true", "It is no longer so"),
                            ("error", "It was recorded by mistake"),
                            ("court", "By decision of a court or an authority"),
                            ("death", "Death of one of them"),
                            ("protection", "To protect the person it was for"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=foundation.mandates.models.agency.new_agency_reference, editable=False, max_length=20, unique=True
                    ),
                ),
                ("is_legal_representative", models.BooleanField(default=False)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("follow_cases", "Follow cases: how far they are, and what the unit writes"),
                                ("act_in_cases", "Write to the unit and complain in cases"),
                                ("apply_for_items", "Apply for service items and follow the applications"),
                                ("book_appointments", "Book, move and cancel appointments"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("evidence", foundation.encryption.fields.EncryptedTextField(max_length=300)),
                ("agent", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="agencies", to="accounts.person")),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation")),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="agencies", to="mandates.company")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(blank=True, null=True)),
                ("over_at", models.DateTimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.CharField(blank=True, default="", max_length=80)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("principal", "Ended by the person it was for"),
                            ("agent", "Given up by who acted"),
                            ("declined", "The offer was declined"),
                            ("withdrawn", "The offer was withdrawn"),
                            ("no_longer_true", "It is no longer so"),
                            ("error", "It was recorded by mistake"),
                            ("court", "By decision of a court or an authority"),
                            ("death", "Death of one of them"),
                            ("protection", "To protect the person it was for"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=foundation.mandates.models.delegation.new_delegation_reference, editable=False, max_length=20, unique=True
                    ),
                ),
                ("agent_name", foundation.encryption.fields.EncryptedTextField(max_length=100)),
                ("agent_id_number", foundation.encryption.fields.EncryptedTextField()),
                (
                    "agent_id_number_index",
                    foundation.encryption.fields.BlindIndexField(
                        normalise=foundation.identifiers.resident_id.normalise_resident_id, purpose="id_number", source="agent_id_number"
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("follow_cases", "Follow cases: how far they are, and what the unit writes"),
                                ("act_in_cases", "Write to the unit and complain in cases"),
                                ("apply_for_items", "Apply for service items and follow the applications"),
                                ("book_appointments", "Book, move and cancel appointments"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("matter", models.CharField(blank=True, default="", max_length=60)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="delegated", to="accounts.person"
                    ),
                ),
                (
                    "principal",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="delegations", to="accounts.person"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("matter", models.CharField(max_length=60)),
                ("bureau_code", models.CharField(max_length=6)),
                ("name", foundation.encryption.fields.EncryptedTextField(max_length=100)),
                ("id_number", foundation.encryption.fields.EncryptedTextField()),
                (
                    "id_number_index",
                    foundation.encryption.fields.BlindIndexField(
                        normalise=foundation.identifiers.resident_id.normalise_resident_id, purpose="id_number", source="id_number"
                    ),
                ),
                ("reason", foundation.encryption.fields.EncryptedTextField(max_length=300)),
                ("excluded_at", models.DateTimeField()),
                ("excluded_by", models.CharField(max_length=80)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_by", models.CharField(blank=True, default="", max_length=80)),
            ],
            options={
                "indexes": [models.Index(fields=["id_number_index", "matter"], name="exclusion_of_whom")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("matter", "id_number_index"),
                        name="mandates_exclusion_once",
                        violation_error_message="This person has no access already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_by", "")),
                            models.Q(("lifted_at__isnull", False), models.Q(("lifted_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="mandates_exclusion_lifted_by_somebody",
                        violation_error_message="Who lifted it, and when, are told together.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guardianship",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(blank=True, null=True)),
                ("over_at", models.DateTimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.CharField(blank=True, default="", max_length=80)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("principal", "Ended by the person it was for"),
                            ("agent", "Given up by who acted"),
                            ("declined", "The offer was declined"),
                            ("withdrawn", "The offer was withdrawn"),
                            ("no_longer_true", "It is no longer so"),
                            ("error", "It was recorded by mistake"),
                            ("court", "By decision of a court or an authority"),
                            ("death", "Death of one of them"),
                            ("protection", "To protect the person it was for"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=foundation.mandates.models.guardianship.new_guardianship_reference,
                        editable=False,
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("kind", models.CharField(choices=[("parent", "Parent"), ("other", "Other guardian")], max_length=8)),
                ("evidence", foundation.encryption.fields.EncryptedTextField(max_length=300)),
                (
                    "child",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="guardianships", to="accounts.person"),
                ),
                ("guardian", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="wards", to="accounts.person")),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(fields=["unit", "-registered_at"], name="company_by_unit"),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit_code__regex", "^[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}$")),
                name="mandates_company_credit_code",
                violation_error_message="A unified social credit code has 18 digits and capital letters, as on the business licence.",
            ),
        ),
        migrations.AddIndex(
            model_name="agency",
            index=models.Index(fields=["unit", "-recorded_at"], name="agency_by_unit"),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("until_at__isnull", True), ("until_at__gt", models.F("from_at")), _connector="OR"),
                    models.Q(("over_at__isnull", True), ("over_at__gte", models.F("from_at")), _connector="OR"),
                ),
                name="mandates_agency_times_in_order",
                violation_error_message="The end comes after the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_at__isnull", True),
                    models.Q(("over_at__isnull", False), ("over_at__lte", models.F("until_at"))),
                    _connector="OR",
                ),
                name="mandates_agency_over_by_its_end",
                violation_error_message="Nothing holds beyond the end that was agreed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at__isnull", True), ("ended_by", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("over_at__isnull", False),
                        models.Q(("ended_by", ""), _negated=True),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="mandates_agency_ended_by_somebody",
                violation_error_message="Who ended it, when and why are told together.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scopes__contained_by", ["follow_cases", "act_in_cases", "apply_for_items", "book_appointments"]),
                    ("scopes__len__gte", 1),
                ),
                name="mandates_agency_scopes",
                violation_error_message="Choose what the agent may do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_legal_representative", True), ("until_at__isnull", False), _connector="OR"),
                name="mandates_agency_has_an_end",
                violation_error_message="Only a legal representative acts without an end.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("company"), "="),
                    (models.F("agent"), "="),
                    (foundation.mandates.models.period.Holding("from_at", "over_at"), "&&"),
                ],
                name="mandates_agency_once_at_a_time",
                violation_error_message="This person is an agent of the company already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("is_legal_representative", True)),
                expressions=[(models.F("company"), "="), (foundation.mandates.models.period.Holding("from_at", "over_at"), "&&")],
                name="mandates_agency_one_legal_representative",
                violation_error_message="A company has one legal representative: end the one on record first.",
            ),
        ),
        migrations.AddIndex(
            model_name="delegation",
            index=models.Index(fields=["agent_id_number_index"], name="delegation_by_agent"),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("until_at__isnull", True), ("until_at__gt", models.F("from_at")), _connector="OR"),
                    models.Q(("over_at__isnull", True), ("over_at__gte", models.F("from_at")), _connector="OR"),
                ),
                name="mandates_delegation_times_in_order",
                violation_error_message="The end comes after the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_at__isnull", True),
                    models.Q(("over_at__isnull", False), ("over_at__lte", models.F("until_at"))),
                    _connector="OR",
                ),
                name="mandates_delegation_over_by_its_end",
                violation_error_message="Nothing holds beyond the end that was agreed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at__isnull", True), ("ended_by", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("over_at__isnull", False),
                        models.Q(("ended_by", ""), _negated=True),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="mandates_delegation_ended_by_somebody",
                violation_error_message="Who ended it, when and why are told together.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scopes__contained_by", ["follow_cases", "act_in_cases", "apply_for_items", "book_appointments"]),
                    ("scopes__len__gte", 1),
                ),
                name="mandates_delegation_scopes",
                violation_error_message="Choose what the other person may do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_at__isnull", False)),
                name="mandates_delegation_has_an_end",
                violation_error_message="A delegation has an end.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("agent__isnull", True)),
                    models.Q(("accepted_at__isnull", False), ("agent__isnull", False)),
                    _connector="OR",
                ),
                name="mandates_delegation_accepted_by_its_agent",
                violation_error_message="Who accepted, and when, are told together.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("agent__isnull", True), models.Q(("agent", models.F("principal")), _negated=True), _connector="OR"),
                name="mandates_delegation_to_another",
                violation_error_message="You cannot ask yourself to act for you.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("principal"), "="),
                    (models.F("agent_id_number_index"), "="),
                    (models.F("matter"), "="),
                    (foundation.mandates.models.period.Holding("from_at", "over_at"), "&&"),
                ],
                name="mandates_delegation_once_at_a_time",
                violation_error_message="You have asked this person already.",
            ),
        ),
        migrations.AddIndex(
            model_name="guardianship",
            index=models.Index(fields=["unit", "-recorded_at"], name="guardianship_by_unit"),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("until_at__isnull", True), ("until_at__gt", models.F("from_at")), _connector="OR"),
                    models.Q(("over_at__isnull", True), ("over_at__gte", models.F("from_at")), _connector="OR"),
                ),
                name="mandates_guardianship_times_in_order",
                violation_error_message="The end comes after the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_at__isnull", True),
                    models.Q(("over_at__isnull", False), ("over_at__lte", models.F("until_at"))),
                    _connector="OR",
                ),
                name="mandates_guardianship_over_by_its_end",
                violation_error_message="Nothing holds beyond the end that was agreed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at__isnull", True), ("ended_by", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("over_at__isnull", False),
                        models.Q(("ended_by", ""), _negated=True),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="mandates_guardianship_ended_by_somebody",
                violation_error_message="Who ended it, when and why are told together.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(("child", models.F("guardian")), _negated=True),
                name="mandates_guardianship_of_another",
                violation_error_message="Nobody is their own guardian.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_at__isnull", False)),
                name="mandates_guardianship_has_an_end",
                violation_error_message="A guardianship of a child ends with the eighteenth birthday.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("child"), "="),
                    (models.F("guardian"), "="),
                    (foundation.mandates.models.period.Holding("from_at", "over_at"), "&&"),
                ],
                name="mandates_guardianship_once_at_a_time",
                violation_error_message="This guardianship is on record already.",
            ),
        ),
    ]
