"""Citizens, their relations, and files between preview and confirmation."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0002_queue"),
    ]

    operations = [
        migrations.CreateModel(
            name="Citizen",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", heretask.kernel.secrets.fields.Sealed(default=b"", of="id")),
                ("cpr", heretask.kernel.secrets.fields.Sealed(default=b"", of="id")),
                ("facts", heretask.kernel.secrets.fields.Sealed(default=b"", of="id")),
                ("cpr_hash", models.BinaryField(null=True)),
                ("import_hash", models.BinaryField(null=True)),
                (
                    "light",
                    models.CharField(
                        choices=[("green", "Green"), ("yellow", "Yellow"), ("red", "Red")],
                        default="green",
                        max_length=6,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                ("moved_in", models.DateField(null=True)),
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
                    "unit",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("content", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
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
        migrations.CreateModel(
            name="Relation",
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
                        choices=[("key_worker", "Key worker"), ("substitute", "Substitute")], max_length=10
                    ),
                ),
                ("until", models.DateField(null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "citizen",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relations",
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
                    "user",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="citizen",
            constraint=models.UniqueConstraint(fields=("customer", "cpr_hash"), name="citizen_cpr_once"),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.UniqueConstraint(
                fields=("customer", "citizen", "user", "kind"), name="citizen_relation_once"
            ),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["social_citizens.citizen", "social_citizens.importfile", "social_citizens.relation"],
            append_only=[],
        ),
    ]
