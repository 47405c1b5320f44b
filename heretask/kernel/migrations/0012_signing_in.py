"""Passkeys and their challenges, browsers that a unit shares, and vouching for a lost second factor."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0011_own_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="Challenge",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("hash", models.BinaryField(unique=True)),
                ("purpose", models.CharField(max_length=10)),
                ("bound", models.BinaryField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="browserperson",
            name="signed_in_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="credential",
            name="handle",
            field=models.BinaryField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="factor",
            name="credential",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="factor",
            name="credential_id",
            field=models.BinaryField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="factor",
            name="label",
            field=models.BinaryField(default=b""),
        ),
        migrations.AddField(
            model_name="factor",
            name="sign_count",
            field=models.BigIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="Vouching",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("browser", models.UUIDField()),
                ("code_hash", models.BinaryField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("until", models.DateTimeField()),
                ("first_by", models.UUIDField(null=True)),
                ("first_at", models.DateTimeField(null=True)),
                ("second_by", models.UUIDField(null=True)),
                ("second_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("lasts_until", models.DateTimeField(null=True)),
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SharedBrowser",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("browser", models.UUIDField()),
                ("label", models.CharField(max_length=60)),
                ("marked_by", models.UUIDField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
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
            options={
                "indexes": [models.Index(fields=["browser"], name="shared_browser_which")],
            },
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["kernel.sharedbrowser", "kernel.vouching"],
            append_only=[],
        ),
        migrations.RunSQL(sql.read("signing_in")),
    ]
