"""Whether somebody was let in to content while on probation (STAFF-4)."""

from django.db import migrations

from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0017_grants"),
        ("system_staff", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(sql.read("probation")),
    ]
