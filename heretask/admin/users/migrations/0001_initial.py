"""Files of users between preview and reading in."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0003_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="UsersFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("content", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("make_units", models.BooleanField(default=False)),
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
                    "user",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["admin_users.usersfile"],
            append_only=[],
        ),
    ]
