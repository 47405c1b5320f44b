"""What takes both of Management, and logins that the supplier suspends."""

import django.db.models.deletion
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0014_guests"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="suspended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("act", models.CharField(max_length=40)),
                ("request", models.TextField()),
                ("digest", models.BinaryField()),
                ("words", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("asked_at", models.DateTimeField()),
                ("waits_until", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
                (
                    "asked_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
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
                    "refused_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
                (
                    "used_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="approval_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at", None), ("approved_by", None)),
                            models.Q(
                                ("approved_at__gte", models.F("asked_at")),
                                ("approved_at__lt", models.F("ends_at")),
                                ("approved_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="approval_in_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("used_at", None),
                            models.Q(
                                ("approved_by__isnull", False),
                                ("refused_at", None),
                                ("used_at__lt", models.F("ends_at")),
                                ("used_by__isnull", False),
                            ),
                            models.Q(
                                ("refused_at", None),
                                ("used_at__lt", models.F("ends_at")),
                                ("used_by__isnull", False),
                                ("waits_until__lte", models.F("used_at")),
                            ),
                            _connector="OR",
                        ),
                        name="approval_used_rightly",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("user", models.UUIDField()),
                ("words", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("was_open", models.BooleanField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("lifted_by", models.UUIDField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
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
                "ordering": ["-at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("customer", "user"),
                        name="suspension_one_at_a_time",
                    )
                ],
            },
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["kernel.approval", "kernel.suspension"],
            append_only=["kernel.approval", "kernel.suspension"],
        ),
        migrations.RunSQL(sql.read("approvals")),
    ]
