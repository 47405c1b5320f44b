"""The Merkle tree over the log: a queue, leaves, nodes and signed checkpoints."""

import django.contrib.postgres.fields
from django.db import migrations, models

from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("note", models.TextField()),
                ("keys", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
            ],
            options={
                "db_table": "kernel_checkpoint",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event", models.UUIDField()),
                ("leaf", models.BinaryField()),
            ],
            options={
                "db_table": "kernel_leaf",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("level", models.SmallIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "db_table": "kernel_node",
                "managed": False,
            },
        ),
        migrations.RunSQL(sql.read("sealing")),
    ]
