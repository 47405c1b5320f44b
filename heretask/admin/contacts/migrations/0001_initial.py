"""The sheet of emergency contacts."""

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
    ]

    operations = [
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("contacts", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("count", models.PositiveSmallIntegerField()),
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
        heretask.kernel.db.operations.SecureTables(
            tables=["admin_contacts.sheet"],
            append_only=["admin_contacts.sheet"],
        ),
    ]
