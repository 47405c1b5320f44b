"""The outbox: what goes out by mail, where to, and how long messages are kept."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0018_recovery"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailAddress",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("address", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("confirm", models.UUIDField(default=heretask.kernel.tenancy.base.uuid7)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("notices", models.BooleanField(default=True)),
                ("checkpoints", models.BooleanField(default=False)),
                ("bounced_at", models.DateTimeField(null=True)),
                ("bounce", models.CharField(default="", max_length=40)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("address", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("letter", models.CharField(max_length=40)),
                ("parameters", models.JSONField(default=dict)),
                ("text", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("bounced", "Bounced"),
                            ("refused", "Refused"),
                            ("dropped", "Dropped"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(default="", max_length=40)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("next_try_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("claimed_until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="customer",
            name="message_months",
            field=models.PositiveSmallIntegerField(default=24),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("message_months__gte", 1), ("message_months__lte", 120)),
                name="customer_message_months",
            ),
        ),
        migrations.AddField(
            model_name="mailaddress",
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
            model_name="mailaddress",
            name="user",
            field=heretask.kernel.tenancy.base.OwnKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
            ),
        ),
        migrations.AddField(
            model_name="outgoingmail",
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
            model_name="outgoingmail",
            name="user",
            field=heretask.kernel.tenancy.base.OwnKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailaddress",
            constraint=models.UniqueConstraint(fields=("customer", "user"), name="mail_address_once"),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["customer", "state", "next_try_at"], name="outgoingmail_due"),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["customer", "-made_at"], name="outgoingmail_newest"),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["kernel.mailaddress", "kernel.outgoingmail"],
            append_only=[],
        ),
        migrations.RunSQL(sql.read("outbox")),
    ]
