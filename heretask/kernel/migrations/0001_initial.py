"""All tables of the kernel, its database functions and the log."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base
from heretask.kernel import sql


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(sql.read("early")),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.BigIntegerField()),
                ("actor", models.UUIDField(null=True)),
                ("session", models.UUIDField(null=True)),
                ("grant", models.UUIDField(null=True)),
                ("action", models.TextField()),
                ("object_kind", models.TextField()),
                ("object_id", models.UUIDField(null=True)),
                ("citizen", models.UUIDField(null=True)),
                ("purpose", models.TextField()),
                ("detail", models.BinaryField(null=True)),
                ("hits", models.IntegerField(null=True)),
                ("shown", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("outcome", models.TextField()),
                ("address", models.TextField()),
                ("agent", models.TextField()),
                ("changed", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("times", models.IntegerField()),
                ("salt", models.BinaryField()),
                ("leaf", models.BinaryField()),
            ],
            options={
                "db_table": "kernel_event",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Browser",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("mark", models.BinaryField(unique=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("customer_id", models.UUIDField()),
                ("user_id", models.UUIDField(unique=True)),
                ("password", models.CharField(default="", max_length=200)),
                ("rule", models.PositiveSmallIntegerField(default=0)),
                ("set_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("start_until", models.DateTimeField(null=True)),
                ("link_hash", models.BinaryField(null=True, unique=True)),
                ("link_until", models.DateTimeField(null=True)),
                ("first_used_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Factor",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("customer_id", models.UUIDField()),
                ("user_id", models.UUIDField(db_index=True)),
                ("kind", models.CharField(max_length=10)),
                ("secret", models.BinaryField()),
                ("last_step", models.BigIntegerField(default=0)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Throttle",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "scope", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scope", models.TextField()),
                ("key", models.BinaryField()),
                ("started", models.DateTimeField()),
                ("tries", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="BrowserPerson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("browser_id", models.UUIDField()),
                ("user_id", models.UUIDField()),
                ("second_factor_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("browser_id", "user_id"), name="browser_person_once")],
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("provider", "Care provider"),
                            ("supplier", "Supplier"),
                            ("synthetic", "Proof of the system's own behaviour"),
                        ],
                        max_length=16,
                    ),
                ),
                ("slug", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("wrapped_key", models.BinaryField()),
                ("active", models.BooleanField(default=True)),
                ("idle_seconds", models.PositiveIntegerField(default=300)),
                ("password_length", models.PositiveIntegerField(default=8)),
                ("second_factor", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("idle_seconds__gte", 60), ("idle_seconds__lte", 300)),
                        name="customer_idle_floor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("password_length__gte", 8)), name="customer_password_floor"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("user", models.UUIDField(null=True)),
                ("task", models.CharField(max_length=80)),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("outcome", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.BinaryField(null=True, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("customer_id", models.UUIDField(db_index=True)),
                ("user_id", models.UUIDField(db_index=True, null=True)),
                ("browser_id", models.UUIDField(null=True)),
                ("purpose", models.CharField(default="", max_length=20)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("last_act", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ends_at", models.DateTimeField()),
                ("idle_limit", models.IntegerField(default=300)),
                ("longest_gap", models.FloatField(default=0)),
                ("proved_at", models.DateTimeField(null=True)),
                ("second_factor_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(default="", max_length=20)),
                ("address", models.CharField(default="", max_length=64)),
                ("agent", models.CharField(default="", max_length=200)),
                ("queue_id", models.BigIntegerField(null=True, unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("idle_limit__lte", 300)), name="session_idle_floor")
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("plejehjem", "Nursing home"),
                            ("bosted", "Residential home"),
                            ("botilbud_psyk", "Social psychiatry"),
                            ("hjemmepleje", "Home care"),
                            ("kontor", "Office"),
                        ],
                        default="bosted",
                        max_length=16,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
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
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("user_name", models.CharField(max_length=40)),
                ("name", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("active", models.BooleanField(default=True)),
                ("language", models.CharField(default="da", max_length=2)),
                ("theme", models.CharField(blank=True, default="", max_length=6)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("deactivated_at", models.DateTimeField(null=True)),
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
                "ordering": ["user_name"],
            },
        ),
        migrations.CreateModel(
            name="StoredSearch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.CharField(max_length=120)),
                ("query", heretask.kernel.secrets.fields.Sealed(default=b"", of="customer")),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("answered_at", models.DateTimeField(null=True)),
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
            name="Assignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("role", models.CharField(max_length=24)),
                ("until", models.DateField(null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.unit"
                    ),
                ),
                (
                    "user",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="kernel.user"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DataKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.UUIDField()),
                ("wrapped", models.BinaryField()),
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
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("customer", "subject"), name="data_key_once")],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("promise", models.CharField(max_length=12)),
                ("scope", models.CharField(max_length=12)),
                ("state", models.CharField(max_length=8)),
                ("figure", models.TextField()),
                ("sample", models.JSONField(default=dict)),
                ("measured_at", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("code_version", models.CharField(max_length=40)),
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
                "indexes": [models.Index(fields=["customer", "promise", "-measured_at"], name="evidence_newest")],
            },
        ),
        migrations.CreateModel(
            name="ReservedName",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("user_name", models.CharField(max_length=40)),
                ("user", models.UUIDField()),
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
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("customer", "user_name"), name="reserved_name_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(fields=("customer", "name"), name="unit_name_once"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(fields=("customer", "user_name"), name="user_name_once"),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=[
                "kernel.assignment",
                "kernel.datakey",
                "kernel.evidence",
                "kernel.job",
                "kernel.reservedname",
                "kernel.storedsearch",
                "kernel.unit",
                "kernel.user",
            ],
            append_only=["kernel.evidence", "kernel.reservedname"],
        ),
        migrations.RunSQL(sql.read("events")),
        migrations.RunSQL(sql.read("sessions")),
        migrations.RunSQL("select ht.make_partitions((now() - interval '1 month')::date, 5)"),
    ]
