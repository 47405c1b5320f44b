"""What the backup's role may read, and periodic work of the supplier alone."""

from django.db import migrations

from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("kernel", "0008_retention")]
    operations = [migrations.RunSQL(sql.read("backup"))]
