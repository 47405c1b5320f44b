"""The way out where both managers are gone: a code, 24 hours, everyone told."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0017_grants"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recovery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code_hash", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("words", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("stopped_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
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
                    "stopped_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at", None),
                            models.Q(
                                (
                                    "done_at__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("asked_at"), "+", models.Value(datetime.timedelta(days=1))
                                    ),
                                ),
                                ("replaced_at", None),
                                ("stopped_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="recovery_waits",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None), ("replaced_at", None), ("stopped_at", None)),
                        fields=("customer",),
                        name="recovery_one_code",
                    ),
                ],
            },
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["kernel.recovery"],
            append_only=["kernel.recovery"],
        ),
        migrations.RunSQL(sql.read("approvals")),  # one act more that takes two people
        migrations.RunSQL(sql.read("recovery")),
    ]
