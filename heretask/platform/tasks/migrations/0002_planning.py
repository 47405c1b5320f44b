"""A series may follow another, and a task remembers where its rule had put it."""

import django.db.models.deletion
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.tenancy.base


class Migration(migrations.Migration):
    dependencies = [
        ("platform_tasks", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="series",
            name="follows",
            field=heretask.kernel.tenancy.base.OwnKey(
                null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="platform_tasks.series"
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="came_at",
            field=models.DateTimeField(null=True),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["platform_tasks.series"],
            append_only=[],
        ),
    ]
