"""One way for feeds of every kind; tasks with a time stand in the feed of a calendar."""

from django.db import migrations, models
from django.db.models import Q

import heretask.kernel.db.operations
from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0021_sms"),
        ("platform_calendar", "0001_initial"),
        ("platform_tasks", "0002_planning"),
    ]

    operations = [
        migrations.AddField(model_name="feed", name="kind", field=models.CharField(default="calendar", max_length=16)),
        migrations.RemoveConstraint(model_name="feed", name="feed_one_each"),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.UniqueConstraint(
                condition=Q(("ended_at", None)), fields=("customer", "user", "kind"), name="feed_one_each"
            ),
        ),
        heretask.kernel.db.operations.SecureTables(tables=["platform_calendar.feed"]),
        migrations.RunSQL(sql.read("feeds")),
        migrations.RunSQL(sql.read("calendar_feed")),
    ]
