"""A series may follow another, a task remembers where its rule had put it, and calendars look for those with a time."""

import django.db.models.deletion
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.tenancy.base


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0020_files"),
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
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("dropped_at", None), ("timed", True)),
                fields=["customer", "due_at"],
                name="task_timed",
            ),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["platform_tasks.series"],
            append_only=[],
        ),
    ]
