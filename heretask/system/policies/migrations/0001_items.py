"""Required sentences of policies, and what the database refuses without them."""

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
        ("system_records", "0002_proofs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=12)),
                ("text", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
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
                    "version",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="system_records.version"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "version", "key"), name="item_once"),
                    models.CheckConstraint(
                        condition=models.Q(("key__in", ["consequences", "police"])), name="item_known"
                    ),
                ],
            },
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["system_policies.item"],
            append_only=["system_policies.item"],
        ),
        migrations.RunSQL(sql.read("policies")),
    ]
