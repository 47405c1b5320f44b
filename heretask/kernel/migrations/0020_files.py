"""Kept files, and what of them was handed over."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0019_outbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandedOver",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("file", models.UUIDField()),
                ("citizen", models.UUIDField(null=True)),
                ("receiver", heretask.kernel.secrets.fields.Sealed(default=b"", of="citizen")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("consent", "The citizen has consented"),
                            ("duty", "The law says that it must be handed over"),
                            ("access", "The citizen or who represents them has asked for it"),
                            ("care", "It is needed for the citizen's care or treatment"),
                            ("work", "It is about no citizen, and needed for the work"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("post", "Digital Post or secure e-mail"),
                            ("paper", "Printed, and handed over or sent"),
                            ("system", "Put into another system that the receiver uses"),
                            ("medium", "On an encrypted medium"),
                        ],
                        max_length=8,
                    ),
                ),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "file"], name="handedover_file")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("basis__in", ["consent", "duty", "access", "care", "work"]),
                            ("way__in", ["post", "paper", "system", "medium"]),
                            models.Q(("receiver", b""), _negated=True),
                        ),
                        name="handedover_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("citizen", models.UUIDField(null=True)),
                ("held_as", models.CharField(default="", max_length=24)),
                ("held_by", models.UUIDField(null=True)),
                ("kind", models.CharField(max_length=4)),
                ("size", models.PositiveIntegerField()),
                ("width", models.PositiveSmallIntegerField(default=0)),
                ("height", models.PositiveSmallIntegerField(default=0)),
                ("name", heretask.kernel.secrets.fields.Sealed(default=b"", of="citizen")),
                ("digest", heretask.kernel.secrets.fields.Sealed(default=b"", of="citizen")),
                ("small", heretask.kernel.secrets.fields.Sealed(default=b"", of="citizen")),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "author",
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
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("held_by__isnull", False)),
                        fields=["customer", "held_by"],
                        name="keptfile_held_by",
                    ),
                    models.Index(
                        condition=models.Q(("citizen__isnull", False)),
                        fields=["customer", "citizen"],
                        name="keptfile_citizen",
                    ),
                    models.Index(
                        condition=models.Q(("held_by", None)), fields=["customer", "made_at"], name="keptfile_waits"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_as", ""), ("held_by__isnull", True)),
                            models.Q(models.Q(("held_as", ""), _negated=True), ("held_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="keptfile_held",
                    )
                ],
            },
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["kernel.handedover", "kernel.keptfile"],
            append_only=["kernel.handedover"],
        ),
        migrations.RunSQL(sql.read("files")),
    ]
