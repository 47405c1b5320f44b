"""Cases of breaches, notices to customers and their receipts; and what the database holds of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0021_sms"),
        ("admin_contacts", "0001_initial"),
        ("platform_incidents", "0001_initial"),
        ("social_citizens", "0005_relations"),
        ("system_records", "0002_proofs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("exercise", models.BooleanField(default=False)),
                ("title", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("reported_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("done_by", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "customer",
                    heretask.kernel.tenancy.base.CustomerKey(
                        default=heretask.kernel.tenancy.base.current_customer,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.customer",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("user", "User"),
                            ("session", "Session"),
                            ("grant", "Grant"),
                            ("address", "Address"),
                            ("customer", "Customer"),
                            ("everything", "Everything"),
                        ],
                        max_length=12,
                    ),
                ),
                ("target", models.CharField(default="", max_length=64)),
                ("words", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("done_by", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "case",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="system_breaches.case"
                    ),
                ),
                (
                    "customer",
                    heretask.kernel.tenancy.base.CustomerKey(
                        default=heretask.kernel.tenancy.base.current_customer,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("text", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("digest", models.CharField(max_length=64)),
                ("done_by", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "case",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to="system_breaches.case"
                    ),
                ),
                (
                    "customer",
                    heretask.kernel.tenancy.base.CustomerKey(
                        default=heretask.kernel.tenancy.base.current_customer,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.customer",
                    ),
                ),
                (
                    "finding",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="system_breaches.finding"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("of_case", models.UUIDField()),
                ("exercise", models.BooleanField()),
                ("touched", models.BooleanField()),
                ("text", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                (
                    "citizens",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("reported_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "customer",
                    heretask.kernel.tenancy.base.CustomerKey(
                        default=heretask.kernel.tenancy.base.current_customer,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("posted", "Posted"), ("opened", "Opened"), ("acknowledged", "Acknowledged")],
                        max_length=12,
                    ),
                ),
                ("letters", models.PositiveSmallIntegerField(default=0)),
                ("done_by", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "customer",
                    heretask.kernel.tenancy.base.CustomerKey(
                        default=heretask.kernel.tenancy.base.current_customer,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.customer",
                    ),
                ),
                (
                    "notice",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="system_breaches.notice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assessed", "Assessed"),
                            ("dismissed", "Dismissed"),
                            ("contained", "Contained"),
                            ("scoped", "Scoped"),
                            ("drafted", "Drafted"),
                            ("approved", "Approved"),
                            ("started", "Started"),
                            ("sent", "Sent"),
                            ("reached", "Reached"),
                            ("received", "Received"),
                            ("police", "Police"),
                            ("noted", "Noted"),
                            ("closed", "Closed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("about", models.UUIDField(null=True)),
                ("digest", models.CharField(default="", max_length=64)),
                ("words", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("done_by", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "case",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="system_breaches.case"
                    ),
                ),
                (
                    "customer",
                    heretask.kernel.tenancy.base.CustomerKey(
                        default=heretask.kernel.tenancy.base.current_customer,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Touched",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("about", models.UUIDField()),
                ("touched", models.BooleanField()),
                ("citizens", models.PositiveIntegerField()),
                ("citizens_hash", models.CharField(max_length=64)),
                ("events", models.PositiveIntegerField()),
                ("actions", models.JSONField(default=dict)),
                ("first_at", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField(null=True)),
                ("done_by", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "customer",
                    heretask.kernel.tenancy.base.CustomerKey(
                        default=heretask.kernel.tenancy.base.current_customer,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.customer",
                    ),
                ),
                (
                    "finding",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="system_breaches.finding"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("hours", models.PositiveSmallIntegerField()),
                ("untold", models.PositiveIntegerField()),
                ("done_by", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "customer",
                    heretask.kernel.tenancy.base.CustomerKey(
                        default=heretask.kernel.tenancy.base.current_customer,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.customer",
                    ),
                ),
                (
                    "case",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alarms", to="system_breaches.case"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "case", "hours"), name="breach_alarm_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("report", models.UUIDField()),
                ("reported_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("done_by", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "case",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="system_breaches.case"
                    ),
                ),
                (
                    "customer",
                    heretask.kernel.tenancy.base.CustomerKey(
                        default=heretask.kernel.tenancy.base.current_customer,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.customer",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("customer", "report"), name="breach_report_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("customer", "case", "number"), name="breach_finding_once"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("since__lt", models.F("until"))), name="breach_finding_has_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(fields=("customer", "case", "number"), name="breach_draft_once"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("customer", "of_case"), name="breach_notice_once"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                fields=("customer", "notice", "kind", "done_by"), name="breach_receipt_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "posted")), fields=("customer", "notice"), name="breach_posted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ("sent", "received", "closed"))),
                fields=("customer", "case", "kind"),
                name="breach_step_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "reached")),
                fields=("customer", "case", "about"),
                name="breach_reached_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="touched",
            constraint=models.UniqueConstraint(fields=("customer", "finding", "about"), name="breach_touched_once"),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=[
                "system_breaches.alarm",
                "system_breaches.case",
                "system_breaches.casereport",
                "system_breaches.draft",
                "system_breaches.finding",
                "system_breaches.notice",
                "system_breaches.receipt",
                "system_breaches.step",
                "system_breaches.touched",
            ],
            append_only=[
                "system_breaches.alarm",
                "system_breaches.case",
                "system_breaches.casereport",
                "system_breaches.draft",
                "system_breaches.finding",
                "system_breaches.notice",
                "system_breaches.receipt",
                "system_breaches.step",
                "system_breaches.touched",
            ],
        ),
    ]
