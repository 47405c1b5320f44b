"""What an export asks of the log: events without a place, and checkpoints by day and by change of key."""

from django.db import migrations

from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0009_backup"),
    ]

    operations = [
        migrations.RunSQL(sql.read("export")),
    ]
