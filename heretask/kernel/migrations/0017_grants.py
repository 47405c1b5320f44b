"""The supplier's access to one customer, and what a customer has approved beforehand."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0016_staff"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="grant_id",
            field=models.UUIDField(db_index=True, null=True),
        ),
        migrations.CreateModel(
            name="PreApproval",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("structure", "Structure only"),
                            ("content", "Content"),
                            ("citizens", "Named citizens"),
                        ],
                        max_length=10,
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField()),
                ("until", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
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
                    "made_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
                (
                    "withdrawn_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_user", models.UUIDField()),
                ("asked_name", models.CharField(max_length=81)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("structure", "Structure only"),
                            ("content", "Content"),
                            ("citizens", "Named citizens"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "citizens",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("purpose", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("case_number", models.CharField(max_length=40)),
                ("minutes", models.PositiveSmallIntegerField(default=60)),
                ("asked_at", models.DateTimeField()),
                ("answer_until", models.DateTimeField()),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("starts", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("cut_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("broken_glass", models.BooleanField(default=False)),
                ("approval", models.UUIDField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("judged_at", models.DateTimeField(null=True)),
                ("judgement", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
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
                    "cut_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
                (
                    "judged_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
                (
                    "refused_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
                (
                    "seen_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
                (
                    "pre_approval",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.preapproval",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="preapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 15), ("minutes__lte", 480)), name="pre_approval_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="preapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope__in", ["structure", "content"])), name="pre_approval_scope"
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(fields=["customer", "asked_at"], name="grant_when"),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 5), ("minutes__lte", 480)), name="grant_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("citizens__len__gt", 0), ("scope", "citizens")),
                    models.Q(("citizens__len", 0), ("scope__in", ["structure", "content"])),
                    _connector="OR",
                ),
                name="grant_scope",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("asked_user")), _negated=True),
                    _connector="OR",
                ),
                name="grant_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "answer_until__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("asked_at"), "+", models.Value(datetime.timedelta(seconds=3600))
                        ),
                    )
                ),
                name="grant_answer_within_an_hour",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("approved_by", None), ("ends_at", None), ("starts", None)),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_at__lte", models.F("answer_until")),
                        ("approved_by__isnull", False),
                        ("ends_at__gt", models.F("starts")),
                        (
                            "ends_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("starts"), "+", models.Value(datetime.timedelta(seconds=28800))
                            ),
                        ),
                        ("refused_at", None),
                        ("starts__gte", models.F("asked_at")),
                    ),
                    _connector="OR",
                ),
                name="grant_eight_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("broken_glass", False), ("approval__isnull", False), _connector="OR"),
                name="grant_glass",
            ),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["kernel.grant", "kernel.preapproval"],
            append_only=["kernel.grant", "kernel.preapproval"],
        ),
        migrations.RunSQL(sql.read("approvals")),  # one act more that takes two people
        migrations.RunSQL(sql.read("grants")),
    ]
