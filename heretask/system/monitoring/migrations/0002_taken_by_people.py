"""An alarm is taken on by a person with words: the database says so too."""

from django.db import migrations

from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("system_monitoring", "0001_initial")]

    operations = [migrations.RunSQL(sql.read("alarm_steps"))]
