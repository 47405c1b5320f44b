"""Who was erased, who had keys replaced, and what the database refuses of citizens' keys."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0005_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("why", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
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
                "constraints": [models.UniqueConstraint(fields=("customer", "subject"), name="erasure_once")],
            },
        ),
        migrations.CreateModel(
            name="Rotation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("what", models.CharField(max_length=10)),
                ("targets", models.JSONField(default=dict)),
                ("why", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("began_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
                (
                    "asked_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("asked_by", models.F("approved_by")), _negated=True),
                        name="rotation_two_people",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("customer",), name="rotation_one_at_a_time"
                    ),
                ],
            },
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["kernel.erasure", "kernel.rotation"],
            append_only=["kernel.erasure"],
        ),
        migrations.RunSQL(sql.read("secrets")),
    ]
