"""How long a customer keeps its log, the protocol of what went, and the functions that remove it."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0007_reading"),
    ]

    operations = [
        migrations.CreateModel(
            name="Retention",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("since", models.BigIntegerField()),
                ("before", models.BigIntegerField()),
                ("months", models.PositiveSmallIntegerField()),
                ("events", models.BigIntegerField()),
                ("counts", models.JSONField()),
                ("evidence", models.JSONField()),
                ("checkpoint", models.JSONField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="RetentionPart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=24)),
                ("rows", models.BigIntegerField()),
                ("counts", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="customer",
            name="log_months",
            field=models.PositiveSmallIntegerField(default=13),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("log_months__gte", 6), ("log_months__lte", 120)), name="customer_log_floor"
            ),
        ),
        migrations.AddField(
            model_name="retention",
            name="customer",
            field=heretask.kernel.tenancy.base.CustomerKey(
                default=heretask.kernel.tenancy.base.current_customer,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.customer",
            ),
        ),
        migrations.AddField(
            model_name="retentionpart",
            name="customer",
            field=heretask.kernel.tenancy.base.CustomerKey(
                default=heretask.kernel.tenancy.base.current_customer,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.customer",
            ),
        ),
        migrations.AddField(
            model_name="retentionpart",
            name="retention",
            field=heretask.kernel.tenancy.base.OwnKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="kernel.retention"
            ),
        ),
        migrations.AddConstraint(
            model_name="retention",
            constraint=models.UniqueConstraint(fields=("customer", "since", "before"), name="retention_once"),
        ),
        migrations.AddIndex(
            model_name="retentionpart",
            index=models.Index(fields=["customer", "made_at"], name="retentionpart_when"),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["kernel.retention", "kernel.retentionpart"],
            append_only=["kernel.retention", "kernel.retentionpart"],
        ),
        migrations.RunSQL(sql.read("retention")),
    ]
