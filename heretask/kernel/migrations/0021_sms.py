"""SMS beside mail: telephones, the way of what goes out, and whether a customer lets anything go by it."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0020_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="PhoneNumber",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("code", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("code_until", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("proven_at", models.DateTimeField(null=True)),
                ("notices", models.BooleanField(default=False)),
                ("urgent", models.BooleanField(default=True)),
                ("bounced_at", models.DateTimeField(null=True)),
                ("bounce", models.CharField(default="", max_length=40)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="customer",
            name="sms",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="mailaddress",
            name="urgent",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="arrived_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="ask_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="asked",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="known_as",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="way",
            field=models.CharField(choices=[("mail", "Mail"), ("sms", "Sms")], default="mail", max_length=4),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("ask_at__isnull", False)), fields=["customer", "ask_at"], name="outgoingmail_ask"
            ),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("way", "sms")), fields=["customer", "user", "-made_at"], name="outgoingmail_sms"
            ),
        ),
        migrations.AddField(
            model_name="phonenumber",
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
            model_name="phonenumber",
            name="user",
            field=heretask.kernel.tenancy.base.OwnKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonenumber",
            constraint=models.UniqueConstraint(fields=("customer", "user"), name="phone_number_once"),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["kernel.phonenumber"],
            append_only=[],
        ),
        migrations.RunSQL(sql.read("sms")),
        # whoever wished no mail wishes none for what is urgent either; every customer's rows
        migrations.RunSQL("alter table kernel_mailaddress no force row level security"),
        migrations.RunSQL("update kernel_mailaddress set urgent = notices"),
        migrations.RunSQL("alter table kernel_mailaddress force row level security"),
    ]
