"""Sealed citizens, emergency openings, and more reasons to work with somebody."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0011_own_roles"),
        ("social_citizens", "0003_erased"),
    ]

    operations = [
        migrations.AddField(
            model_name="citizen",
            name="sealed",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="relation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("key_worker", "Key worker"),
                    ("shift", "On shift"),
                    ("substitute", "Substitute"),
                    ("guest", "On a guest's list"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="EmergencyOpening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", heretask.kernel.secrets.fields.Sealed(default=b"", of="citizen_id")),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("until", models.DateTimeField()),
                ("followed_at", models.DateTimeField(null=True)),
                ("justified", models.BooleanField(null=True)),
                ("remark", heretask.kernel.secrets.fields.Sealed(default=b"", of="citizen_id")),
                (
                    "citizen",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emergencies",
                        to="social_citizens.citizen",
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
                    "followed_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
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
                "indexes": [models.Index(fields=["customer", "user", "until"], name="emergency_whose")],
            },
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["social_citizens.emergencyopening"],
            append_only=[],
        ),
    ]
