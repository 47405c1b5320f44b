"""The wheel's feed goes the way of every other; who had an address makes a new one."""

from django.db import migrations

from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform_calendar", "0002_feeds"),
        ("system_wheel", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(sql.read("wheel_feed")),
        migrations.DeleteModel(name="Feed"),
    ]
