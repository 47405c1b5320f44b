"""What strangers are shown, samples by an auditor's own seed, and documents that a job makes once."""

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
        ("kernel", "0021_sms"),
        ("system_assessment", "0001_initial"),
        ("system_records", "0002_proofs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("population", models.CharField(max_length=24)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("seed", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("wanted", models.PositiveSmallIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("drawn", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("done_by", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Showing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("shown", models.BooleanField()),
                ("done_by", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="taken",
            name="job",
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name="taken",
            constraint=models.UniqueConstraint(fields=("customer", "job"), name="taken_once_by_a_job"),
        ),
        migrations.AddField(
            model_name="sample",
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
            model_name="showing",
            name="customer",
            field=heretask.kernel.tenancy.base.CustomerKey(
                default=heretask.kernel.tenancy.base.current_customer,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.customer",
            ),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["customer", "-done_at"], name="assessment_samples"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("wanted__gte", 1), ("wanted__lte", 60)), name="sample_wanted"
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("since__lt", models.F("until"))), name="sample_period"
            ),
        ),
        migrations.AddIndex(
            model_name="showing",
            index=models.Index(fields=["customer", "-done_at"], name="assessment_shown"),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["system_assessment.sample", "system_assessment.showing"],
            append_only=["system_assessment.sample", "system_assessment.showing"],
        ),
        migrations.RunSQL(sql.read("assessment")),
    ]
