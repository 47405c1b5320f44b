"""Who answers for a duty of the wheel, its calendar feed, and what the database holds of the wheel by itself."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0021_sms"),
        ("platform_calendar", "0001_initial"),
        ("system_records", "0002_proofs"),
        ("system_staff", "0002_probation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assigned",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("why", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
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
                    "duty",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assigned", to="system_records.duty"
                    ),
                ),
                (
                    "person",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers_for",
                        to="system_records.entry",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
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
                "indexes": [models.Index(fields=["token_hash"], name="wheel_feed_secret")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("customer", "user"), name="wheel_feed_each"
                    )
                ],
            },
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["system_wheel.assigned", "system_wheel.feed"],
            append_only=["system_wheel.assigned"],
        ),
        migrations.RunSQL(sql.read("wheel")),
    ]
