"""A customer's guidelines with their history, what can be taken back, and the last administrator's second lock."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0012_signing_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="GuidelineChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("setting", models.CharField(max_length=24)),
                ("before", models.CharField(max_length=1000)),
                ("after", models.CharField(max_length=1000)),
                ("deviation", models.BooleanField(default=False)),
                ("accepted_by", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("reason", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Undoable",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("about_kind", models.CharField(max_length=24)),
                ("about", models.UUIDField(null=True)),
                ("steps", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("count", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="credential",
            name="length",
            field=models.PositiveSmallIntegerField(db_default=8),
        ),
        migrations.AddField(
            model_name="customer",
            name="networks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=43), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="work_days",
            field=models.CharField(default="1234567", max_length=7),
        ),
        migrations.AddField(
            model_name="customer",
            name="work_from",
            field=models.TimeField(null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="work_until",
            field=models.TimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("work_from__isnull", True), ("work_until__isnull", True)),
                    models.Q(
                        ("work_from__isnull", False),
                        ("work_until__isnull", False),
                        models.Q(("work_from", models.F("work_until")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="customer_hours_whole",
            ),
        ),
        migrations.AddField(
            model_name="guidelinechange",
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
            model_name="guidelinechange",
            name="user",
            field=heretask.kernel.tenancy.base.OwnKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
            ),
        ),
        migrations.AddField(
            model_name="undoable",
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
            model_name="undoable",
            name="user",
            field=heretask.kernel.tenancy.base.OwnKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
            ),
        ),
        migrations.AddIndex(
            model_name="guidelinechange",
            index=models.Index(fields=["customer", "setting", "made_at"], name="guidelinechange_when"),
        ),
        migrations.AddIndex(
            model_name="undoable",
            index=models.Index(fields=["customer", "user", "made_at"], name="undoable_whose"),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["kernel.guidelinechange", "kernel.undoable"],
            append_only=["kernel.guidelinechange"],
        ),
        migrations.RunSQL(sql.read("guidelines")),
    ]
