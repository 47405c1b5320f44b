"""Appointments, what they recur by, who takes part, and the addresses of calendars."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0019_outbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="Repetition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("rhythm", models.CharField(max_length=8)),
                ("every", models.PositiveSmallIntegerField(default=1)),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                ("month_day", models.PositiveSmallIntegerField(null=True)),
                ("times", django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), size=None)),
                ("skip_holidays", models.BooleanField(default=False)),
                ("starts", models.DateField()),
                ("ends", models.DateField(null=True)),
                ("count", models.PositiveSmallIntegerField(null=True)),
                ("last_day", models.DateField()),
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
                (
                    "made_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.UUIDField(null=True)),
                ("words", heretask.kernel.secrets.fields.Sealed(default=b"", of="subject")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("timed", models.BooleanField(default=True)),
                ("day", models.DateField(null=True)),
                ("own", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "cancelled_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
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
                    "made_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
                (
                    "unit",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.unit"
                    ),
                ),
                (
                    "repetition",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="platform_calendar.repetition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.BinaryField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(null=True)),
                ("given", models.PositiveIntegerField(default=0)),
                ("given_at", models.DateTimeField(null=True)),
                ("noted_at", models.DateTimeField(null=True)),
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
                    "user",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["token_hash"], name="feed_secret")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("customer", "user"), name="feed_one_each"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "appointment",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="platform_calendar.appointment",
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
                    "user",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "user", "appointment"], name="taking_part_whose")],
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "appointment", "user"), name="taking_part_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="repetition",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends", None), ("count", None), _connector="XOR"), name="repetition_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="repetition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "last_day__lte",
                        django.db.models.expressions.CombinedExpression(models.F("starts"), "+", models.Value(731)),
                    )
                ),
                name="repetition_bounded",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["customer", "starts_at"], name="appointment_when"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["customer", "unit", "starts_at"], name="appointment_unit"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["customer", "subject", "starts_at"], name="appointment_subject"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit", None), ("subject", None), _connector="OR"), name="appointment_of_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__gt", models.F("starts_at")),
                    (
                        "ends_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("starts_at"), "+", models.Value(datetime.timedelta(days=31))
                        ),
                    ),
                ),
                name="appointment_lasts",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_at", None), ("cancelled_by", None)),
                    models.Q(("cancelled_at__isnull", False), ("cancelled_by__isnull", False)),
                    _connector="OR",
                ),
                name="appointment_cancelled_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("day", None), ("repetition", None)),
                    models.Q(("day__isnull", False), ("repetition__isnull", False)),
                    _connector="OR",
                ),
                name="appointment_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("repetition__isnull", False)),
                fields=("customer", "repetition", "day"),
                name="appointment_once",
            ),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=[
                "platform_calendar.appointment",
                "platform_calendar.feed",
                "platform_calendar.participant",
                "platform_calendar.repetition",
            ],
            append_only=[],
        ),
        migrations.RunSQL(sql.read("calendar")),
    ]
