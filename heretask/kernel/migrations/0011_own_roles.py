"""Roles that a customer puts together itself."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0010_export"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnRole",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label", models.CharField(max_length=60)),
                ("sentence", models.CharField(blank=True, max_length=200)),
                ("units", models.BooleanField(default=True)),
                (
                    "permissions",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=48), size=None),
                ),
                ("second_factor", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
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
            options={
                "ordering": ["label"],
            },
        ),
        migrations.AddField(
            model_name="assignment",
            name="own",
            field=heretask.kernel.tenancy.base.OwnKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.ownrole"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownrole",
            constraint=models.UniqueConstraint(fields=("customer", "label"), name="own_role_once"),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["kernel.ownrole", "kernel.assignment"],
            append_only=[],
        ),
        migrations.RunSQL(sql.read("own_roles")),
    ]
